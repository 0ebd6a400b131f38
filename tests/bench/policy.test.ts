import { describe, expect, it } from 'vitest';
import { every, geometric, optimum, ours } from '../../bench/policy/checkers.ts';
import { simulate, type Outcome, type Size } from '../../bench/policy/world.ts';

const size: Size = { shape: 'narrow', jobs: 400, everyMs: 10_000, outstanding: 0, rate: 0 };
async function jobchime(of: Size, checkAuto: boolean): Promise<Outcome> {
  const { close, ...checker } = ours(checkAuto);
  try {
    return await simulate(of, checker);
  } finally {
    await close();
  }
}

describe('the benchmark of when to check', () => {
  it('gives fixed intervals the delay of half an interval, whatever else takes part', async () => {
    const { delayS, callsPerJob, jobs } = await simulate(size, every(30_000));
    expect(jobs).toBe(400);
    expect(delayS).toBeCloseTo(15, -1);
    expect(callsPerJob).toBeCloseTo(8.8, 0);
    expect((await simulate(size, geometric())).callsPerJob).toBeGreaterThan(callsPerJob);
  });

  it('sees what Jobchime learns: half the calls of a fixed interval, near to the optimum', async () => {
    const learnt = await jobchime(size, true);
    const [fixed, best] = [await simulate(size, every(34_000)), await simulate(size, optimum(size, 5_000))];
    expect(learnt.callsPerJob).toBeLessThan(fixed.callsPerJob / 2);
    expect(learnt.delayS).toBeLessThan(fixed.delayS * 1.1);
    expect(learnt.callsPerJob + learnt.delayS / 5).toBeLessThan(1.3 * (best.callsPerJob + best.delayS / 5));
  });

  it('sees a budget that does not suffice go where an end is likely', async () => {
    const scarce: Size = { ...size, everyMs: 0, outstanding: 120, rate: 1 };
    const fair = await simulate(scarce, every(30_000));
    expect((await jobchime(scarce, false)).delayS).toBeLessThan(fair.delayS * 0.6);
  });
});
