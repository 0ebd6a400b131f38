import type * as z from 'zod';

/**
 * As much of zod as the fields are made with. Handed in piece by piece where a schema is made: passing on the whole has
 * all of it in a bundle, with its errors in fifty languages.
 */
export type Zod = Pick<
  typeof z,
  'array' | 'boolean' | 'enum' | 'int' | 'object' | 'record' | 'string' | 'unknown'
> & {
  iso: Pick<typeof z.iso, 'datetime'>;
};

/** A field of an event's data, whole in one place: what the contract says of it, and where it comes from. */
export interface Field<From, S extends z.ZodType = z.ZodType> {
  /** Made when it is asked for, by code that has zod: code that only builds events loads and waits for neither. */
  schema: (z: Zod) => S;
  /** Undefined leaves the field out. */
  of: (from: From) => z.output<S>;
}
type Fields<From> = Readonly<Record<string, Field<From>>>;
type SchemaOf<F> = z.ZodObject<{
  [K in keyof F]: F[K] extends { schema: (z: Zod) => infer S extends z.ZodType } ? S : never;
}>;

/** Checks that a field's value is what its schema says. */
export const fieldFrom =
  <From>() =>
  <S extends z.ZodType>(schema: (z: Zod) => S, of: (from: From) => z.output<S>): Field<From, S> => ({
    schema,
    of,
  });

export const schemaOf = <F extends Fields<never>>(z: Zod, fields: F): SchemaOf<F> =>
  z.object(
    Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema(z)])),
  ) as unknown as SchemaOf<F>;

/** The data of one event, in the order of its fields. */
export function valuesOf<From, F extends Fields<From>>(fields: F, from: From): z.output<SchemaOf<F>> {
  const values: Record<string, unknown> = {};
  for (const name in fields) {
    const value: unknown = fields[name]!.of(from);
    if (value !== undefined) values[name] = value;
  }
  return values as z.output<SchemaOf<F>>;
}

export const time = (z: Zod) => z.iso.datetime().describe('UTC, ISO 8601');
export const text = (z: Zod) => z.string().nullable();
export const count = (z: Zod) => z.int().nonnegative();

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
