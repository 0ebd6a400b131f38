import type { Delivery, Explanation, JobSummary } from '../client/index.ts';
import { outcomeWord } from '../lib/core/notify/delivery.ts';
import { duration } from '../lib/core/duration.ts';
import { line } from '../lib/core/notify/message-content.ts';
import { took } from './wait/usual.ts';
import { cellsOf, padTo } from './cells.ts';
import { fitted, type Column } from './fitted.ts';
import { paintState } from './paint.ts';

/** `2026-03-01 12:04:08` in UTC: short, sortable, the same for everybody. Of epoch milliseconds or ISO 8601. */
export const when = (at: number | string | null): string =>
  at === null ? '-' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** Left-aligned columns; the last one is not padded. `paint` colours a cell, which has its width by then. */
export function table(
  head: readonly string[] | null,
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string {
  const all = head ? [head, ...rows] : rows;
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => cellsOf(row[column]!))));
  const padded = (row: readonly string[]): string[] =>
    row.map((cell, column) => (column < row.length - 1 ? padTo(cell, widths[column]!) : cell));
  const lines = rows.map((row, at) => padded(row).map((cell, column) => paint(cell, column, at)));
  return [...(head ? [padded(head)] : []), ...lines].map((cells) => cells.join('  ')).join('\n');
}

/** A table in this many cells. */
export function fittedTable<T>(columns: readonly Column<T>[], items: readonly T[], width: number): string {
  const { head, rows } = fitted(columns, items, width);
  return table(head, rows);
}

const JOBS_HEAD = ['STATE', 'JOB', 'NAME', 'TYPE', 'STATUS', 'TRACKED (UTC)', 'NEXT CHECK'];

export const jobsTable = (jobs: readonly JobSummary[], now: number, withHead = true): string =>
  table(
    withHead ? JOBS_HEAD : null,
    jobs.map((job) => [
      // As wide as the longest state, so that the columns of several pages stand below each other.
      job.state.padEnd('outstanding'.length),
      job.key,
      job.name ?? '-',
      job.jobType ?? '-',
      job.status ?? '-',
      when(job.trackedAt),
      isDue(job.nextCheckAt, now) ? 'due' : when(job.nextCheckAt),
    ]),
    (cell, column, row) => (column === 0 ? paintState(jobs[row]!.state, cell) : cell),
  );

/** A time that has passed is no promise: somebody has still to come and do it. */
const isDue = (at: string | null, now: number): boolean => at !== null && Date.parse(at) <= now;

/** What is going to happen, and when. */
const upcoming = (what: string, at: string | null, now: number): string =>
  isDue(at, now) ? `${what}: due` : `${when(at)}  ${what}`;

const ASKED = {
  redeliver: 'asked for once more',
  recover: 'recovered',
  replay: 'replayed',
} as const satisfies Record<Delivery['asked'][number]['how'], string>;

/** It was not sent for itself. */
const foldedWords = ({ folded }: Pick<Delivery, 'folded'>): string =>
  folded
    ? ` into the message of group ${folded.group}${folded.delivery ? ` (${folded.delivery.split('/')[1]})` : ', which has not ended yet'}`
    : '';

/** What it is, and how far; what is not known is left out. */
function aboutJob(job: Explanation['job'], now: number): [string, string][] {
  const labels = Object.entries(job.labels).map(([name, value]) => `${name}=${value}`);
  const time = took(job);
  const age = duration(now - (Date.parse(job.beganAt ?? '') || Date.parse(job.trackedAt)));
  const { total = 0, succeeded = 0, failed = 0, running = 0 } = job.subJobs ?? {};
  const counts = [
    `${succeeded} succeeded`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
  ];
  const isLate =
    job.deadlineAt !== null && Date.parse(job.deadlineAt) < (Date.parse(job.detectedAt ?? '') || now);
  const all: [string, string | null | undefined | false][] = [
    ['state', [job.state, job.status && `the cloud says ${job.status}`].filter(Boolean).join(', ')],
    ['type', job.jobType],
    ['labels', labels.join(' ')],
    ['group', job.group?.name],
    ['asked by', job.requestedBy],
    [
      'took',
      job.state !== 'outstanding' &&
        time &&
        `${duration(time.ms)}${time.clock === 'ours' ? ', from tracking on' : ''}`,
    ],
    ['for', job.state === 'outstanding' && age],
    ['deadline', job.deadlineAt !== null && `${when(job.deadlineAt)}${isLate ? ', missed' : ''}`],
    ['sub-jobs', total > 0 && `${total}: ${counts.join(', ')}`],
    ['console', job.consoleUrl],
  ];
  return all.flatMap(([what, said]): [string, string][] => (said ? [[what, line(said)]] : []));
}

