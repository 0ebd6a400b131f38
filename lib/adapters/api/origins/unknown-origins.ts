import { isRecord } from '../../../core/is-record.ts';
import { nearest } from '../../../core/input/nearest.ts';
import { ORIGIN_NAME } from '../../../core/jobs/job.ts';
import type { FieldProblem } from '../problem.ts';

/**
 * Origins in a faulty body that are not configured. Tracking would report them, but only of a body that is right in itself, and then
 * this would be the second round.
 */
export function unknownOrigins(body: unknown, origins: readonly { name: string }[]): FieldProblem[] {
  const jobs = isRecord(body) && Array.isArray(body.jobs) ? (body.jobs as unknown[]) : null;
  return (jobs ?? [body]).flatMap((job, i): FieldProblem[] => {
    const origin = isRecord(job) ? job.origin : undefined;
    // What cannot be a name has been reported already.
    if (typeof origin !== 'string' || !ORIGIN_NAME.test(origin)) return [];
    if (origins.some(({ name }) => name === origin)) return [];
    const field = jobs ? `jobs[${i}].origin` : 'origin';
    return [{ in: 'body', field, problem: `'${origin}' is not configured`, fix: originFix(origin, origins) }];
  });
}

/** More than fit in a sentence help nobody. */
const SHOWN = 20;

/** What to write in the place of an origin that is not configured. `origins`: those that the caller may know of. */
export function originFix(origin: string, origins: readonly { name: string }[]): string {
  const names = origins.map(({ name }) => name).toSorted();
  if (names.length === 0) return 'See what is configured under origins.';
  const meant = nearest(origin, names);
  const shown = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', ...' : '');
  return `${meant ? `Did you mean '${meant}'? ` : ''}Configured: ${shown}.`;
}
