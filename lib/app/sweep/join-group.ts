import { change, stop } from '../../core/change.ts';
import { dueSoon, groupRef, newGroup, runsOf, type Group, type GroupWish } from '../../core/jobs/group.ts';
import type { GroupRef } from '../../core/jobs/job.ts';
import { newMember, type Member } from '../../core/jobs/member.ts';
import type { GroupDeps } from './tell-group.ts';

/** Each is lost to another who joins the same group at the same moment. */
const TRIES = 20;

/**
 * Makes jobs members of a group, of its present run or, where that has ended, of the next.
 * 1. the member rows;
 * 2. the group's row, in which more have joined: a count of the members at the same time loses its write, and is done again.
 *    Where the group ended in between, they join its next run.
 * Jobs are stored after that, so that one which ends at once is a member. Killed in between, handing them in again does the rest;
 * a submitter that does not, leaves members without a job, which the sweep takes for removed.
 */
export async function joinGroup(
  deps: GroupDeps,
  wish: GroupWish,
  jobs: readonly string[],
): Promise<GroupRef> {
  /** Rows of ours that the group does not count yet. */
  let made: Member[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const group = await presentRun(deps, wish);
    const rows = jobs.map((job) => newMember(group, job, deps.clock()));
    const stored = await deps.members.create(rows);
    made = [...made, ...stored.filter(({ outcome }) => outcome === 'created').map(({ row }) => row)];
    // A job that was removed and is tracked again has not ended any more.
    const former = stored.filter(({ outcome, row }) => outcome === 'existed' && row.state !== 'open');
    for (const { row } of former) {
      const { outcome } = await change(
        deps.members,
        row.key,
        (there) => there && { ...newMember(group, row.job, there.createdAt), version: there.version },
      );
      if (outcome === 'gave_up') throw contended(wish);
    }
    const joined = await change(deps.groups, group.key, (row) => {
      if (!row || row.state === 'ended') return stop('ended' as const);
      const now = deps.clock();
      const { expect = row.expect } = wish;
      return dueSoon({ ...row, joined: row.joined + made.length, joinedAt: now, expect }, now);
    });
    if (joined.outcome === 'saved') return groupRef(joined.row);
    if (joined.outcome !== 'stopped') continue;
    for (const row of made) await deps.members.remove(row);
    made = [];
  }
  throw contended(wish);
}

const contended = ({ name }: GroupWish): Error =>
  new Error(`the group ${name} is changed by others all the time; hand the jobs in again`);

/** That which may still be joined. A list may be behind; making the next run finds out what is there. */
async function presentRun({ groups, clock }: GroupDeps, wish: GroupWish): Promise<Group> {
  const { rows } = await groups.list({ prefix: runsOf(wish.projects, wish.name), limit: 1 });
  for (let group = rows[0], run = (group?.run ?? 0) + 1; ; run += 1) {
    if (group && group.state !== 'ended') return group;
    group = (await groups.create([newGroup(wish, run, clock())]))[0]!.row;
  }
}

/** The newest run of a name. */
export async function newestRun(
  { groups }: Pick<GroupDeps, 'groups'>,
  projects: readonly string[] | null,
  name: string,
): Promise<Group | null> {
  const prefix = runsOf(projects, name);
  const { rows } = await groups.list({ prefix, limit: 1 });
  let group = rows[0] ?? null;
  for (let run = (group?.run ?? 0) + 1; ; run += 1) {
    const next = await groups.get(`${prefix}${run}`);
    if (!next) return group;
    group = next;
  }
}
