import { expect, it } from 'vitest';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import { PING } from '../../../lib/core/jobs/event.ts';
import { SAMPLE_KINDS, sampleEvent } from '../../../lib/core/jobs/sample-event.ts';
import { describe } from '../../../lib/core/notify/message.ts';
import { PROJECT, START } from '../../kit.ts';

const about = {
  info: { origin: 'otc-ecs', service: 'ecs', cloud: 'otc', region: 'eu-de' },
  projectId: PROJECT,
  name: 'web-7',
  labels: { team: 'web' },
  subscription: 'ops',
};

it.each([...SAMPLE_KINDS, PING] as const)(
  'a sample of %s is an event as the contract has it, and says something',
  (kind) => {
    const sample = sampleEvent({ kind, about, seed: 'a', at: START });
    expect(eventSchemas().event.parse(sample)).toEqual(sample);
    expect(sample.kind).toBe(kind);
    expect(sample.metadata.time).toBe(new Date(START).toISOString());
    expect(describe(sample).title).not.toMatch(/undefined|null/);
  },
);

it('two samples meet only where they are meant to be the same', () => {
  const of = (seed: string) => sampleEvent({ kind: 'job.failed', about, seed, at: START });
  expect(of('a')).toEqual(of('a'));
  expect(of('b').subject).not.toBe(of('a').subject);
  expect(of('b').metadata.id).not.toBe(of('a').metadata.id);
});

it('a sample of a group is told of members that are counted, and names the one that it is told because of', () => {
  const of = (kind: 'group.ended' | 'group.failing' | 'group.overdue') =>
    sampleEvent({ kind, about, seed: 'a', at: START }).data;
  expect(of('group.ended')).toMatchObject({
    outcome: 'partial',
    closedBy: 'close',
    counts: { total: 3, outstanding: 0, succeeded: 2, failed: 1 },
    failures: [{ code: 'Ecs.0204', count: 1, jobs: ['web-7'] }],
  });
  expect(of('group.failing')).toMatchObject({
    outcome: null,
    counts: { total: 3, outstanding: 1, failed: 1 },
    first: { name: 'web-7', code: 'Ecs.0204' },
  });
  expect(of('group.overdue')).toMatchObject({
    counts: { total: 3, outstanding: 2, overdue: 1, failed: 0 },
    first: { name: 'web-7' },
  });
});
