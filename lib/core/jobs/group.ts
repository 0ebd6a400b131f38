import { PUBLISH_QUEUE, type OutboxEntry, type Row } from '../row.ts';
import type { GroupRef } from './job.ts';
import type { GroupTold } from './group-tally.ts';

export const GROUP_EVENTS = ['group.ended', 'group.failing', 'group.overdue'] as const;
export type GroupEventKind = (typeof GROUP_EVENTS)[number];

export const GROUP_NAME = /^[A-Za-z0-9._-]{1,64}$/;
/** Jobs that a group may wait for. */
export const MAX_EXPECT = 100_000;

/** What closed a group: the first of these. How sure its end is follows from it. */
export const CLOSERS = ['close', 'expect', 'quiet', 'age'] as const;
export type Closer = (typeof CLOSERS)[number];

/**
 * Jobs that belong together, told of when all have ended. A name may be used again: what joins after the end is the next run of
 * it, a row of its own. Who belongs to it is said by member rows alone.
 *
 *     open    more may join, and nobody has said that these are all
 *     closed  these are all; what joins before the last has ended is counted, too
 *     ended   all have ended; nothing of it changes any more
 */
export interface Group extends Row {
  state: 'open' | 'closed' | 'ended';
  /** The projects that its name is unique in: those of the token that it was made with. Null: all of them. */
  projects: string[] | null;
  name: string;
  /** 1, 2, 3 ... for one name. */
  run: number;
  requestedBy: string | null;
  /** It is closed as soon as this many jobs have joined. */
  expect: number | null;
  /** Members that were made, at least: an index that shows fewer of them is behind. */
  joined: number;
  /** When the newest member joined; epoch milliseconds. */
  joinedAt: number;
  closedBy: Closer | null;
  closedAt: number | null;
  /** Who closed it, where somebody did. */
  closedWho?: string;
  /** When its members are counted next; `due` says so too, except while the outbox waits. */
  nextAt: number;
  countedAt: number;
  /** When the jobs of its members were last looked at. */
  checkedAt: number;
  outbox: GroupEntry[];
  emitted: GroupEventKind[];
  /** How it ended; null before that. */
  end: (GroupTold & { at: number }) | null;
}

/** What an event tells was counted when it was written: members that come later change nothing of it. */
export type GroupEntry = OutboxEntry<GroupEventKind> & { told: GroupTold };

export const groupRef = ({ key, name, run }: Group): GroupRef => ({ key, name, run });

/** All projects. No project has such an id. */
const EVERYWHERE = '-';
const scopeOf = (projects: readonly string[] | null): string =>
  projects === null ? EVERYWHERE : projects.toSorted().join('+');
/** What the keys of all runs of a name begin with. */
export const runsOf = (projects: readonly string[] | null, name: string): string =>
  `${scopeOf(projects)}/${name}/`;
export const groupSubject = (key: string): string => `group/${key}`;
export const isOfGroup = (subject: string): boolean => subject.startsWith(groupSubject(''));
export const groupOfSubject = (subject: string): string => subject.slice(groupSubject('').length);
/** The projects in the subject of an event of a group; null: all. */
export function projectsIn(subject: string): string[] | null {
  const scope = subject.split('/')[1] ?? EVERYWHERE;
  return scope === EVERYWHERE ? null : scope.split('+');
}

/** The queue of the groups whose members are to be counted. */
export const GROUPS_QUEUE = 'groups';

export interface GroupWish {
  projects: string[] | null;
  name: string;
  expect?: number;
  requestedBy: string | null;
}

export const newGroup = (
  { projects, name, expect, requestedBy }: GroupWish,
  run: number,
  now: number,
): Group => ({
  key: `${runsOf(projects, name)}${run}`,
  version: 0,
  state: 'open',
  createdAt: now,
  due: { queue: GROUPS_QUEUE, at: now },
  projects,
  name,
  run,
  requestedBy,
  expect: expect ?? null,
  joined: 0,
  joinedAt: now,
  closedBy: null,
  closedAt: null,
  nextAt: now,
  countedAt: 0,
  checkedAt: now,
  outbox: [],
  emitted: [],
  end: null,
});

/**
 * Members are counted no more often than this: a thousand may end in one minute. More of them less often, since each count reads them
 * all; but its first failure is still told within a minute.
 */
const countEvery = ({ joined }: Group): number => Math.min(30_000, Math.max(1_000, joined));

/** Clocks of several workers differ by less. */
const SKEW_MS = 250;

/**
 * Something about its members has changed. The same row where they are counted soon anyway; not where somebody may be counting
 * them just now: that count is behind, and the write of it has to fail.
 */
export function dueSoon(group: Group, now: number): Group {
  const at = Math.max(now, Math.min(group.countedAt, now) + countEvery(group));
  const isAhead = group.due !== null && group.nextAt > now + SKEW_MS && group.nextAt <= at;
  return isAhead ? group : countedNext(group, at);
}

export const countedNext = (group: Group, nextAt: number): Group => ({
  ...group,
  nextAt,
  due:
    group.outbox.length > 0
      ? { queue: PUBLISH_QUEUE, at: group.due?.at ?? nextAt }
      : { queue: GROUPS_QUEUE, at: nextAt },
});

/** Somebody says that these are all. The same row where that is known. */
export const closed = (group: Group, by: Closer, now: number, who?: string): Group =>
  group.state === 'open'
    ? { ...group, state: 'closed', closedBy: by, closedAt: now, ...(who !== undefined && { closedWho: who }) }
    : group;
