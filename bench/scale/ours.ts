import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../lib/app/sweep/sweep.ts';
import { vitals } from '../../lib/app/inspect/vitals.ts';
import { DEFAULT_POLICY } from '../../lib/core/jobs/policy.ts';
import { checkQueue } from '../../lib/core/row.ts';
import type { Runner } from '../harness/bench.ts';
import { NOW, ORIGIN } from './store.ts';

const PAGE = 500;
/** Before anything is due. */
const EARLY = NOW - 20_000;

interface Reps {
  sweeps: number;
  pages: number;
  scrapes: number;
}

/** What the service reads from its store again and again, each alone and repeated. */
export function asking(path: string, { sweeps, pages, scrapes }: Reps): Runner {
  const store = openStore(path);
  const telemetry = { line() {} };
  const clouds = { describe: () => null, check: () => Promise.reject(new Error('nothing is due')) };
  const deps: SweepDeps = {
    store,
    clouds,
    telemetry,
    bus: { publish: async () => [] },
    clock: () => EARLY,
    policy: DEFAULT_POLICY,
    pacer: createPacer(),
    budget: 200,
  };
  /** Microseconds of processor time for one. */
  const each = async (count: number, work: () => Promise<unknown>): Promise<number> => {
    // What is read for the first time comes from the disk.
    await work();
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += 1) await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  };
  return {
    async round() {
      let [checked, due, outstanding] = [0, 0, 0];
      const sweepUs = await each(sweeps, async () => void (checked += (await sweep(deps)).checked));
      const pageUs = await each(pages, async () => {
        due = (await store.jobs.due(checkQueue(ORIGIN), NOW, PAGE)).length;
      });
      const scrapeUs = await each(scrapes, async () => {
        ({ outstanding } = await vitals({ store, clock: () => NOW }));
      });
      if (outstanding === 0) throw new Error('the store is empty');
      globalThis.gc?.();
      const rssMb = process.memoryUsage.rss() / 1e6;
      return {
        units: sweeps + pages + scrapes,
        counters: { checked, due },
        figures: { sweepUs, pageUs, scrapeUs, rssMb, outstanding },
      };
    },
    close: () => store.close(),
  };
}
