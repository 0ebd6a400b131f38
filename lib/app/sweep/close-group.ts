import { change } from '../../core/change.ts';
import { closed, dueSoon, type Group } from '../../core/jobs/group.ts';
import type { Telemetry } from '../../ports.ts';
import { counted, type CountedGroup } from './count-group.ts';
import { newestRun } from './join-group.ts';
import type { GroupDeps } from './tell-group.ts';

/** The newest run of a name. */
export interface AskedGroup {
  projects: readonly string[] | null;
  name: string;
}

export async function groupNow(deps: GroupDeps, asked: AskedGroup): Promise<CountedGroup | null> {
  const group = await newestRun(deps, asked.projects, asked.name);
  return group && counted(deps, group);
}

/**
 * Somebody says that these are all. Its members are counted right after: where all have ended already, it ends then. One that is
 * closed or has ended stays as it is. Null: there is no such group.
 */
export async function closeGroup(
  deps: GroupDeps & { telemetry: Telemetry },
  asked: AskedGroup,
  by: string,
): Promise<Group | 'gave_up' | null> {
  const newest = await newestRun(deps, asked.projects, asked.name);
  if (!newest) return null;
  const changed = await change(deps.groups, newest.key, (row) => {
    if (row?.state !== 'open') return row;
    const now = deps.clock();
    return dueSoon(closed(row, 'close', now, by), now);
  });
  if (changed.outcome === 'saved') {
    deps.telemetry.line('info', 'group.closed', { group: newest.key, by });
    return changed.row;
  }
  return changed.outcome === 'unchanged' ? changed.row : 'gave_up';
}
