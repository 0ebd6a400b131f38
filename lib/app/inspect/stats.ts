import { durationsKey, MAX_TYPES, type Durations } from '../../core/jobs/learnt.ts';
import { histogramOf, quantile, weightOf, type Bar, type Sketch } from '../../core/jobs/sketch.ts';
import { countsOf, type ServiceCount } from '../../core/discover/counts.ts';
import type { OriginStore, Table } from '../../ports.ts';

/** What is learnt of one type of jobs on one origin. Times in milliseconds. */
export interface Stats {
  origin: string;
  /** Null: the cloud named none. */
  jobType: string | null;
  /** Seen to end, ever. */
  ended: number;
  /** Checks of such jobs, for each that ended. */
  callsPerJob: number;
  /** How long they took; null: nobody knows. */
  took: (Spread & { bars: Bar[] }) | null;
  /** From the end of a job to the check that saw it. */
  delays: Spread | null;
}
interface Spread {
  /** Jobs that this is learnt from; of old ones only a part counts. */
  count: number;
  p10: number;
  p50: number;
  p90: number;
  p99: number;
}

/** Of these origins, each with what ended most often first. */
export async function statsOf(table: Table<Durations>, origins: readonly string[]): Promise<Stats[]> {
  const all = origins.map(async (origin) => {
    const { rows } = await table.list({ prefix: durationsKey(origin, ''), limit: MAX_TYPES });
    return rows.filter(({ ended }) => ended > 0).toSorted((a, b) => b.ended - a.ended);
  });
  return (await Promise.all(all)).flat().map(statsOfType);
}

/** What was recorded of a service within a day, by the name of the account's records. */
export interface RecordCounts extends ServiceCount {
  origin: string;
}

/** Of these accounts, as far as their records have been read. */
export async function recordCounts(
  table: Pick<OriginStore, 'get'>,
  trails: readonly string[],
  now: number,
): Promise<RecordCounts[]> {
  const all = trails.map(async (origin) => {
    const row = await table.get(origin);
    return countsOf(row?.trail?.counts ?? [], now).map((count) => ({ origin, ...count }));
  });
  return (await Promise.all(all)).flat();
}

function statsOfType({ origin, jobType, ended, calls, took, delays }: Durations): Stats {
  const spread = spreadOf(took);
  return {
    origin,
    jobType: jobType || null,
    ended,
    callsPerJob: Math.round((calls / ended) * 10) / 10,
    took: spread && { ...spread, bars: histogramOf(took) },
    delays: spreadOf(delays),
  };
}

function spreadOf(sketch: Sketch): Spread | null {
  const count = Math.round(weightOf(sketch));
  const at = (q: number): number => quantile(sketch, q)!;
  return count === 0 ? null : { count, p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
