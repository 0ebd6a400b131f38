import { bench } from '../../bench/harness/bench.ts';

/** A benchmark of contenders that only count, for the test of the harness. */
const counting = (done: number) => ({
  title: `counts ${done}`,
  open: (size: number) => ({
    round: async () => ({ units: size, counters: { done }, figures: { pid: process.pid } }),
  }),
});

export default bench<number>({
  about: 'Nothing is measured.',
  unit: 'thing',
  cases: () => ({ 'all agree': 3 }),
  contenders: {
    first: counting(3),
    second: counting(3),
    absent: { ...counting(3), needs: ['a-package-that-nobody-has'] },
  },
  goals: [
    { of: 'first', figure: 'cpuUs', min: 0 },
    { of: 'first', to: 'absent', figure: 'cpuUs', max: 1 },
  ],
});
