import type { Job } from '../../client/index.ts';
import type { LostReason } from '../../lib/core/jobs/job.ts';
import { duration } from '../../lib/core/duration.ts';
import { lostMessage } from '../../lib/core/notify/job-message.ts';
import { line } from '../../lib/core/notify/message-content.ts';
import { cellsOf, cutTo, shortenTo } from '../cells.ts';
import { took } from './usual.ts';
import type { Watched } from './watch.ts';

/** How one job gets on, without its state. */
export interface Progress {
  type: string;
  name: string;
  /** The end of its id, where another job has the same name; else empty. */
  id: string;
  /** Where it stands and how long it has taken. */
  standing: string;
  /** Why it ended as it did; may be long. */
  why: string;
}

/** This many characters of an id distinguish the jobs that anybody waits for at a time. */
const ID_END = 6;
/** Less of a name says nothing. */
const SHORTEST_NAME = 12;

export function progressOf(seen: readonly Watched[], now: number): Progress[] {
  const namesakes = new Map<string, number>();
  for (const { job } of seen) namesakes.set(nameOf(job), (namesakes.get(nameOf(job)) ?? 0) + 1);
  return seen.map(({ job, usual }) => ({
    type: line(job.jobType),
    name: nameOf(job),
    id: namesakes.get(nameOf(job))! > 1 ? `...${job.jobId.slice(-ID_END)}` : '',
    standing: (job.state === 'outstanding' ? underWay(job, usual, now) : ended(job)).join(', '),
    why: job.state === 'outstanding' ? '' : whyOf(job),
  }));
}

/** The whole line. */
export const lineOf = ({ type, name, id, standing, why }: Progress): string =>
  [[type, name, id].filter(Boolean).join(' '), standing, why].filter(Boolean).join(', ');

/** The line in this many cells: first it is the reason that is cut, then the name that is shortened, then the type that is left out. */
export function lineWithin(progress: Progress, room: number): string {
  const bare = { ...progress, type: '' };
  const { name } = progress;
  const fitting =
    roomForName(progress, room) >= Math.min(SHORTEST_NAME, cellsOf(name))
      ? { ...progress, name: shortenTo(name, roomForName(progress, room)) }
      : { ...bare, name: shortenTo(name, Math.max(SHORTEST_NAME, roomForName(bare, room))) };
  return cutTo(lineOf(fitting), room);
}

const roomForName = (progress: Progress, room: number): number =>
  room - cellsOf(lineOf({ ...progress, name: 'x', why: '' })) + 1;

const nameOf = (job: Job): string => line(job.name) || job.jobId;

function underWay(job: Job, usual: number | null, now: number): string[] {
  const age = duration(now - (Date.parse(job.beganAt ?? '') || Date.parse(job.trackedAt)));
  return [
    line(job.status) || 'not seen yet',
    ...subJobsOf(job),
    usual === null ? `for ${age}` : `for ${age}, usually ${duration(usual)}`,
  ];
}

function ended(job: Job): string[] {
  const time = took(job);
  const told =
    time && (time.clock === 'cloud' ? `took ${duration(time.ms)}` : `${duration(time.ms)} after tracking`);
  return [...(told ? [told] : []), ...subJobsOf(job)];
}

function whyOf({ lostReason, error }: Job): string {
  if (lostReason) {
    const { lead, hint } = lostMessage(lostReason as LostReason);
    return `${lostReason}: ${lead} ${hint}`;
  }
  return [error?.code, error?.reason]
    .map((text) => line(text))
    .filter(Boolean)
    .join(' ');
}

function subJobsOf({ subJobs }: Job): string[] {
  const { total = 0, succeeded = 0, failed = 0 } = subJobs ?? {};
  if (total === 0) return [];
  return [`${succeeded} of ${total} sub-jobs${failed > 0 ? `, ${failed} failed` : ''}`];
}
