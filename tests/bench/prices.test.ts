import { expect, it } from 'vitest';
import {
  dollars,
  gbSeconds,
  minus,
  NOTHING,
  plus,
  priced,
  times,
  type Usage,
} from '../../bench/aws/prices.ts';

const MILLION = 1_000_000;

it('a million of each thing costs what the price list says', () => {
  const cost = (kind: keyof Usage): number => dollars({ ...NOTHING, [kind]: MILLION });
  expect(cost('writeUnits')).toBeCloseTo(0.625);
  expect(cost('readUnits')).toBeCloseTo(0.125);
  expect(cost('events')).toBeCloseTo(1);
  expect(cost('sqsRequests')).toBeCloseTo(0.4);
  expect(cost('gbSeconds')).toBeCloseTo(13.3334);
  expect(cost('invocations')).toBeCloseTo(0.2);
  expect(cost('schedules')).toBeCloseTo(1);
  // A thousand GB.
  expect(dollars({ ...NOTHING, logBytes: 1e12 })).toBeCloseTo(500);
});

it('a bill is the sum of its lines', () => {
  const usage = { ...NOTHING, writeUnits: 5, readUnits: 14, events: 1, gbSeconds: 0.21, logBytes: 700 };
  const lines = Object.values(priced(usage)).reduce((sum, line) => sum + line, 0);
  expect(dollars(usage) * MILLION).toBeCloseTo(3.125 + 1.75 + 1 + 2.8 + 0.35, 4);
  expect(lines).toBeCloseTo(dollars(usage), 12);
});

it('what is used adds up', () => {
  const one = { ...NOTHING, writeUnits: 2, events: 1 };
  const other = { ...NOTHING, writeUnits: 3, sqsRequests: 4 };
  expect(plus(one, other)).toEqual({ ...NOTHING, writeUnits: 5, events: 1, sqsRequests: 4 });
  expect(minus(plus(one, other), other)).toEqual(one);
  expect(times(one, 3)).toEqual({ ...NOTHING, writeUnits: 6, events: 3 });
});

it('a function with a quarter of a GB that loops all month takes what a month has', () => {
  expect(gbSeconds(1_000, 1_024)).toBe(1);
  expect(dollars({ ...NOTHING, gbSeconds: gbSeconds(30 * 86_400_000, 256) })).toBeCloseTo(8.64, 2);
});
