import type * as z from 'zod';
import { explain, renderPath } from '../../core/input/problems.ts';
import { invalid, refuse, sentence, type FieldProblem, type Refusal } from './problem.ts';

/** How many problems one answer lists. */
const MAX_PROBLEMS = 20;

/** What came in, checked against the schema of its place; every fault names its field. `extraProblems` finds what no schema can. */
export function check<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  where: FieldProblem['in'],
  extraProblems: (raw: unknown) => FieldProblem[] = () => [],
): { value: T } | Refusal {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data };
  const own = explain(parsed.error.issues.slice(0, MAX_PROBLEMS), schema, raw)
    .slice(0, MAX_PROBLEMS)
    .map(({ path, problem, fix }): FieldProblem => ({ in: where, field: renderPath(path), problem, fix }));
  if (parsed.error.issues.some(isTooLong)) return refuse('too_large', sentence(own), { errors: own });
  return invalid([...own, ...extraProblems(raw)].slice(0, MAX_PROBLEMS));
}

/** A list that is too long is a request that is too large, also where it stands in a union. */
const isTooLong = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.flat().some(isTooLong)
    : issue.code === 'too_big' && issue.origin === 'array' && issue.path.length > 0;

/** Parameters that are given twice become lists, which few schemas take. */
export function queryOf(params: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(params.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
