import { bench, type Contender } from './harness/bench.ts';
import { every, geometric, optimum, ours } from './policy/checkers.ts';
import type { Shape } from './policy/durations.ts';
import { simulate, type Checker, type Outcome, type Size } from './policy/world.ts';

const counted = ({ jobs, ...figures }: Outcome) => ({ units: jobs, counters: { jobs }, figures });

const FREE: readonly Shape[] = ['narrow', 'wide', 'bimodal', 'drifting', 'mixed'];
const STEADY = FREE.filter((name) => name !== 'drifting');
const CROWD = '600 jobs, 5 calls a second';
const SCARCE: readonly string[] = [
  CROWD,
  ...['narrow', 'bimodal', 'mixed'].map((name) => `${name}, 1 call a second`),
];

const contender = (
  title: string,
  cases: readonly string[],
  make: (size: Size) => Promise<Outcome>,
): Contender<Size> => ({
  title,
  cases,
  open: (size) => ({ round: async () => counted(await make(size)) }),
});
const simple = (
  title: string,
  make: (size: Size) => Checker<null>,
  cases: readonly string[] = FREE,
): Contender<Size> => contender(title, cases, (size) => simulate(size, make(size)));

async function jobchime(size: Size, checkAuto: boolean): Promise<Outcome> {
  const { close, ...checker } = ours(checkAuto);
  try {
    return await simulate(size, checker);
  } finally {
    await close();
  }
}

/** The same policy at the setting at which it sees ends as late as Jobchime does: the more, the later. */
async function asLate(size: Size, of: (setting: number) => Checker<null>): Promise<Outcome> {
  const { delayS } = await jobchime(size, true);
  let [low, high] = [500, 600_000];
  for (let n = 0; n < 14; n += 1) {
    const middle = Math.sqrt(low * high);
    const tried = await simulate(size, of(middle));
    if (tried.delayS < delayS) low = middle;
    else high = middle;
  }
  return simulate(size, of(low));
}

export default bench<Size>({
  about:
    'When to check: calls for a job, and seconds from its end to the check that saw it, in virtual time, after 50 jobs to learn from. Jobchime runs its own rules, learning and store. The optimum knows the type of each job without a call and the durations of all jobs that ever come.',
  unit: 'job',
  cases(quick) {
    const jobs = quick ? 60 : 3_000;
    const free = (shape: Shape): Size => ({ shape, jobs, everyMs: 10_000, outstanding: 0, rate: 0 });
    const scarce = (shape: Shape): Size => ({ shape, jobs, everyMs: 0, outstanding: 120, rate: 1 });
    const all: Record<string, Size> = {
      ...Object.fromEntries(FREE.map((shape) => [shape, free(shape)])),
      [CROWD]: { ...scarce('narrow'), outstanding: 600, rate: 5 },
      'narrow, 1 call a second': scarce('narrow'),
      'bimodal, 1 call a second': scarce('bimodal'),
      'mixed, 1 call a second': scarce('mixed'),
    };
    // Each contender of a case is a process: two cases show whether all of them run.
    return quick ? { narrow: all['narrow']!, [CROWD]: all[CROWD]! } : all;
  },
  contenders: {
    jobchime: contender('Jobchime, check_every: auto', FREE, (size) => jobchime(size, true)),
    scarce: contender('Jobchime, check_every: 30s', SCARCE, (size) => jobchime(size, false)),
    'fixed-as-late': contender('a fixed interval that is as late', FREE, (size) => asLate(size, every)),
    'optimum-as-late': contender('the optimum at the same delay', STEADY, (size) =>
      asLate(size, (price) => optimum(size, price)),
    ),
    'every-5': simple('every 5 s', () => every(5_000)),
    'every-10': simple('every 10 s', () => every(10_000)),
    'every-30': simple('every 30 s', () => every(30_000)),
    'every-60': simple('every 60 s', () => every(60_000)),
    geometric: simple('10 % longer each time', geometric),
    fair: simple('every 30 s, first come first served', () => every(30_000), SCARCE),
  },
  warmUps: 0,
  figures: { callsPerJob: 'calls a job', delayS: 'mean delay, s', p95S: 'p95, s' },
  plot: { x: 'callsPerJob', y: 'delayS' },
  goals: [
    { of: 'jobchime', to: 'fixed-as-late', figure: 'callsPerJob', max: 0.5, cases: ['narrow', 'bimodal'] },
    { of: 'jobchime', to: 'fixed-as-late', figure: 'callsPerJob', max: 1.05, cases: ['wide'] },
    { of: 'jobchime', to: 'optimum-as-late', figure: 'callsPerJob', max: 1.3, cases: STEADY },
    { of: 'scarce', to: 'fair', figure: 'delayS', max: 0.5, cases: [CROWD] },
  ],
});