/** The life of one job as a list of sentences, in the order in which things happened. */
export function explanation(
  { job, notify, whyNextCheck, history, events }: Explanation,
  now: number,
): string {
  const lines = [
    `${job.key}${job.name ? ` (${job.name})` : ''}`,
    ...aboutJob(job, now).map(([what, said]) => `  ${what.padEnd(8)}  ${said}`),
    `${when(job.trackedAt)}  tracked`,
  ];
  if (notify.length > 0) lines.push(`  also notifies ${notify.join(', ')} too`);
  for (const { at, reason, detail } of history) {
    lines.push(`${when(at)}  ${reason}${detail && detail !== reason ? `: ${detail}` : ''}`);
  }
  if (job.state === 'outstanding') {
    if (job.checkedAt) lines.push(`${when(job.checkedAt)}  last check`);
    lines.push(`${upcoming('next check', job.nextCheckAt, now)}, because ${whyNextCheck}`);
  } else {
    lines.push(
      `${when(job.detectedAt)}  settled: ${job.state}${job.lostReason ? ` (${job.lostReason})` : ''}`,
    );
    if (whyNextCheck) lines.push(`${upcoming('next check', job.nextCheckAt, now)}, because ${whyNextCheck}`);
  }
  const { error } = job;
  if (error)
    lines.push(
      `  why: ${[error.code, error.reason].filter(Boolean).join(' ') || 'the cloud gives no reason'}`,
    );
  if (error?.hint) lines.push(`  what to do: ${error.hint}`);
  for (const { jobId, jobType, code, reason } of error?.subJobs ?? [])
    lines.push(
      `  failed sub-job ${[jobType, jobId].filter(Boolean).join(' ')}: ${[code, reason].filter(Boolean).join(' ') || 'without a reason'}`,
    );
  if (error && error.subJobsOmitted > 0) lines.push(`  and ${error.subJobsOmitted} more failed sub-jobs`);
  for (const event of events) {
    lines.push('', `${event.kind}  ${event.id}  ${event.published ? 'published' : 'NOT YET PUBLISHED'}`);
    for (const d of event.deliveries) {
      lines.push(
        `  ${d.subscription} -> ${d.channel} ${d.target}: ${outcomeWord(d)}${foldedWords(d)}${d.reason ? ` (${d.reason})` : ''}  ${d.id}`,
      );
      if (d.window?.delivery) lines.push(`    ${gatheredWords(d.state, d.window)}`);
      for (const { at, by, how } of d.asked) lines.push(`    ${when(at)}  ${ASKED[how]} by ${by}`);
      for (const [n, a] of d.attempts.entries()) {
        const result =
          a.reason === null ? 'under way' : `${a.reason}${a.ms === null ? '' : ` after ${a.ms} ms`}`;
        lines.push(`    ${when(a.at)}  attempt ${n + 1}: ${result}${a.detail ? `, ${a.detail}` : ''}`);
      }
      if (d.nextTryAt !== null && d.state !== 'gathered')
        lines.push(`    ${upcoming('next attempt', d.nextTryAt, now)}`);
    }
    for (const { subscription, why } of event.unmatched)
      lines.push(`  ${subscription}: not notified, ${why}`);
  }
  if (events.length === 0) lines.push('', 'No events yet.');
  return lines.join('\n');
}

const WHY_GATHERED = {
  rate: 'there is too much to send it singly',
  digest: 'it waits for the digest',
  quiet_hours: 'there are quiet hours',
  mute: 'it is muted',
};
/** `gathered, since it is muted by mut_1: told with the message dlv_1`. */
function gatheredWords(
  state: string,
  { why, mute, delivery }: NonNullable<Explanation['events'][number]['deliveries'][number]['window']>,
): string {
  const by = mute === null ? '' : ` by ${mute}`;
  return `gathered, since ${WHY_GATHERED[why]}${by}: ${state === 'bundled' ? 'told' : 'to be told'} with the message ${delivery}`;
}
