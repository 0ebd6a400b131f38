import { seesGroup, type Token } from '../../../core/access/token.ts';
import type { Group } from '../../../core/jobs/group.ts';
import { outcomeOf } from '../../../core/jobs/group-tally.ts';
import type { CountedGroup } from '../../../app/sweep/count-group.ts';
import type { GroupView } from './routes.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, refuse, type Refusal } from '../problem.ts';
import { iso, isoOrNull } from '../iso.ts';

type GroupRoutes = 'listGroups' | 'getGroup' | 'closeGroup';

/** Names are unique among those who are limited to the same projects; who sees all of them may ask for those of others. */
export function groupHandlers({ store, useCases, owner }: ApiDeps): Handlers<GroupRoutes> {
  const scopeOf = (token: Token, projects: string | undefined): string[] | null =>
    projects === undefined ? token.projects : projects.split(',');

  return {
    async listGroups({ query: { state, limit, cursor } }, { token }) {
      const { rows, next } = await store.groups.list({
        limit,
        ...(state && { state }),
        ...(cursor && { after: cursor }),
        ...(token.projects && { only: (row: Group) => seesGroup(token, row.projects) }),
      });
      const all = await Promise.all(rows.map((row) => useCases.countedGroup(row)));
      return { status: 200, body: { items: all.map(groupView), next } };
    },

    async getGroup({ params: { name }, query }, { token }) {
      const projects = scopeOf(token, query.projects);
      const found = seesGroup(token, projects) ? await useCases.groupNow({ projects, name }) : null;
      return found ? { status: 200, body: groupView(found) } : notFound(name);
    },

    async closeGroup({ params: { name }, query }, { token }) {
      const projects = scopeOf(token, query.projects);
      const by = owner ? 'command line' : token.name;
      const group = seesGroup(token, projects) ? await useCases.closeGroup({ projects, name }, by) : null;
      if (group === 'gave_up') return busy;
      return group ? { status: 200, body: groupView(await useCases.countedGroup(group)) } : notFound(name);
    },
  };
}

const notFound = (name: string): Refusal =>
  refuse('not_found', `There is no group '${name}': no job was tracked in it.`);

export const groupView = ({ group, told }: CountedGroup): GroupView => ({
  key: group.key,
  name: group.name,
  run: group.run,
  state: group.state,
  projects: group.projects,
  requestedBy: group.requestedBy,
  expect: group.expect,
  closedBy: group.closedBy,
  closedWho: group.closedWho ?? null,
  closedAt: isoOrNull(group.closedAt),
  outcome: group.end ? outcomeOf(group.end.counts) : null,
  counts: told.counts,
  failures: told.failures,
  failuresOmitted: told.failuresOmitted,
  createdAt: iso(group.createdAt),
  lastEndedAt: isoOrNull(told.endedAt),
  endedAt: isoOrNull(group.end?.at ?? null),
});
