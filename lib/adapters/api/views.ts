import { windowOfDelivery } from '../../core/notify/window.ts';
import { isWatched } from '../../core/jobs/due.ts';
import { consoleUrlOf, type Job } from '../../core/jobs/job.ts';
import { nextTryAt, type Asked, type Attempt, type Delivery } from '../../core/notify/delivery.ts';
import { shownNotify } from '../../core/notify/notify.ts';
import type { Explanation } from '../../core/notify/explanation.ts';
import type { KnownChannel } from '../channels/registry.ts';
import type { DeliveryView, ExplanationView, JobSummary, JobView } from './answers.ts';

// Rows as they are shown: times in ISO 8601, and only what is meant for others.

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const common = (row: Job) => ({
  key: row.key,
  origin: row.origin,
  projectId: row.projectId,
  jobId: row.jobId,
  service: row.service,
  cloud: row.cloud,
  region: row.region,
  name: row.name,
  labels: row.labels,
  requestedBy: row.requestedBy,
  ...(row.group && { group: row.group }),
  correlationId: row.correlationId,
  consoleUrl: consoleUrlOf(row),
  state: row.state,
  lostReason: row.state === 'lost' ? row.lostReason : null,
  status: row.status,
  jobType: row.report?.jobType ?? null,
  beganAt: row.report?.beganAt ?? null,
  endedAt: row.report?.endedAt ?? null,
  trackedAt: iso(row.createdAt),
  detectedAt: isoOrNull(row.detectedAt),
  deadlineAt: isoOrNull(row.deadlineAt),
  checkedAt: isoOrNull(row.checkedAt),
  nextCheckAt: isWatched(row) ? iso(row.nextCheckAt) : null,
});

export function summaryOf(row: Job): JobSummary {
  const error = row.report?.error;
  return { ...common(row), error: error ? { code: error.code, reason: error.reason } : null };
}

export const jobView = (row: Job): JobView => ({
  ...common(row),
  error: row.report?.error ?? null,
  subJobs: row.report?.subJobs ?? null,
  entities: row.report?.entities ?? {},
});

const attemptView = (attempt: Attempt) => ({ ...attempt, at: iso(attempt.at) });

const askedView = (asked: readonly Asked[] = []) =>
  asked.map((one) => {
    const { event: _, ...shown } = one;
    return { ...shown, at: iso(one.at) };
  });

const foldedView = ({ fold, state }: Pick<Delivery, 'fold' | 'state'>) =>
  fold && state === 'folded' ? { folded: { group: fold.group, delivery: fold.into ?? null } } : {};

export const deliveryView = (row: Delivery): DeliveryView => ({
  id: row.id,
  eventId: row.event.metadata.id,
  kind: row.event.kind,
  subject: row.event.subject,
  subscription: row.subscription,
  channel: row.channel as KnownChannel,
  target: row.shown,
  state: row.state,
  reason: row.reason,
  ...foldedView(row),
  attempts: row.attempts.map(attemptView),
  window: windowOfDelivery(row),
  asked: askedView(row.asked),
  createdAt: iso(row.createdAt),
  nextTryAt: isoOrNull(nextTryAt(row)),
});

/** Who may see only some projects does not see what others have subscribed. */
export const explanationView = (
  { job, whyNext, events }: Explanation,
  seesAll: boolean,
): ExplanationView => ({
  job: jobView(job),
  notify: seesAll ? (job.notify ?? []).map(shownNotify) : [],
  whyNextCheck: whyNext,
  history: job.history.map((entry) => ({ ...entry, at: iso(entry.at) })),
  events: events.map(({ id, kind, published, deliveries, unmatched }) => ({
    id,
    kind,
    published,
    deliveries: deliveries.map(({ channel, state, fold, attempts, asked, nextTryAt, ...rest }) => ({
      ...rest,
      channel: channel as KnownChannel,
      state: state as Delivery['state'],
      ...foldedView({ state: state as Delivery['state'], ...(fold && { fold }) }),
      attempts: attempts.map(attemptView),
      asked: askedView(asked),
      nextTryAt: isoOrNull(nextTryAt),
    })),
    unmatched: seesAll ? unmatched : [],
  })),
});
