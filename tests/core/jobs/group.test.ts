import { expect, it } from 'vitest';
import { dueSoon, newGroup } from '../../../lib/core/jobs/group.ts';
import { START } from '../../kit.ts';

it.each([
  [1, 1_000],
  [1_000, 1_000],
  [10_000, 10_000],
  [100_000, 30_000],
])('the members of a group of %i are counted again after %i ms at the earliest', (joined, wait) => {
  const wish = { projects: null, name: 'apply-42', requestedBy: null };
  const group = { ...newGroup(wish, 1, START), joined, countedAt: START };
  expect(dueSoon(group, START + 500).nextAt).toBe(START + wait);
  expect(dueSoon(group, START + 40_000).nextAt).toBe(START + 40_000);
});
