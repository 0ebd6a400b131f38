import { truncate, MAX } from './bounds.ts';
import { digest, eventId } from './event-id.ts';
import { consoleUrlOf, type Job, type JobEventKind } from './job.ts';
import type { Row } from '../row.ts';

/** That a job belongs to a group, and what became of it. Made before the job, so that one that ends at once is a member. */
export interface Member extends Row {
  state: 'open' | 'succeeded' | 'failed' | 'lost' | 'removed';
  /** Keys. */
  group: string;
  job: string;
  /** What is told of it; null while nothing is known. */
  told: MemberTold | null;
  overdueAt: number | null;
  /** Ids of the events that the group's own message stands for. */
  events: string[];
}

export interface MemberTold {
  origin: string;
  service: string;
  region: string;
  jobId: string;
  name: string | null;
  jobType: string | null;
  code: string | null;
  reason: string | null;
  hint?: string;
  consoleUrl: string | null;
  /** The job succeeded, sub-jobs of it failed. */
  partly: boolean;
  /** Epoch milliseconds. */
  endedAt: number | null;
  /** The event of its end; of what is overdue, that event. */
  event: string | null;
}

/** One run of a group. */
type Run = { key: string; createdAt: number };

/** The events of members that a group's own messages stand for. */
export const FOLDED: readonly JobEventKind[] = ['job.succeeded', 'job.failed', 'job.lost', 'job.overdue'];

/** Members of one run share a prefix without a slash, which keeps them in one partition. */
export const membersOf = ({ key, createdAt }: Run): string => `grp_${digest(key, createdAt)}/`;
export const memberKey = (group: Run, job: string): string => `${membersOf(group)}${job}`;

export const newMember = (group: Run, job: string, now: number): Member => ({
  key: memberKey(group, job),
  version: 0,
  state: 'open',
  createdAt: now,
  due: null,
  group: group.key,
  job,
  told: null,
  overdueAt: null,
  events: [],
});

/** The member as its job is now; the same row where that is known. */
export function memberAfter(member: Member, job: Job): Member {
  const state = job.state === 'outstanding' ? 'open' : job.state;
  const ids = (kinds: readonly JobEventKind[]) => kinds.map((kind) => eventId(job.key, job.createdAt, kind));
  const events = ids(job.emitted.filter((kind) => FOLDED.includes(kind)));
  if (member.state === state && member.events.join() === events.join()) return member;
  const isOverdue = job.emitted.includes('job.overdue');
  const error = job.report?.error ?? null;
  const { hint } = error ?? {};
  return {
    ...member,
    state,
    events,
    overdueAt: isOverdue
      ? (member.overdueAt ?? job.outbox.find(({ kind }) => kind === 'job.overdue')?.at ?? job.createdAt)
      : null,
    told: {
      origin: job.origin,
      service: job.service,
      region: job.region,
      jobId: job.jobId,
      name: job.name,
      jobType: job.report?.jobType ?? null,
      code: error?.code ?? null,
      reason: job.state === 'lost' ? job.lostReason : reasonOf(job),
      ...(hint !== undefined && { hint }),
      consoleUrl: consoleUrlOf(job),
      partly: job.state === 'succeeded' && (job.report?.subJobs.failed ?? 0) > 0,
      endedAt: job.state === 'outstanding' ? null : job.detectedAt,
      event: events.at(-1) ?? null,
    },
  };
}

/** Of a job that only passes on what its sub-jobs say, theirs. */
function reasonOf({ report }: Job): string | null {
  const error = report?.error;
  const reason = error?.reason ?? error?.subJobs.find((sub) => sub.reason !== null)?.reason ?? null;
  return reason === null ? null : truncate(reason, MAX.reason);
}

/** Its job is tracked no more. What had ended before has ended. */
export const removed = (member: Member): Member =>
  member.state === 'open' ? { ...member, state: 'removed' } : member;
