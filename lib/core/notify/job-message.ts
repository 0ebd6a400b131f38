import type { JobData, JobEvent } from '../jobs/event.ts';
import { duration } from '../duration.ts';
import { usualWords } from '../jobs/usual.ts';
import { facts, line, moment, safeLink, type Fact, type MessageContent } from './message-content.ts';

/** What differs from kind to kind. `happened` goes on after the name of the action: `createServer` ... `failed`. */
type JobWording = Pick<MessageContent, 'tone' | 'statusWord' | 'lead' | 'hint' | 'note'> & {
  happened: string;
  facts: Fact[];
};

type Loss = Required<Pick<MessageContent, 'lead' | 'hint'>>;

/** `now` is the moment of the event, ISO 8601. */
const JOB_WORDING: Record<JobEvent['kind'], (data: JobData, now: string) => JobWording> = {
  'job.succeeded': (data) => (data.subJobs.failed > 0 ? partlyFailed(data) : succeeded(data)),
  'job.failed': (data) => ({
    tone: 'bad',
    statusWord: 'failed',
    happened: 'failed',
    ...hintOf(data),
    facts: facts(['Reason', reasonOf(data) || 'the cloud gave none'], ...whenEnded(data)),
  }),
  'job.lost': (data, now) => ({
    tone: 'warn',
    statusWord: 'lost',
    happened: 'is lost',
    ...lostMessage(data.outcome),
    facts: facts(
      ['Tracked for', between(data.trackedAt, data.detectedAt ?? now)],
      ['Last status', line(data.status) || 'none seen'],
    ),
  }),
  'job.overdue': (data, now) => ({
    tone: 'warn',
    statusWord: 'overdue',
    happened: 'is overdue',
    lead: data.status
      ? 'It has not ended before its deadline. Jobchime keeps checking and reports the end.'
      : 'The cloud has not reported anything about it so far. Jobchime keeps checking and reports the end.',
    facts: facts(
      data.beganAt
        ? ['Running for', withUsual(between(data.beganAt, now), data)]
        : ['Tracked for', withUsual(between(data.trackedAt, now), data)],
      ['Last status', line(data.status) || 'none seen'],
    ),
  }),
  'job.unreachable': (data, now) => ({
    tone: 'bad',
    statusWord: 'unreachable',
    happened: 'cannot be checked',
    lead: 'Checks of other jobs of its origin work, checks of this one fail. Jobchime keeps checking and reports the end.',
    hint: 'Look at the job or its resource in the console of the cloud. If the reason is a status or an answer that Jobchime does not know, report it.',
    facts: facts(
      ['Reason', reasonOf(data)],
      ['Tracked for', between(data.trackedAt, now)],
      ['Last status', line(data.status) || 'none seen'],
    ),
  }),
  'job.payment_pending': () => ({
    tone: 'info',
    statusWord: 'waits for payment',
    happened: 'waits for payment',
    lead: 'It continues after the order is paid.',
    hint: 'Pay or cancel the order in the cloud. A cancelled order does not end the job: the cloud drops it after 14 days.',
    facts: [],
  }),
};

const succeeded = (data: JobData): JobWording => ({
  tone: 'good',
  statusWord: 'succeeded',
  happened: 'succeeded',
  note: 'The cloud reports the job as done. The resource may not be ready yet.',
  facts: facts(...whenEnded(data)),
});

const partlyFailed = (data: JobData): JobWording => ({
  tone: 'warn',
  statusWord: 'partly failed',
  happened: `succeeded, but ${data.subJobs.failed} of ${data.subJobs.total} sub-jobs failed`,
  ...hintOf(data),
  facts: facts(['Reason', reasonOf(data)], ...whenEnded(data)),
});

const UNKNOWN: Loss = {
  lead: 'The cloud has never known this job.',
  hint: 'Check job id, project and origin. If the job had ended more than a day before it was tracked, look at the resource itself.',
};
const LOST: Partial<Record<NonNullable<JobData['outcome']>, Loss>> = {
  expired: {
    lead: 'The cloud no longer knows this job, so its outcome is unknown.',
    hint: 'The cloud deletes the record of an ended job after about a day; look at the resource itself.',
  },
  payment_expired: {
    lead: 'It waited for payment until the cloud dropped it.',
    hint: 'Look at the order. If you still need the resource, order it again.',
  },
  unknown: UNKNOWN,
  gave_up: {
    lead: 'It has not ended in all the time it was tracked. Jobchime stops checking it.',
    hint: 'Look at the resource itself. Track the job again if it is still worth waiting for.',
  },
};

