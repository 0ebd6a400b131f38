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
