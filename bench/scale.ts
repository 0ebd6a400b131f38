import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, type Contender } from './harness/bench.ts';
import { asking } from './scale/ours.ts';
import { fill } from './scale/store.ts';

interface Size {
  /** Outstanding jobs of each store; of each as many are due as the smallest holds. */
  small: number;
  middle: number;
  large: number;
  repeated: number;
}

const over = (which: 'small' | 'middle' | 'large', title: string): Contender<Size> => ({
  title,
  open: ({ repeated }, folder: string) =>
    asking(join(folder, `${which}.db`), {
      sweeps: repeated,
      pages: Math.ceil(repeated / 20),
      scrapes: repeated,
    }),
});

export default bench<Size>({
  about:
    'The same queries of stores of different sizes, all with 10,000 jobs due: a sweep that finds nothing due, a page of 500 due jobs, what Prometheus reads, and the memory of the process after that. Each store is a file; what is read again comes from memory.',
  unit: 'query',
  cases: (quick) => ({
    'a store that grows': quick
      ? { small: 1_000, middle: 2_000, large: 5_000, repeated: 20 }
      : { small: 10_000, middle: 100_000, large: 1_000_000, repeated: 1_000 },
  }),
  async stage({ small, middle, large }) {
    const folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-'));
    for (const [name, jobs] of Object.entries({ small, middle, large }))
      await fill(join(folder, `${name}.db`), jobs, small);
    return { at: folder, close: async () => rmSync(folder, { recursive: true, force: true }) };
  },
  contenders: {
    million: over('large', '1,000,000 outstanding'),
    hundred: over('middle', '100,000 outstanding'),
    ten: over('small', '10,000 outstanding'),
  },
  fresh: true,
  figures: {
    perSecond: 'queries per second',
    sweepUs: 'empty sweep, CPU us',
    pageUs: '500 due jobs, CPU us',
    scrapeUs: 'metrics, CPU us',
    rssMb: 'memory, MB',
    outstanding: 'outstanding',
  },
  goals: [
    { of: 'million', to: 'ten', figure: 'sweepUs', max: 1.3 },
    { of: 'million', to: 'ten', figure: 'pageUs', max: 1.3 },
    { of: 'million', to: 'ten', figure: 'scrapeUs', max: 1.3 },
    { of: 'million', to: 'hundred', figure: 'rssMb', max: 1.05 },
  ],
  plot: ['sweepUs', 'pageUs', 'scrapeUs', 'rssMb'],
});
