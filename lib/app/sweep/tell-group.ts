import { change } from '../../core/change.ts';
import { dueSoon, type Group } from '../../core/jobs/group.ts';
import type { Job } from '../../core/jobs/job.ts';
import { memberAfter, memberKey, removed, type Member } from '../../core/jobs/member.ts';
import type { Clock, Store } from '../../ports.ts';

export interface GroupDeps extends Pick<Store, 'groups' | 'members'> {
  clock: Clock;
}

/**
 * Tells the group of a job how that stands: writes it into the member row, and has the members counted. Repeated, it changes
 * nothing. What becomes known after the end of the group changes nothing of that, either.
 */
export async function tellGroup(deps: GroupDeps, job: Job): Promise<void> {
  const group = job.group && (await deps.groups.get(job.group.key));
  if (group) await tell(deps, group, job.key, (member) => memberAfter(member, job));
}

/** Its job is tracked no more. */
export async function tellRemoved(deps: GroupDeps, job: Pick<Job, 'key' | 'group'>): Promise<void> {
  const group = job.group && (await deps.groups.get(job.group.key));
  if (group) await tell(deps, group, job.key, removed);
}

async function tell(
  { groups, members, clock }: GroupDeps,
  group: Group,
  job: string,
  after: (member: Member) => Member,
): Promise<void> {
  if (group.state === 'ended') return;
  await change(members, memberKey(group, job), (member) => member && after(member));
  await change(groups, group.key, (row) =>
    row && row.createdAt === group.createdAt && row.state !== 'ended' ? dueSoon(row, clock()) : row,
  );
}
