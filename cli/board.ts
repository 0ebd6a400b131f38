import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, JobSummary } from '../client/index.ts';
import { duration } from '../lib/core/duration.ts';
import { line } from '../lib/core/notify/message-content.ts';
import { cellsOf, cutTo, padTo } from './cells.ts';
import { age, fittedJobs, whyOf } from './job-rows.ts';
import { paintState } from './paint.ts';
import { patienceOf } from './wait/watch.ts';

/** What a board shows. */
export interface Seen {
  outstanding: readonly JobSummary[];
  /** That ended, the last first. */
  ended: readonly JobSummary[];
  /** How long nine of ten such jobs take, in milliseconds, by `usualKey`. */
  usual: ReadonlyMap<string, number>;
  /** There are more outstanding ones than were read. */
  isMore: boolean;
}
export const usualKey = ({ origin, jobType }: Pick<JobSummary, 'origin' | 'jobType'>): string =>
  `${origin} ${jobType ?? ''}`;

type Size = { columns: number; rows: number };
const BAR = 10;
/** A failure is shown on top for so long. */
const FRESH_MS = 60 * 60_000;

/** The board as lines that fit: what failed, what is under way (the latest against its time first), what just ended. */
export function boardLines(seen: Seen, now: number, { columns, rows }: Size): string[] {
  const { outstanding, ended, isMore } = seen;
  const bad = ended.filter((job) => job.state !== 'succeeded' && now - endedAt(job) < FRESH_MS);
  const good = ended.filter((job) => job.state === 'succeeded');
  const late = outstanding.toSorted((a, b) => shareOf(b, seen, now) - shareOf(a, seen, now));
  const counts = [
    `${outstanding.length}${isMore ? '+' : ''} outstanding`,
    `${bad.length} failed or lost within the hour`,
    `${new Date(now).toISOString().slice(11, 19)} UTC`,
  ];
  const room = Math.max(3, rows - 2);
  // What failed has the first claim on the room, what is under way the second.
  const ofBad = Math.min(bad.length, Math.max(1, Math.floor(room / 3)));
  const ofGood = Math.min(good.length, Math.max(0, Math.floor((room - ofBad) / 4)));
  const ofLate = Math.max(0, room - ofBad - ofGood - 3);
  const lines = [cutTo(counts.join(' · '), columns)];
  if (bad.length > 0) lines.push('', ...fittedJobs(bad.slice(0, ofBad), now, columns, false).split('\n'));
  lines.push('', ...underWay(late.slice(0, ofLate), seen, now, columns));
  const hidden = late.length - Math.min(late.length, ofLate);
  if (hidden > 0) lines.push(`... and ${hidden} more`);
  if (late.length === 0) lines.push('No outstanding jobs.');
  if (ofGood > 0) lines.push('', ...fittedJobs(good.slice(0, ofGood), now, columns, false).split('\n'));
  return lines.slice(0, rows - 1);
}

const endedAt = ({ endedAt: byCloud, detectedAt, trackedAt }: JobSummary): number =>
  Date.parse(detectedAt ?? byCloud ?? trackedAt);
const sinceBegin = ({ beganAt, trackedAt }: JobSummary, now: number): number =>
  Math.max(0, now - (Date.parse(beganAt ?? '') || Date.parse(trackedAt)));

/** How much of its usual time has gone; of one whose kind is not known yet, nothing. */
function shareOf(job: JobSummary, { usual }: Pick<Seen, 'usual'>, now: number): number {
  const late = job.deadlineAt !== null && Date.parse(job.deadlineAt) < now ? 1_000 : 0;
  const time = usual.get(usualKey(job));
  return late + (time ? sinceBegin(job, now) / time : 0);
}

function underWay(jobs: readonly JobSummary[], seen: Seen, now: number, columns: number): string[] {
  const names = jobs.map((job) => line(job.name) || job.jobId);
  const wide = Math.min(Math.max(0, ...names.map(cellsOf)), Math.max(10, Math.floor(columns / 3)));
  return jobs.map((job, i) => {
    const time = seen.usual.get(usualKey(job));
    const bar = barOf(time === undefined ? null : sinceBegin(job, now) / time);
    const usually = time === undefined ? '' : ` of usually ${duration(time)}`;
    const told = `${bar}  ${padTo(cutTo(names[i]!, wide), wide)}  ${age(sinceBegin(job, now))}${usually}, ${whyOf(job, now)}`;
    const text = cutTo(told, columns);
    return paintState('outstanding', text.slice(0, BAR)) + text.slice(BAR);
  });
}

/** Full: nine of ten such jobs have ended by then. */
const barOf = (share: number | null): string => {
  const full = share === null ? 0 : Math.min(BAR, Math.round(share * BAR));
  return share === null ? '·'.repeat(BAR) : '█'.repeat(full) + '░'.repeat(BAR - full);
};

/** Of each list; what is more is counted, not shown. */
const MOST = 200;

export async function readBoard(client: Client, query: object): Promise<Seen> {
  const [open, stats, ...ends] = await Promise.all([
    client.jobs.list({ ...query, state: 'outstanding', limit: MOST }),
    client.stats.list(),
    ...(['failed', 'lost', 'succeeded'] as const).map((state) =>
      client.jobs.list({ ...query, state, limit: 50 }),
    ),
  ]);
  return {
    outstanding: open.items,
    isMore: open.next !== null,
    ended: ends.flatMap(({ items }) => items).toSorted((a, b) => endedAt(b) - endedAt(a)),
    usual: new Map(
      stats.items.flatMap((one): [string, number][] => (one.took ? [[usualKey(one), one.took.p90]] : [])),
    ),
  };
}

interface Drawing {
  out: { write(text: string): unknown; columns?: number; rows?: number };
  now: () => number;
  everyMs: number;
  signal: AbortSignal;
  warn: (line: string) => void;
  /** Waits, in the place of a timer. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Draws the board anew until it is interrupted, and leaves the last one standing. */
export async function liveBoard(
  read: () => Promise<Seen>,
  { out, now, everyMs, signal, warn, pause = napped }: Drawing,
): Promise<void> {
  let before = '';
  const patiently = patienceOf({ warn });
  while (!signal.aborted) {
    await patiently(async () => {
      const size = { columns: out.columns || 80, rows: out.rows || 24 };
      const text = boardLines(await read(), now(), size).join('\n');
      // Over what was there, and not blank first: that would flicker.
      if (text !== before) out.write(`\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[K\n\u001b[J`);
      before = text;
    });
    await pause(everyMs, signal);
  }
}
const napped = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => {});
