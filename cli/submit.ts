import { ApiError } from '../client/api-error.ts';
import type { Client, Job, TrackResult } from '../client/index.ts';
import { checkSpec, type GivenSpec } from '../lib/core/jobs/spec.ts';
import { each } from './each.ts';
import { addressOf } from './resolve-job-ids.ts';
import { Refusal } from './refusal.ts';

/** A job to be tracked; `deadlineAt` in epoch milliseconds. */
export type Spec = GivenSpec;

/** What the API takes in one call; of its 256 KB the list itself needs a little. */
const CALL = { jobs: 1_000, bytes: 250_000 };

/** The jobs of each call, in order. */
export function callsOf(specs: readonly Spec[]): Spec[][] {
  const calls: Spec[][] = [];
  // More than there is room for, so that the first one begins a call.
  let bytes = Infinity;
  for (const spec of specs) {
    const size = Buffer.byteLength(JSON.stringify(toApi(spec))) + 1;
    if (bytes + size > CALL.bytes || calls.at(-1)!.length === CALL.jobs) {
      calls.push([]);
      bytes = 0;
    }
    calls.at(-1)!.push(spec);
    bytes += size;
  }
  return calls;
}

export type Problem = { field: string; problem: string; fix?: string };
export type Result =
  | Exclude<TrackResult, { outcome: 'refused' }>
  | { outcome: 'refused'; problems: Problem[] };

/** One answer for each, in order. The API refuses a list as a whole where one of it is not well-formed, so such stay here. */
export async function submit(client: Client, specs: readonly Spec[]): Promise<Result[]> {
  const checked = specs.map(checkSpec);
  const sound = specs.filter((_, i) => checked[i]!.ok);
  const tracked = sound.length > 0 ? await client.jobs.track(sound.map(toApi)) : [];
  let next = 0;
  return checked.map((it) => (it.ok ? tracked[next++]! : { outcome: 'refused', problems: it.problems }));
}

const toApi = ({ deadlineAt, ...spec }: Spec) => ({
  ...spec,
  ...(deadlineAt && { deadlineAt: new Date(deadlineAt).toISOString() }),
});

/** The tracked jobs as lists show them; null in the place of one that was refused. */
export async function summariesOf(client: Client, results: readonly Result[]): Promise<(object | null)[]> {
  try {
    return await each(results, async (it) =>
      it.outcome === 'refused' ? null : summaryOf(await client.jobs.get(addressOf(it.key))),
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    throw new Refusal(
      `The jobs are tracked. To show them, --json needs a token with the scope read. ${error.problem.detail}`,
    );
  }
}

function summaryOf({ subJobs: _subJobs, entities: _entities, ...job }: Job): object {
  return { ...job, error: job.error && { code: job.error.code, reason: job.error.reason } };
}
