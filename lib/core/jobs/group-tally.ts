import { truncate, MAX } from './bounds.ts';
import type { Member, MemberTold } from './member.ts';

/** What is told of a group, as it was counted. */
export interface GroupTold {
  counts: GroupCounts;
  failures: GroupFailure[];
  /** Failures that are counted and not listed. */
  failuresOmitted: number;
  /** When its first member joined, and the last one ended; epoch milliseconds. */
  beganAt: number;
  endedAt: number | null;
  /** The member that it is told because of. */
  first?: MemberTold & { job: string };
}

export interface GroupCounts {
  total: number;
  outstanding: number;
  succeeded: number;
  /** Of those that succeeded: with sub-jobs that failed. */
  partly: number;
  failed: number;
  lost: number;
  removed: number;
  /** Told as overdue, whatever became of them. */
  overdue: number;
  /** Joined after the group was closed. */
  late: number;
}

/** Failures of one kind: the same origin, code and reason. */
export interface GroupFailure {
  outcome: 'failed' | 'lost' | 'partly';
  origin: string;
  code: string | null;
  reason: string | null;
  hint?: string;
  count: number;
  /** Names, or job ids of those without; the first of them. */
  jobs: string[];
}

export type GroupOutcome = 'succeeded' | 'failed' | 'partial' | 'empty';

/** Some 30 KB at most: an event must fit everywhere. */
const MAX_FAILURES = 20;
const MAX_NAMES = 5;
const MAX_NAME = 64;

export interface Tally {
  told: GroupTold;
  /** The first that failed or was lost, and the first that is overdue. */
  failing: Member | null;
  overdue: Member | null;
}

export function tallyOf(
  members: readonly Member[],
  group: { createdAt: number; closedAt: number | null },
): Tally {
  const count = (is: (m: Member) => boolean): number => members.filter(is).length;
  const ended = members.map(({ told }) => told?.endedAt ?? null).filter((at) => at !== null);
  const failed = members.filter(isFailure).toSorted(byEnd);
  const overdue = members
    .filter(({ overdueAt, state }) => overdueAt !== null && state === 'open')
    .toSorted((a, b) => a.overdueAt! - b.overdueAt! || (a.key < b.key ? -1 : 1));
  const kinds = grouped(failed);
  const listed = kinds.slice(0, MAX_FAILURES);
  return {
    told: {
      counts: {
        total: members.length,
        outstanding: count((m) => m.state === 'open'),
        succeeded: count((m) => m.state === 'succeeded'),
        partly: count((m) => m.told?.partly === true),
        failed: count((m) => m.state === 'failed'),
        lost: count((m) => m.state === 'lost'),
        removed: count((m) => m.state === 'removed'),
        overdue: count((m) => m.overdueAt !== null),
        late: count((m) => group.closedAt !== null && m.createdAt > group.closedAt),
      },
      failures: listed,
      failuresOmitted: failed.length - listed.reduce((sum, one) => sum + one.count, 0),
      // Arguments of a call are limited, and members are not.
      beganAt: members.reduce((at, m) => Math.min(at, m.createdAt), group.createdAt),
      endedAt: ended.length > 0 ? ended.reduce((at, other) => Math.max(at, other)) : null,
    },
    failing: failed.find((m) => m.told?.partly === false) ?? null,
    overdue: overdue[0] ?? null,
  };
}

/** Nothing that ended well is needed for success: without a member there is none. */
export function outcomeOf({ total, removed, succeeded, partly, failed, lost }: GroupCounts): GroupOutcome {
  if (total === removed) return 'empty';
  if (failed + lost === 0) return partly > 0 ? 'partial' : 'succeeded';
  return succeeded > 0 ? 'partial' : 'failed';
}

const isFailure = ({ state, told }: Member): boolean =>
  state === 'failed' || state === 'lost' || told?.partly === true;
const byEnd = (a: Member, b: Member): number =>
  (a.told?.endedAt ?? 0) - (b.told?.endedAt ?? 0) || (a.key < b.key ? -1 : 1);

/** The most frequent first. */
function grouped(failed: readonly Member[]): GroupFailure[] {
  const kinds = new Map<string, GroupFailure>();
  for (const { state, told, job } of failed) {
    const outcome = told?.partly ? 'partly' : state === 'lost' ? 'lost' : 'failed';
    const reason = told?.reason ? truncate(told.reason, MAX.text) : null;
    const { origin = '', code = null, hint } = told ?? {};
    const key = JSON.stringify([outcome, origin, code, reason]);
    const kind = kinds.get(key) ?? {
      outcome,
      origin,
      code,
      reason,
      ...(hint !== undefined && { hint: truncate(hint, MAX.text) }),
      count: 0,
      jobs: [],
    };
    kind.count += 1;
    if (kind.jobs.length < MAX_NAMES) kind.jobs.push(truncate(told?.name ?? told?.jobId ?? job, MAX_NAME));
    kinds.set(key, kind);
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count);
}
