import { expect, it } from 'vitest';
import { checkSpec } from '../../../lib/core/jobs/spec.ts';

it('says of a label whose name is too long what is wrong with the name', () => {
  const name = 'a'.repeat(65);
  expect(checkSpec({ origin: 'hwc-ecs', jobId: 'a1', labels: { [name]: 'b' } })).toEqual({
    ok: false,
    problems: [{ field: `labels.${name}`, problem: 'is a name that must be at most 64 characters' }],
  });
});

it('refuses a label called __proto__, which would be lost', () => {
  const labels: unknown = JSON.parse('{"team": "web", "__proto__": "x"}');
  expect(checkSpec({ origin: 'hwc-ecs', jobId: 'a1', labels })).toEqual({
    ok: false,
    problems: [{ field: 'labels', problem: 'cannot have a label called __proto__' }],
  });
});

it.each([
  [0, 'is in the past'],
  [-62_135_596_800_000, 'is in the past'],
  [Number.MAX_SAFE_INTEGER, 'is later than the year 9999'],
  [1.5, 'must be a time'],
])('refuses the deadline %d, which %s, in words', (deadlineAt, problem) => {
  expect(checkSpec({ origin: 'hwc-ecs', jobId: 'a1', deadlineAt })).toEqual({
    ok: false,
    problems: [{ field: 'deadlineAt', problem }],
  });
});

it('refuses half of a pair of surrogates, which would be stored as something else', () => {
  const given = {
    origin: 'hwc-ecs',
    jobId: 'a1',
    name: '\uD83D',
    labels: { '\uDE80': 'x', team: 'a\uD83D' },
  };
  const found = checkSpec(given);
  expect(found.ok ? [] : found.problems.map(({ field }) => field).toSorted()).toEqual([
    'labels.team',
    'labels.\uDE80',
    'name',
  ]);
  expect(checkSpec({ ...given, name: '🚀', labels: { '🚀': '🚀' } }).ok).toBe(true);
});
