import { describe, expect, it } from 'vitest';
import { planOf, type Plan } from '../../../lib/core/jobs/plan.ts';
import { addTo, NO_SKETCH } from '../../../lib/core/jobs/sketch.ts';
import { logNormal, seeded } from './random.ts';

const GAP = 600_000;
const random = seeded(7);
const narrow = logNormal(random, 240_000, 0.25);
const shortOrLong = (): number => logNormal(random, random() < 0.5 ? 20_000 : 1_800_000, 0.2)();

const sketchOf = (draw: () => number, count: number) =>
  Array.from({ length: count }, draw).reduce(addTo, NO_SKETCH);

/** Calls a job, and seconds from its end to the call that saw it. */
function outcome(next: (since: number) => number, draw: () => number) {
  let [calls, delay] = [0, 0];
  for (let n = 0; n < 2_000; n += 1) {
    const end = draw();
    let at = 0;
    do {
      at = next(at);
      calls += 1;
    } while (at < end);
    delay += at - end;
  }
  return { calls: calls / 2_000, delay: delay / 2_000_000 };
}

const byPlan = (plan: Plan, price: number) => (since: number) => plan.next(since, price);
const every = (ms: number) => (since: number) => since + ms;

describe('a plan of checks', () => {
  it.each([
    ['take about the same time', narrow, 30_000],
    ['are short or long', shortOrLong, 60_000],
  ])(
    'asks less than half as often as a fixed interval where jobs %s, and sees the end as soon',
    (_, draw, ms) => {
      const fixed = outcome(every(ms), draw);
      const learnt = outcome(byPlan(planOf(sketchOf(draw, 50), GAP), ms / 6), draw);
      expect(learnt.calls).toBeLessThan(0.5 * fixed.calls);
      expect(learnt.delay).toBeLessThan(1.4 * fixed.delay);
    },
  );

  it('asks the less often the more a call is worth', () => {
    const plan = planOf(sketchOf(narrow, 200), GAP);
    const calls = [1_000, 5_000, 20_000, 60_000].map((price) => outcome(byPlan(plan, price), narrow).calls);
    expect(calls).toEqual(calls.toSorted((a, b) => b - a));
    expect(calls.at(-1)).toBeLessThan(2);
  });

  it('leaves no job alone for longer than it may, at any age', () => {
    const plan = planOf(sketchOf(narrow, 50), 120_000);
    for (let since = 0; since < 5e9; since = since * 1.3 + 1_000) {
      const next = plan.next(since, 1e9);
      expect(next).toBeGreaterThan(since);
      expect(next).toBeLessThanOrEqual(since + 120_000);
      expect(plan.worth(since, since + 120_000)).toBe(Infinity);
    }
  });

  it('checks a job that outlives all before it again and again', () => {
    const plan = planOf(sketchOf(narrow, 50), GAP);
    for (let since = 1_000_000; since < 1e8; since *= 2)
      expect(plan.next(since, 5_000)).toBeLessThanOrEqual(since + GAP);
  });

  it('says how likely an end is: never yet, at the median about half, long after nearly surely', () => {
    const plan = planOf(sketchOf(narrow, 200), GAP);
    expect(plan.ended(0, 30_000)).toBeLessThan(0.01);
    expect(plan.ended(0, 240_000)).toBeCloseTo(0.5, 0);
    expect(plan.ended(0, 600_000)).toBeGreaterThan(0.98);
    expect(plan.ended(0, 240_000)).toBeGreaterThan(plan.ended(230_000, 240_000));
  });

  it('is worth the price at which it would be checked now, so ranking and planning agree', () => {
    const plan = planOf(sketchOf(narrow, 200), GAP);
    for (const price of [1_000, 4_000, 16_000, 64_000]) {
      expect(plan.worth(0, plan.next(0, price))).toBeGreaterThanOrEqual(price * 0.999);
      expect(plan.worth(0, plan.next(0, price) - 5_000)).toBeLessThan(price);
    }
  });

  it('can be made of one job, and of the same again and again', () => {
    for (const draw of [() => 1, () => 240_000, () => 1e12]) {
      const plan = planOf(sketchOf(draw, 1), GAP);
      expect(plan.next(0, 5_000)).toBeGreaterThan(0);
      expect(planOf(sketchOf(draw, 100), GAP).next(0, 5_000)).toBeLessThanOrEqual(GAP);
    }
  });
});
