import { describe, expect, it } from 'vitest';
import { MAX } from '../../../lib/core/jobs/bounds.ts';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import { EVENT_KINDS, eventId, isJobEvent, jobEvent, toDetail } from '../../../lib/core/jobs/event.ts';
import { JOB_EVENTS, type Job } from '../../../lib/core/jobs/job.ts';
import type { FailedSubJob, Observation } from '../../../lib/core/jobs/observation.ts';
import { ORIGIN_EVENTS } from '../../../lib/core/jobs/origin.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { failed, POLICY, report, START, unavailable } from '../../kit.ts';
import { events, newest, seen, tracked } from './events.ts';

describe('every kind of event', () => {
  it('is listed, by kind of row', () => {
    expect(EVENT_KINDS).toEqual(Object.keys(events));
    expect(EVENT_KINDS.filter((kind) => isJobEvent(events[kind]))).toEqual(JOB_EVENTS);
    expect(EVENT_KINDS.filter((kind) => kind.startsWith('origin.'))).toEqual(ORIGIN_EVENTS);
  });

  it.each(Object.entries(events))('%s is what the contract says, with nothing beside it', (kind, built) => {
    expect(eventSchemas().event.parse(built)).toEqual(built);
    expect(built.kind).toBe(kind);
    expect(JSON.parse(JSON.stringify(built))).toEqual(built);
  });

  it.each(Object.entries(events))(
    '%s is refused without its data, or with that of another',
    (kind, built) => {
      const other = kind.startsWith('job.') ? events['origin.recovered'] : events['job.failed'];
      expect(eventSchemas().event.safeParse({ ...built, data: undefined }).success).toBe(false);
      expect(eventSchemas().event.safeParse({ ...built, data: other.data }).success).toBe(false);
    },
  );

  it('has an id that Standard Webhooks allows', () => {
    for (const built of Object.values(events)) expect(built.metadata.id).toMatch(/^evt_[0-9a-f]{32}$/);
  });

  it('has an id of its own', () => {
    expect(new Set(Object.values(events).map((e) => e.metadata.id)).size).toBe(EVENT_KINDS.length);
  });

  it('is about its subject', () => {
    const subjects = Object.values(events).map((e) => e.subject);
    const job = tracked().key;
    expect(subjects).toEqual([
      job,
      job,
      job,
      job,
      job,
      job,
      'group/-/apply-42/1',
      'group/-/apply-42/1',
      'group/-/apply-42/1',
      'origin/hwc-ecs',
      'origin/hwc-ecs',
      'origin/hwc-ecs',
      'subscription/deploys',
      'subscription/deploys',
      'subscription/deploys',
      'subscription/deploys',
      'subscription/deploys',
      'subscription/deploys',
    ]);
  });

  it('goes over the bus as metadata and data', () => {
    const built = events['job.failed'];
    expect(toDetail(built)).toEqual({ metadata: built.metadata, data: built.data });
  });
});

describe('the id of an event', () => {
  it('is that of the same fact, however often and however late it is built', () => {
    const row = seen(failed);
    expect(newest({ ...row, version: 9 })).toEqual(newest(row));
    expect(newest(JSON.parse(JSON.stringify(row)) as Job)).toEqual(newest(row));
  });

  it('is another one for a job that is tracked anew', () => {
    const again = seen(failed, 10_000, tracked(START + 1));
    expect(newest(again).metadata.id).not.toBe(events['job.failed'].metadata.id);
    expect(newest(again).subject).toBe(events['job.failed'].subject);
  });

  it('cannot be mistaken for that of other parts put together the same way', () => {
    const ids = [eventId('a', 11, 'job.lost'), eventId('a1', 1, 'job.lost'), eventId('a', 1, 'job.lost')];
    expect(new Set(ids).size).toBe(3);
  });

  it('does not change from one version to the next: receivers remember it', () => {
    expect(eventId('hwc-ecs/p/j', 1_772_366_400_000, 'job.failed')).toBe(
      'evt_6b0da08395186f2e8a78430a9a0a1fa9',
    );
  });
});

