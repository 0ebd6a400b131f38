import { assess, CHECK_MEMBERS_MS } from '../../core/jobs/assess.ts';
import { countedNext, GROUPS_QUEUE, type Group } from '../../core/jobs/group.ts';
import { outcomeOf } from '../../core/jobs/group-tally.ts';
import { memberAfter, removed, type Member } from '../../core/jobs/member.ts';
import { pool } from '../../core/pool.ts';
import { allMembers } from './count-group.ts';
import type { SweepDeps } from './deps.ts';
import { foldMembers } from './fold-members.ts';
import { emitGroup } from './publish.ts';

const CONCURRENCY = 4;
/** A group whose members cannot be counted waits, and the others go on. */
const BROKEN_WAIT_MS = 60_000;
/** A member whose job is not there yet may just be on its way. */
const JOINING_MS = 300_000;

/** Counts the members of the groups that are due, at most `limit` groups. */
export async function assessGroups(deps: SweepDeps, limit: number): Promise<number> {
  const { groups } = deps.store;
  const due = await groups.due(GROUPS_QUEUE, deps.clock(), limit);
  await pool(due, CONCURRENCY, async (group) => {
    try {
      await (group.state === 'ended' ? foldMembers(deps, group) : assessGroup(deps, group));
    } catch (error) {
      await groups.save(countedNext(group, deps.clock() + BROKEN_WAIT_MS));
      deps.telemetry.line('error', 'group.broken', { group: group.key, error, nextTryInMs: BROKEN_WAIT_MS });
    }
  });
  return due.length;
}

/** A change of the group in the meantime makes this write fail: the group is counted again, and nothing of it was sent. */
async function assessGroup(deps: SweepDeps, row: Group): Promise<void> {
  const now = deps.clock();
  const isToCheck = now - row.checkedAt >= CHECK_MEMBERS_MS || row.checkedAt > now;
  const group = isToCheck ? { ...row, checkedAt: now } : row;
  const found = await allMembers(deps.store, row);
  const members = isToCheck ? await checked(deps, row, found) : found;
  const next = assess(group, members, now, deps.policy);
  const saved = await (next.outbox.length > 0 ? emitGroup(deps, next) : deps.store.groups.save(next));
  if (saved.outcome === 'raced' || next.end === null) return;
  const { counts } = next.end;
  deps.telemetry.line('info', 'group.ended', {
    group: row.key,
    outcome: outcomeOf(counts),
    closedBy: next.closedBy,
    members: counts.total,
  });
}

/** Looks at the jobs of those that have not ended: a process that died between a job and its member told nothing. */
async function checked({ store, clock }: SweepDeps, group: Group, members: Member[]): Promise<Member[]> {
  const told = await pool(members, CONCURRENCY, async (member): Promise<Member[]> => {
    if (member.state !== 'open' || clock() - member.createdAt < JOINING_MS) return [member];
    const job = await store.jobs.get(member.job);
    if (job && job.group?.key !== group.key) {
      await store.members.remove(member);
      return [];
    }
    const next = job ? memberAfter(member, job) : removed(member);
    if (next === member) return [member];
    const saved = await store.members.save(next);
    return saved.outcome === 'saved' ? [saved.row] : [member];
  });
  return told.flat();
}
