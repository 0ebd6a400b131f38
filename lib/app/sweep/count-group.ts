import { MAX_EXPECT, type Group } from '../../core/jobs/group.ts';
import { tallyOf, type GroupTold } from '../../core/jobs/group-tally.ts';
import { membersOf, type Member } from '../../core/jobs/member.ts';
import { pagesOf } from '../../core/pages-of.ts';
import type { Store } from '../../ports.ts';

/**
 * All of them are in memory anyway, and DynamoDB reads the whole group for each page: in pages of a thousand that would be ten times as
 * much for ten thousand members.
 */
const PAGE = 2 * MAX_EXPECT;

export async function allMembers(
  { members }: Pick<Store, 'members'>,
  group: Pick<Group, 'key' | 'createdAt'>,
): Promise<Member[]> {
  const all: Member[] = [];
  for await (const rows of pagesOf((page) => members.list({ prefix: membersOf(group), ...page }), PAGE))
    all.push(...rows);
  return all;
}

/** A group, and how its members stand: as they stood at its end, where it has ended. */
export interface CountedGroup {
  group: Group;
  told: GroupTold;
}

export const counted = async (deps: Pick<Store, 'members'>, group: Group): Promise<CountedGroup> => ({
  group,
  told: group.end ?? tallyOf(await allMembers(deps, group), group).told,
});
