import { describe, expect, it } from 'vitest';
import { spansOfAttempt, spansOfJob, traceOf } from '../../lib/core/spans.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import { events } from './jobs/events.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const submitted = (event: Event, flags = '01'): Event => ({
  ...event,
  metadata: { ...event.metadata, traceparent: `00-${TRACE}-${PARENT}-${flags}` },
});
const attempt = {
  delivery: 'dlv_1',
  attempt: 1,
  channel: 'slack',
  subscription: 'ops',
  target: 'hooks.slack.com',
  reason: 'ok',
  isSent: true,
  from: 1_000,
  to: 1_200,
};

describe('the spans of a job', () => {
  it('belong to the trace that it was submitted with, below the span of whoever submitted it', () => {
    const [life] = spansOfJob(submitted(events['job.failed']));
    expect(life).toMatchObject({ traceId: TRACE, parentId: PARENT, kind: 'internal' });
    expect(life!.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('have a trace of their own where it was submitted with none, the same wherever that is found', () => {
    const [life] = spansOfJob(events['job.failed']);
    expect(life!.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(life).not.toHaveProperty('parentId');
    expect(spansOfJob(structuredClone(events['job.failed']))).toEqual(spansOfJob(events['job.failed']));
    expect(traceOf(events['job.failed'])).not.toEqual(traceOf(events['ping']));
  });

  it('say from when to when it ran, how it ended, and how long that was not seen', () => {
    const { data } = structuredClone(events['job.failed']) as Extract<Event, { kind: 'job.failed' }>;
    data.detectedAt = new Date(Date.parse(data.endedAt!) + 20_000).toISOString();
    const event = { ...events['job.failed'], data } as Event;
    const [life, seen] = spansOfJob(event);
    const [ended, detected] = [Date.parse(data.endedAt!), Date.parse(data.detectedAt)];
    expect(life).toMatchObject({ from: Date.parse(data.beganAt!), to: ended, problem: data.error!.reason });
    expect(life!.attributes).toMatchObject({
      'jobchime.job': data.job.key,
      'jobchime.outcome': 'failed',
      'error.type': data.error!.code,
    });
    expect(seen).toMatchObject({ parentId: life!.spanId, name: 'detect', from: ended, to: detected });
    expect(spansOfJob(events['job.succeeded'])[0]).not.toHaveProperty('problem');
  });

  it('are none before its end, and none where nobody records the trace', () => {
    for (const kind of ['job.overdue', 'job.payment_pending', 'ping'] as const)
      expect(spansOfJob(events[kind])).toEqual([]);
    expect(spansOfJob(submitted(events['job.failed'], '00'))).toEqual([]);
    expect(spansOfAttempt(submitted(events['job.failed'], '00'), attempt)).toEqual([]);
  });
});

describe('the span of an attempt', () => {
  it('stands below that of its job, one for each attempt', () => {
    const event = submitted(events['job.failed']);
    const [life] = spansOfJob(event);
    const [first] = spansOfAttempt(event, attempt);
    expect(first).toMatchObject({
      traceId: TRACE,
      parentId: life!.spanId,
      kind: 'client',
      from: 1_000,
      to: 1_200,
    });
    expect(first).not.toHaveProperty('problem');
    const [second] = spansOfAttempt(event, { ...attempt, attempt: 2, isSent: false, reason: 'server_error' });
    expect(second).toMatchObject({ problem: 'server_error' });
    expect(second!.spanId).not.toBe(first!.spanId);
  });

  it('has a trace of its own where the event is about no job', () => {
    expect(spansOfAttempt(events['ping'], attempt)[0]!.traceId).not.toBe(
      spansOfAttempt(events['origin.unreachable'], attempt)[0]!.traceId,
    );
  });
});
