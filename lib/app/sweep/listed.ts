import type { Job } from '../../core/jobs/job.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import type { Allowance } from './allowance.ts';
import type { Round } from './check.ts';
import type { SweepDeps } from './deps.ts';

/** What one request about many jobs said of each of them. */
export interface Listed {
  /** Where the service lists its jobs, and enough of these are due: one request for all; not again soon where it left many out. */
  read(rows: readonly Job[]): Promise<void>;
  /** What the last one said of a job that is to be checked. */
  of(job: Job): Observation | undefined;
}

export function createListed(deps: SweepDeps, name: string, round: Round, { mayRequest }: Allowance): Listed {
  const { clouds, clock, policy, signal } = deps;
  let found: ReadonlyMap<string, Observation> = new Map();
  let againAt = 0;

  async function list(rows: readonly Job[]): Promise<typeof found> {
    const from = clouds.describe(name)?.listFrom ?? Infinity;
    const unchecked = rows.filter(({ outbox }) => outbox.length === 0);
    if (unchecked.length < from || round.origin.state !== 'ok' || clock() < againAt) return new Map();
    if (!clouds.checkAll || !(await mayRequest())) return new Map();
    const answered = (await clouds.checkAll(name, unchecked, signal)) ?? new Map<string, Observation>();
    if (unchecked.length - answered.size >= from) againAt = clock() + policy.checkEvery;
    return answered;
  }

  return {
    read: async (rows) => void (found = await list(rows)),
    of: ({ key, outbox }) => (outbox.length === 0 ? found.get(key) : undefined),
  };
}
