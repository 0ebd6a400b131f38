import type * as z from 'zod';

/** What is wrong with one field of an input, and what to do about it. */
export interface Problem {
  field: string;
  problem: string;
}

/** The input of a control call does not fit; the control API answers it with 400. */
export class InvalidInput extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ field, problem }) => `${field}: ${problem}`).join('; '));
    this.name = 'InvalidInput';
    this.problems = problems;
  }
}

export const invalid = (field: string, problem: string): InvalidInput =>
  new InvalidInput([{ field, problem }]);

/** Throws InvalidInput naming every field that does not fit. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(
    parsed.error.issues.map(({ path, message }) => ({
      field: path.join('.') || '(body)',
      problem: message,
    })),
  );
}
