import { isWatched } from '../../../core/jobs/due.ts';
import { consoleUrlOf, type Job } from '../../../core/jobs/job.ts';
import type { Delivery } from '../../../core/notify/delivery.ts';
import type { Explanation } from '../../../core/notify/explanation.ts';
import { shownNotify } from '../../../core/notify/notify.ts';
import type { KnownChannel } from '../../channels/registry.ts';
import { askedView, attemptView, foldedView } from '../deliveries/view.ts';
import { iso, isoOrNull } from '../iso.ts';
import type { ExplanationView, JobSummary, JobView } from './answers.ts';

// Rows as they are shown: only what is meant for others.

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
