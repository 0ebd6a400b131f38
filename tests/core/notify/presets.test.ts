import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, type EventKind } from '../../../lib/core/jobs/event.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { compilePattern, explainMismatch, matches, type Pattern } from '../../../lib/core/notify/pattern.ts';
import { envelope, PRESETS, type Preset } from '../../../lib/core/notify/presets.ts';
import { events, newest, seen, tracked } from '../jobs/events.ts';
import { report } from '../../kit.ts';

function pattern(preset: Preset): Pattern {
  const compiled = compilePattern(PRESETS[preset]);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.pattern;
}
const succeededWith = (failed: number): Observation => ({
  kind: 'succeeded',
  status: 'SUCCESS',
  report: report({ subJobs: { total: 3, succeeded: 3 - failed, failed, running: 0 } }),
});

describe('a preset', () => {
  const wanted: Record<Preset, readonly EventKind[]> = {
    failures: [
      'job.failed',
      'job.lost',
      'job.overdue',
      'job.unreachable',
      'job.payment_pending',
      'group.failing',
      'group.overdue',
      'group.ended',
      'origin.unreachable',
      'origin.recovered',
      'origin.at_risk',
      'subscription.failing',
      'subscription.disabled',
      'subscription.recovered',
      'delivery.failed',
    ],
    endings: ['job.succeeded', 'job.failed', 'job.lost', 'group.ended'],
    everything: EVENT_KINDS,
  };
  it.each(Object.keys(wanted) as Preset[])('%s matches just these kinds', (preset) => {
    const found = EVENT_KINDS.filter((kind) => matches(pattern(preset), envelope(events[kind])));
    expect(found.toSorted()).toEqual(wanted[preset].toSorted());
  });

  it('failures matches a success with failed children as well', () => {
    const failures = pattern('failures');
    expect(matches(failures, envelope(newest(seen(succeededWith(1)))))).toBe(true);
    expect(matches(failures, envelope(newest(seen(succeededWith(0)))))).toBe(false);
    expect(explainMismatch(failures, envelope(newest(seen(succeededWith(0)))))).toMatch(
      /; nor: detail\.data\.subJobs\.failed is 0, wanted \{"numeric":\[">",0\]\}$/,
    );
  });

  it.each(['job.lost', 'job.overdue', 'job.unreachable', 'job.payment_pending'] as const)(
    'failures tells of the good end of what it told of by %s',
    (before) => {
      const told = { ...tracked(), emitted: [before] };
      const end = envelope(newest(seen(succeededWith(0), 5_000, told)));
      expect(end.detail.data).toMatchObject({ earlier: [before] });
      expect(matches(pattern('failures'), end)).toBe(true);
    },
  );

  it.each(Object.keys(wanted) as Preset[])(
    '%s wants nothing that others publish on the same bus',
    (preset) => {
      const foreign = { ...envelope(events['job.failed']), source: 'aws.ec2' };
      expect(matches(pattern(preset), foreign)).toBe(false);
    },
  );

  it.each(Object.entries(PRESETS))('%s can be written out and read again', (preset, raw) => {
    expect(compilePattern(JSON.parse(JSON.stringify(raw)))).toMatchObject({ ok: true });
    expect(pattern(preset as Preset).raw).toEqual(raw);
  });
});

describe('the envelope', () => {
  it.each(Object.entries(events))(
    'of %s has the form in which EventBridge hands events on',
    (kind, event) => {
      expect(envelope(event)).toEqual({
        version: '0',
        id: event.metadata.id,
        source: 'jobchime',
        'detail-type': kind,
        time: event.metadata.time,
        resources: [event.subject],
        detail: { metadata: event.metadata, data: event.data },
      });
    },
  );

  it('can be matched by what people look for in a job', () => {
    const raw = {
      'detail-type': [{ prefix: 'job.' }],
      detail: {
        metadata: { version: [1] },
        data: {
          job: { origin: ['hwc-ecs'], jobType: [{ wildcard: 'create*' }] },
          error: { code: [{ prefix: 'Ecs.' }] },
        },
      },
    };
    const compiled = compilePattern(raw);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    expect(matches(compiled.pattern, envelope(events['job.failed']))).toBe(true);
    expect(matches(compiled.pattern, envelope(events['job.succeeded']))).toBe(false);
  });
});
