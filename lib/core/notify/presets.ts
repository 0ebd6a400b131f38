import { SOURCE, toDetail, type Event, type EventKind } from '../jobs/event.ts';

const kinds = (...wanted: EventKind[]): EventKind[] => wanted;

/** What most people mean, by name: event patterns as anybody could write them. */
export const PRESETS = {
  /**
   * Whatever needs a person, and when it is over. A parent job may succeed with failed children, after its command gave up, or
   * after it was told of as overdue.
   */
  failures: {
    source: [SOURCE],
    $or: [
      {
        'detail-type': kinds(
          'job.failed',
          'job.lost',
          'job.overdue',
          'job.unreachable',
          'job.payment_pending',
          'group.failing',
          'group.overdue',
          'origin.unreachable',
          'origin.recovered',
          'origin.at_risk',
          'subscription.failing',
          'subscription.disabled',
          'subscription.recovered',
          'delivery.failed',
        ),
      },
      {
        'detail-type': kinds('group.ended'),
        detail: { data: { outcome: ['failed', 'partial'] } },
      },
      {
        'detail-type': kinds('job.succeeded'),
        detail: { data: { subJobs: { failed: [{ numeric: ['>', 0] }] } } },
      },
      {
        'detail-type': kinds('job.succeeded'),
        detail: { data: { outlived: [true] } },
      },
      {
        'detail-type': kinds('job.succeeded'),
        detail: {
          data: { earlier: kinds('job.lost', 'job.overdue', 'job.unreachable', 'job.payment_pending') },
        },
      },
    ],
  },
  /** Every end of a job or a group, whatever it was. */
  endings: {
    source: [SOURCE],
    'detail-type': kinds('job.succeeded', 'job.failed', 'job.lost', 'group.ended'),
  },
  everything: { source: [SOURCE] },
} as const;
export type Preset = keyof typeof PRESETS;

/** The name under which a pattern was asked for, if it was. */
export const presetOf = (raw: unknown): Preset | null =>
  (Object.keys(PRESETS) as Preset[]).find((name) => PRESETS[name] === raw) ?? null;

/** What patterns are matched against: the event in the form in which EventBridge hands it on. */
export const envelope = (event: Event) => ({
  version: '0',
  id: event.metadata.id,
  source: SOURCE,
  'detail-type': event.kind,
  time: event.metadata.time,
  resources: [event.subject],
  detail: toDetail(event),
});