/** What it means that a job is lost, and what to do. */
export const lostMessage = (outcome: JobData['outcome']): Loss => LOST[outcome ?? 'unknown'] ?? UNKNOWN;

export function jobMessage(event: JobEvent): MessageContent {
  const { data } = event;
  const { job } = data;
  const { happened, facts: own, ...wording } = JOB_WORDING[event.kind](data, event.metadata.time);
  const action = line(job.jobType) || 'Job';
  const name = line(job.name);
  const place = line(`${job.cloud} ${job.region}`);
  const link = safeLink(job.consoleUrl);
  return {
    ...wording,
    about: line(`${action} ${name || job.jobId}`),
    place,
    title: name ? `${action} ${happened}: ${name}` : `${action} ${happened}`,
    facts: [
      ...own,
      ...facts(
        ['Sub-jobs', countsOf(data)],
        ['Where', line(`${place}, ${job.service}, project ${job.projectId}`)],
        ['Job id', line(job.jobId)],
        ['Labels', labelsOf(data)],
        ['Requested by', line(job.requestedBy)],
      ),
    ],
    failedSubJobs: (data.error?.subJobs ?? []).map(subJobLine),
    subJobsOmitted: data.error?.subJobsOmitted ?? 0,
    ...(link !== null && { link }),
  };
}

const hintOf = ({ error }: JobData): Pick<MessageContent, 'hint'> =>
  error?.hint ? { hint: line(error.hint) } : {};

const reasonOf = ({ error }: JobData): string =>
  [line(error?.code), line(error?.reason)].filter(Boolean).join(': ');

/** The cloud's own times where it sent both and they fit together; otherwise what we saw ourselves, and said so. */
function whenEnded(data: JobData): [string, string | null][] {
  const byCloud = data.beganAt && data.endedAt && between(data.beganAt, data.endedAt);
  const seen = data.detectedAt && between(data.trackedAt, data.detectedAt);
  const ended = data.endedAt ?? data.detectedAt;
  return [
    ['Took', withUsual(byCloud || (seen && `${seen}, from tracking to seeing it ended`), data)],
    ['Ended', ended && moment(ended)],
  ];
}

/** `4 min 7 s; such jobs usually take 2 min to 5 min`. */
const withUsual = (took: string | null, { usual }: JobData): string | null =>
  took && usual ? `${took}; ${usualWords(usual)}` : took;

/** Null where the clocks contradict each other. */
function between(from: string, to: string): string | null {
  const ms = Date.parse(to) - Date.parse(from);
  return ms >= 0 ? duration(ms) : null;
}

function countsOf({ subJobs, outcome }: JobData): string | null {
  if (subJobs.total === 0) return null;
  // Where the job itself has ended these were not seen to end: its service does not list them all.
  const running = outcome === 'succeeded' || outcome === 'failed' ? 'of unknown state' : 'running';
  const rest = [
    subJobs.failed > 0 ? `${subJobs.failed} failed` : '',
    subJobs.running > 0 ? `${subJobs.running} ${running}` : '',
  ];
  return [`${subJobs.succeeded} of ${subJobs.total} succeeded`, ...rest].filter(Boolean).join(', ');
}

const labelsOf = ({ job }: JobData): string =>
  Object.entries(job.labels)
    .map(([name, value]) => `${line(name)}=${line(value)}`)
    .toSorted()
    .join(', ');

type FailedSubJob = NonNullable<JobData['error']>['subJobs'][number];
function subJobLine(sub: FailedSubJob): string {
  const told = [line(sub.jobType) || 'sub-job', line(sub.code), line(sub.reason)].filter(Boolean).join(': ');
  const id = line(sub.jobId);
  return id ? `${told} (${id})` : told;
}
