import { expect, it } from 'vitest';
import { checkSpec } from '../../../lib/core/jobs/spec.ts';

it('says of a label whose name is too long what is wrong with the name', () => {
  const name = 'a'.repeat(65);
  expect(checkSpec({ origin: 'hwc-ecs', jobId: 'a1', labels: { [name]: 'b' } })).toEqual({
    ok: false,
    problems: [{ field: `labels.${name}`, problem: 'is a name that must be at most 64 characters' }],
  });
});
