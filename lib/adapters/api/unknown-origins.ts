import { ORIGIN_NAME } from '../../core/jobs/job.ts';
import { isRecord } from '../../core/input/schema-walk.ts';
import type { FieldProblem } from './problem.ts';

/**
 * Origins in a faulty body that are not configured. Tracking would tell, but only of a body that is right in itself, and then
 * this would be the second round.
 */
export function unknownOrigins(body: unknown, origins: readonly { name: string }[]): FieldProblem[] {
  const jobs = isRecord(body) && Array.isArray(body.jobs) ? (body.jobs as unknown[]) : null;
  return (jobs ?? [body]).flatMap((job, i): FieldProblem[] => {
    const origin = isRecord(job) ? job.origin : undefined;
    // What cannot be a name has been told already.
    if (typeof origin !== 'string' || !ORIGIN_NAME.test(origin)) return [];
    if (origins.some(({ name }) => name === origin)) return [];
    const field = jobs ? `jobs[${i}].origin` : 'origin';
    const fix = 'See what is configured under origins.';
    return [{ in: 'body', field, problem: `'${origin}' is not configured`, fix }];
  });
}
