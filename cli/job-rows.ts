import type { JobSummary, JobchimeEvent } from '../client/index.ts';
import { duration } from '../lib/core/duration.ts';
import { line } from '../lib/core/notify/message-content.ts';
import { fitted, shortIds, type Column } from './fitted.ts';
import { paintState } from './paint.ts';
import { table } from './render.ts';
import { took } from './wait/usual.ts';

// Jobs and events as rows that fit into a terminal. Whole ids and times are in the wide tables.

const words = (...all: (string | null | undefined)[]): string =>
  all
    .map((text) => line(text))
    .filter(Boolean)
    .join(' ');

/** One unit says enough of an age. */
export const age = (ms: number): string =>
  ms < 1_000 ? 'now' : (/^\d+ \S+/.exec(duration(ms))?.[0] ?? duration(ms));

/** What there is to say of how it stands: why it failed, what it waits for, how long it took. */
export function whyOf(job: JobSummary, now: number): string {
  if (job.state === 'failed') return words(job.error?.code, job.error?.reason) || 'without a reason';
  if (job.state === 'lost') return words(job.lostReason);
  if (job.state === 'succeeded') {
    const time = took(job);
    return time ? `took ${duration(time.ms)}` : '';
  }
  const late = job.deadlineAt === null ? -1 : now - Date.parse(job.deadlineAt);
  return [words(job.status) || 'not seen yet', ...(late > 0 ? [`overdue by ${duration(late)}`] : [])].join(
    ', ',
  );
}

/** The age of a job: since it was tracked. */
const ageOf = ({ trackedAt }: JobSummary, now: number): string => age(now - Date.parse(trackedAt));

const JOB_COLUMNS = (ids: ReadonlyMap<string, string>, now: number): Column<JobSummary>[] => [
  // As wide as the longest state, so that the columns of several pages stand below each other.
  { head: 'STATE', cell: ({ state }) => state.padEnd('outstanding'.length) },
  { head: 'NAME', cell: ({ name }) => line(name) || '-', least: 10, how: 'shorten' },
  { head: 'TYPE', cell: ({ jobType }) => line(jobType) || '-', least: 12, how: 'shorten', drop: 2 },
  { head: 'AGE', cell: (job) => ageOf(job, now) },
  { head: 'ID', cell: ({ jobId }) => ids.get(jobId)!, drop: 1 },
  { head: 'REASON', cell: (job) => whyOf(job, now), least: 16, how: 'cut' },
];

export function fittedJobs(jobs: readonly JobSummary[], now: number, width: number, withHead = true): string {
  const { head, rows } = fitted(JOB_COLUMNS(shortIds(jobs.map(({ jobId }) => jobId)), now), jobs, width);
  return table(withHead ? head : null, rows, (cell, column, row) =>
    column === 0 ? paintState(jobs[row]!.state, cell) : cell,
  );
}

interface About {
  name: string;
  type: string;
  id: string;
  reason: string;
}
function aboutOf({ kind, subject, data }: JobchimeEvent): About {
  if ('job' in data) {
    const { job, error, outcome, status } = data;
    const why = error ? words(error.code, error.reason) : '';
    const reason = why || (kind === 'job.lost' ? words(outcome) : words(status));
    return { name: words(job.name), type: words(job.jobType), id: job.jobId, reason };
  }
  const reason = 'reason' in data && typeof data.reason === 'string' ? words(data.reason) : '';
  return { name: 'group' in data ? words(data.group.name) : words(subject), type: '', id: '', reason };
}

const kindOf = ({ kind, metadata }: JobchimeEvent): string => (metadata.drill ? `${kind} (drill)` : kind);

/** The ids are those of the jobs: `jobchime explain` takes them. */
export function fittedEvents(
  events: readonly JobchimeEvent[],
  now: number,
  width: number,
  withHead = true,
): string {
  const about = new Map(events.map((event) => [event, aboutOf(event)]));
  const ids = shortIds([...about.values()].map(({ id }) => id).filter(Boolean));
  const columns: Column<JobchimeEvent>[] = [
    { head: 'AGO', cell: ({ metadata }) => age(now - Date.parse(metadata.time)).padEnd(withHead ? 0 : 6) },
    { head: 'EVENT', cell: (event) => kindOf(event).padEnd(withHead ? 0 : 'origin.unreachable'.length) },
    { head: 'NAME', cell: (event) => about.get(event)!.name || '-', least: 10, how: 'shorten' },
    { head: 'TYPE', cell: (event) => about.get(event)!.type || '-', least: 12, how: 'shorten', drop: 2 },
    { head: 'JOB', cell: (event) => ids.get(about.get(event)!.id) ?? '-', drop: 1 },
    { head: 'REASON', cell: (event) => about.get(event)!.reason, least: 16, how: 'cut' },
  ];
  const { head, rows } = fitted(columns, events, width);
  return table(withHead ? head : null, rows);
}
