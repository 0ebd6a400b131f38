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
