import { hasOwn, isRecord } from '../is-record.ts';
import * as z from 'zod';
import { nearest } from './nearest.ts';
import type { Path } from './path.ts';

// Walks a zod schema beside the value that was parsed with it, so that hints and known keys stand in one place only:
// with the fields themselves, as `.meta({ hint })`.

/** The keys an object of this schema may have; of a union, those of all its branches. */
export function keysOf(schema: z.ZodType): string[] {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape);
  if (inner instanceof z.ZodUnion) return [...new Set(optionsOf(inner).flatMap(keysOf))];
  return [];
}

/** Every path a value of this schema may have, `*` for names of the user's choice and for list items. */
export function pathsOf(schema: z.ZodType): string[] {
  const inner = bare(schema);
  const below = (key: string, child: z.ZodType): string[] => [
    key,
    ...pathsOf(child).map((path) => `${key}.${path}`),
  ];
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) => below(key, child as z.ZodType));
  }
  if (inner instanceof z.ZodRecord) return below('*', inner.valueType as z.ZodType);
  if (inner instanceof z.ZodUnion) return [...new Set(optionsOf(inner).flatMap(pathsOf))];
  return [];
}

/** The schema of what stands at `path`; of what encloses it where the path leaves the schema. */
export function schemaAt(schema: z.ZodType, raw: unknown, path: Path): z.ZodType {
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : childOf(schema, raw, String(step));
  return next ? schemaAt(next, valueAt(raw, path.slice(0, 1)), rest) : schema;
}

function childOf(schema: z.ZodType, raw: unknown, key: string): z.ZodType | undefined {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) return inner.shape[key];
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  if (inner instanceof z.ZodUnion) return childOf(branchOf(inner, raw).schema, raw, key);
  return undefined;
}

/** What to write in this place: the nearest `hint` from the outside in. */
export function hintOf(schema: z.ZodType): string {
  const hint = schema.meta()?.hint;
  if (typeof hint === 'string') return hint;
  const inner = unwrapped(schema);
  return inner ? hintOf(inner) : 'See docs/config.md.';
}

/** The branch of a union that a value was most probably meant for; `fit` 0: nothing speaks for any of them. */
export function branchOf(union: z.ZodUnion, value: unknown): { schema: z.ZodType; fit: number } {
  const named = namedBranch(union, value);
  if (named) return { schema: named, fit: Infinity };
  const ranked = optionsOf(union).map((schema) => ({ schema, fit: fitOf(schema, value) }));
  return ranked.toSorted((a, b) => b.fit - a.fit)[0]!;
}

/** All branches that it may have been meant for as well as for that one. */
export function branchesOf(union: z.ZodUnion, value: unknown): z.ZodType[] {
  const { schema, fit } = branchOf(union, value);
  if (fit === Infinity) return [schema];
  return optionsOf(union).filter((option) => fitOf(option, value) === fit);
}

/** That which a value names by its discriminator. */
function namedBranch(union: z.ZodUnion, value: unknown): z.ZodType | undefined {
  const kind = isRecord(value) ? kindOf(union, value) : undefined;
  return kind === undefined ? undefined : optionsOf(union)[kindsOf(union).indexOf(kind)];
}

function fitOf(option: z.ZodType, value: unknown): number {
  if (!isRecord(value)) return 1; // any branch will say that it is of the wrong kind
  const known = keysOf(bare(option));
  const weight = (key: string): number => (known.includes(key) ? 2 : nearest(key, known) ? 1 : 0);
  return Object.keys(value).reduce((sum, key) => sum + weight(key), 0);
}

/** The words of a discriminator, one for each branch; nothing where there is none. */
function kindsOf(union: z.ZodType): string[] {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  const { discriminator } = union.def;
  return optionsOf(union).map((option) => {
    const literal = bare(option) instanceof z.ZodObject ? childOf(option, {}, discriminator) : undefined;
    return literal instanceof z.ZodLiteral ? String(literal.value) : '';
  });
}
export const isKind = (union: z.ZodType, word: unknown): word is string =>
  (kindsOf(union) as unknown[]).includes(word);

/** The word that a value gives, or was meant to: it may be misspelt, and so may be the key before it. */
function kindOf(union: z.ZodUnion, value: Record<string, unknown>): string | undefined {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { discriminator } = union.def;
  const key =
    discriminator in value ? discriminator : Object.keys(value).find((key) => nearest(key, [discriminator]));
  const word = key === undefined ? undefined : value[key];
  return typeof word === 'string' ? nearest(word, kindsOf(union)) : undefined;
}

export const optionsOf = (union: z.ZodUnion): z.ZodType[] => union.options as z.ZodType[];

/** Without what stands around it: optional, null as well, and what follows a check. */
export function bare(schema: z.ZodType): z.ZodType {
  const inner = unwrapped(schema);
  return inner ? bare(inner) : schema;
}

function unwrapped(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodPipe)
    return (schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType;
  return undefined;
}

export const valueAt = (raw: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (hasOwn(value, step) ? value[step] : undefined), raw);
