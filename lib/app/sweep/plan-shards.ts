import { shardsOf } from '../../core/jobs/shards.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { pool } from '../../core/pool.ts';
import { checkQueue } from '../../core/row.ts';
import type { Clouds, JobStore } from '../../ports.ts';
import { originsWaiting } from './due-checks.ts';

export interface ShardsDeps {
  jobs: JobStore;
  clouds: Pick<Clouds, 'describe' | 'trails'>;
  policy: Pick<Policy, 'checkEvery'>;
}

const MAX_ORIGINS = 2_000;
const CONCURRENCY = 16;
/** Records are read once a minute, a page or two at a time: as much as some checks. */
const READING = 0.1;
/** Jobs of which much is known are checked more often when their end is near: as often as that on the average. */
const CHECKS_EACH = 2;

/**
 * The origins that have checks to make before `until`, and those whose records are read, divided among workers of `capacity` checks a
 * second. What an origin asks
 * for is bounded by its pace, which needs no reading; only where that is more than one worker has, their jobs are counted,
 * no further than the pace goes. It is a guess, and nothing but the time of checks depends on it.
 */
export async function planShards(
  { jobs, clouds, policy }: ShardsDeps,
  until: number,
  capacity: number,
): Promise<string[][]> {
  const names = await originsWaiting(jobs, until, MAX_ORIGINS);
  const bounds = names.map((origin) => {
    const known = clouds.describe(origin);
    const rate = known?.rate ?? 1;
    return { origin, account: known?.account ?? origin, rate, perSecond: rate };
  });
  const readings = (clouds.trails ?? []).map(({ discovery: { origin }, about: { account, rate } }) => ({
    origin,
    account,
    rate,
    perSecond: READING,
  }));
  const atMost = shardsOf([...bounds, ...readings], capacity);
  if (atMost.length <= 1) return atMost;
  const perJob = (CHECKS_EACH * 1_000) / policy.checkEvery;
  const loads = await pool(bounds, CONCURRENCY, async (bound) => {
    const { count } = await jobs.depth(checkQueue(bound.origin), Math.ceil(bound.rate / perJob));
    return { ...bound, perSecond: Math.min(bound.rate, count * perJob) };
  });
  return shardsOf([...loads, ...readings], capacity);
}
