import { closed, countedNext, type Closer, type Group, type GroupEventKind } from './group.ts';
import { tallyOf, type GroupTold, type Tally } from './group-tally.ts';
import type { Member } from './member.ts';
import type { Policy } from './policy.ts';
import { withEntry } from '../outbox.ts';
import { PUBLISH_QUEUE } from '../row.ts';

/** An index that shows fewer members than were made is behind; after this they are taken for removed. */
const INDEX_LAG_MS = 60_000;
const AGAIN_MS = 1_000;
/** Members whose jobs were lost sight of (a process died) are looked for this often. */
export const CHECK_MEMBERS_MS = 600_000;

/**
 * What follows from how the members of a group stand. Pure. The same row never comes back: counting is a write, and the write of
 * a count that somebody overtook (a new member, another sweep) fails.
 */
export function assess(group: Group, members: readonly Member[], now: number, policy: Policy): Group {
  const isBehind = members.length < group.joined && now - group.joinedAt < INDEX_LAG_MS;
  const tally = tallyOf(members, group);
  const by = isBehind ? null : closerOf(group, tally, now, policy);
  const next = by ? closed(group, by, now) : group;
  const counted: Group = { ...next, countedAt: now };
  if (next.state === 'closed' && !isBehind && tally.told.counts.outstanding === 0)
    return ended(counted, tallyOf(members, next).told, now);
  const told = withEarlyEvents(counted, tally, now);
  return countedNext(told, isBehind ? now + AGAIN_MS : nextAt(told, tally, now, policy));
}

function closerOf(
  group: Group,
  { told: { counts, endedAt } }: Tally,
  now: number,
  policy: Policy,
): Closer | null {
  if (group.state !== 'open') return null;
  if (group.expect !== null && counts.total >= group.expect) return 'expect';
  if (counts.outstanding === 0 && now >= quietAt(group, endedAt, policy)) return 'quiet';
  return now >= group.createdAt + policy.groupAge ? 'age' : null;
}

const quietAt = ({ joinedAt }: Group, endedAt: number | null, { groupQuiet }: Policy): number =>
  Math.max(joinedAt, endedAt ?? 0) + groupQuiet;

function nextAt(group: Group, { told: { counts, endedAt } }: Tally, now: number, policy: Policy): number {
  const check = counts.outstanding > 0 ? Math.max(now, group.checkedAt) + CHECK_MEMBERS_MS : Infinity;
  if (group.state !== 'open') return Math.min(check, now + CHECK_MEMBERS_MS);
  const quiet = counts.outstanding === 0 ? quietAt(group, endedAt, policy) : Infinity;
  return Math.min(check, quiet, group.createdAt + policy.groupAge);
}

/** Nobody needs to hear that a group fails which is at its end. */
function ended(group: Group, told: GroupTold, now: number): Group {
  return emitting(
    { ...group, state: 'ended', nextAt: now, end: { ...told, at: now } },
    'group.ended',
    told,
    now,
  );
}

/** What a group says before its end. */
function withEarlyEvents(group: Group, tally: Tally, now: number): Group {
  const about = { 'group.failing': tally.failing, 'group.overdue': tally.overdue };
  let next = group;
  for (const [kind, member] of Object.entries(about) as [GroupEventKind, Member | null][]) {
    if (!member?.told || next.emitted.includes(kind)) continue;
    next = emitting(next, kind, { ...tally.told, first: { ...member.told, job: member.job } }, now);
  }
  return next;
}

function emitting(group: Group, kind: GroupEventKind, told: GroupTold, now: number): Group {
  const emitted = [...group.emitted, kind];
  const due = { queue: PUBLISH_QUEUE, at: now };
  return withEntry({ ...group, emitted, due }, { kind, at: now, sequence: emitted.length, told });
}