describe('the event of a job', () => {
  it('has the outcome, which is null while the job is outstanding', () => {
    const outcomes = JOB_EVENTS.map((kind) => {
      const { data } = events[kind];
      return 'outcome' in data ? data.outcome : undefined;
    });
    expect(outcomes).toEqual(['succeeded', 'failed', 'gave_up', null, null, null]);
  });

  it('has who tracked it and as what, where that was given', () => {
    const given = { name: 'web-7', labels: { team: 'core' }, requestedBy: 'ci', correlationId: 'run-12' };
    const built = newest(seen(failed, 5_000, tracked(START, given)));
    expect(built.data).toMatchObject({
      job: {
        name: 'web-7',
        labels: { team: 'core' },
        requestedBy: 'ci',
        jobType: 'createServer',
        region: 'eu-west-101',
      },
    });
    expect(built.metadata.correlationId).toBe('run-12');
    const bare = events['job.failed'];
    expect(bare.metadata).not.toHaveProperty('correlationId');
    expect((bare.data as { job: object }).job).not.toHaveProperty('name');
  });

  it('has when it was tracked, when its end was found out, and the order', () => {
    const row = seen(unavailable, POLICY.giveUpAfter, seen(unavailable, POLICY.overdueAfter));
    const [first, second] = row.outbox.map((entry) => jobEvent(row, entry));
    expect(first!.metadata).toMatchObject({ sequence: 1, time: '2026-03-01T18:00:00.000Z', version: 1 });
    expect(second!.metadata.sequence).toBe(2);
    expect(second!.data).toMatchObject({
      trackedAt: '2026-03-01T12:00:00.000Z',
      detectedAt: '2026-03-16T12:00:00.000Z',
    });
  });

  it('has empty counts and no error where nothing was ever seen of the job', () => {
    const row = decide(
      tracked(),
      { kind: 'denied', detail: 'HTTP 401' },
      START + POLICY.giveUpAfter,
      POLICY,
    ).job;
    expect(newest(row).data).toMatchObject({
      status: null,
      error: null,
      subJobs: { total: 0, succeeded: 0, failed: 0, running: 0 },
      entities: {},
      job: { jobType: null },
    });
  });
});

describe('the size of an event', () => {
  const huge = 'reason '.repeat(10_000);
  const child: FailedSubJob = { jobId: 'c'.repeat(36), jobType: 'createNic', code: 'Ecs.0319', reason: huge };
  const failedWith = (children: number, reason: string | null = huge): Observation => ({
    kind: 'failed',
    status: 'FAIL',
    report: report({
      error: {
        code: 'Ecs.0204',
        reason,
        subJobs: Array.from({ length: children }, () => child),
        subJobsOmitted: 3,
      },
      entities: { server_id: 'bae51750', log: huge, nic_id: '0d5f' },
    }),
  });
  const errorOf = (children: number) =>
    newest(seen(failedWith(children))).data as unknown as {
      error: { reason: string; subJobs: FailedSubJob[]; subJobsOmitted: number };
      entities: object;
    };

  it('is bounded: texts are cut, with a marker', () => {
    const { error } = errorOf(1);
    expect(error.reason).toHaveLength(MAX.reason);
    expect(error.reason).toMatch(/^reason reason .*…$/);
    expect(error.subJobs[0]?.reason).toHaveLength(MAX.text);
    expect(error.subJobs[0]?.jobId).toBe(child.jobId);
  });

  it('is bounded: of many failed sub-jobs it has the first, and how many are left out', () => {
    expect(errorOf(20).error).toMatchObject({ subJobsOmitted: 3 });
    const many = errorOf(300).error;
    expect(many.subJobs).toHaveLength(MAX.subJobs);
    expect(many.subJobsOmitted).toBe(3 + 300 - MAX.subJobs);
  });

  it('is bounded: what does not fit of the entities is left out, with a marker', () => {
    expect(errorOf(0).entities).toEqual({ server_id: 'bae51750', nic_id: '0d5f', truncated: true });
  });

  it('is bounded also in letters that take three bytes', () => {
    const wide: FailedSubJob = {
      jobId: '漢'.repeat(999),
      jobType: '漢'.repeat(999),
      code: null,
      reason: '漢'.repeat(999),
    };
    const observed: Observation = {
      kind: 'failed',
      status: 'FAIL',
      report: report({
        error: {
          code: null,
          reason: null,
          subJobs: Array.from({ length: 20 }, () => wide),
          subJobsOmitted: 0,
        },
      }),
    };
    const { error } = newest(seen(observed)).data as unknown as ReturnType<typeof errorOf>;
    expect(Buffer.byteLength(JSON.stringify(error.subJobs))).toBeLessThan(MAX.subJobsBytes + 100);
    expect(error.subJobs.length).toBeGreaterThan(0);
    expect(error.subJobs.length + error.subJobsOmitted).toBe(20);
  });

  it('is whole characters: no half of a pair, no control characters', () => {
    const pairs = failedWith(0, `${'x'.repeat(MAX.reason - 2)}😀😀`);
    expect((newest(seen(pairs)).data as { error: { reason: string } }).error.reason).toBe(
      `${'x'.repeat(MAX.reason - 2)}…`,
    );
    const dirty = failedWith(0, 'a\u0000b\u001b[31mc\ud800d\ne');
    expect((newest(seen(dirty)).data as { error: { reason: string } }).error.reason).toBe(
      'a b [31mc\ufffdd\ne',
    );
  });
});
