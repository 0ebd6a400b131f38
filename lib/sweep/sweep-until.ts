import { PUBLISH_QUEUE } from '../jobs/row.ts';
import type { Store } from '../ports.ts';
import { sweep, type SweepDeps, type Swept } from './sweep.ts';

export interface Shift {
  /** Nothing is taken up from then on; epoch milliseconds. */
  until: number;
  sleep: (ms: number) => Promise<void>;
}

export interface Shifted extends Swept {
  sweeps: number;
  /** How far behind it found the looks, and the news that is to be published, in milliseconds. */
  lagMs: number;
  outboxAgeMs: number;
}

/** What is beyond an origin's pace stays due, so there is nothing gained by looking for it more often. */
const TICK_MS = 1_000;
/** Far more than one project has. */
const MAX_QUEUES = 500;

/**
 * For a schedule that is coarser than the looks: sweeps, sleeps until the next row is due, and ends as soon as nothing more
 * falls due before `until`. Where nothing is going on, that is after one sweep.
 */
export async function sweepUntil(deps: SweepDeps, { until, sleep }: Shift): Promise<Shifted> {
  const { clock } = deps;
  const found = await earliest(deps.store, clock());
  const behind = (at: number): number => (at === Infinity ? 0 : Math.max(0, clock() - at));
  const total = { sweeps: 0, lagMs: behind(found.look), outboxAgeMs: behind(found.news) };
  const sum: Swept = { looked: 0, settled: 0, published: 0 };
  for (;;) {
    const swept = await sweep(deps, () => clock() < until);
    total.sweeps += 1;
    sum.looked += swept.looked;
    sum.settled += swept.settled;
    sum.published += swept.published;
    const next = await earliest(deps.store, until);
    const at = Math.max(Math.min(next.look, next.news), clock() + TICK_MS);
    if (at >= until) return { ...sum, ...total };
    await sleep(at - clock());
  }
}

/** When the first look, and the first news, is due of those that are due before `before`; `Infinity` where there is none. */
async function earliest(
  { jobs, origins, endpoints }: Store,
  before: number,
): Promise<{ look: number; news: number }> {
  const places = await Promise.all(
    [jobs, origins, endpoints].map(async (table) => {
      const queues = await table.queues('', before, MAX_QUEUES);
      const first = queues.map(async (queue) => ({ queue, row: (await table.due(queue, before, 1))[0] }));
      return Promise.all(first);
    }),
  );
  const firstOf = (isNews: boolean): number =>
    Math.min(
      ...places
        .flat()
        .filter(({ queue }) => (queue === PUBLISH_QUEUE) === isNews)
        .map(({ row }) => row?.due?.at ?? Infinity),
    );
  return { look: firstOf(false), news: firstOf(true) };
}
