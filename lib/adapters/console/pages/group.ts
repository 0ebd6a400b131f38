import { seesGroup, seesProject } from '../../../core/access/token.ts';
import { isCursor } from '../../../core/cursor.ts';
import { projectIn } from '../../../core/jobs/job.ts';
import { membersOf, type Member } from '../../../core/jobs/member.ts';
import { clause } from '../../../core/notify/message-content.ts';
import { groupView } from '../../api/groups/handlers.ts';
import { refuse } from '../../api/problem.ts';
import { markup, type Html } from '../markup.ts';
import { act, card, facts, jobPath, mayChange, moment, stateOf, todoOf, toneOf } from '../parts.ts';
import { queryWith, Refused, type Page, type Redirect, type Visit } from '../visit.ts';

const SHOWN = 100;

/** One run of a group: how its jobs stand, why some failed, and each of them. */
export async function group(visit: Visit): Promise<Page> {
  const { texts, url, deps, token } = visit;
  const t = texts.group;
  const row = await groupAt(visit);
  const view = groupView(await deps.useCases.countedGroup(row));
  const cursor = url.searchParams.get('cursor');
  const { rows, next } = await deps.store.members.list({
    prefix: membersOf(row),
    limit: SHOWN,
    ...(cursor !== null && isCursor(cursor) && { after: cursor }),
    ...(token.projects && { only: ({ job }: Member) => seesProject(token, projectIn(job)) }),
  });
  // A member has its name from its end; until then the job itself says it.
  const open = rows.filter(({ told }) => told === null);
  const jobs = await Promise.all(open.map(({ job }) => deps.store.jobs.get(job)));
  const names = new Map(jobs.flatMap((it) => (it?.name ? [[it.key, it.name] as const] : [])));
  const title = t.title(view.name, view.run);
  const { counts } = view;
  const body = markup`<h1>${title}</h1>
    <div data-part="group">
      ${card(counts.failed + counts.lost > 0 ? 'bad' : view.state === 'ended' ? 'good' : 'info', [stateOf(visit, view.state), ' ', view.outcome && texts.state[view.outcome]])}
      <h2>${t.counts}</h2>
      <ul class="tiles">${COUNTED.filter((name) => counts[name] > 0).map((name) => markup`<li class="card edge ${toneOf(name)}">${texts.state[name] ?? name}<span class="big num">${counts[name]}</span></li>`)}</ul>
      <div class="card">${facts(
        [texts.job.labels.requestedBy, view.requestedBy],
        [t.expect, view.expect],
        [t.joined, counts.total],
        [t.made, moment(visit, view.createdAt)],
        [
          t.closed,
          view.closedAt && [moment(visit, view.closedAt), ` ${view.closedWho ?? view.closedBy ?? ''}`],
        ],
        [t.ended, moment(visit, view.endedAt)],
      )}</div>
      ${view.failures.length > 0 && markup`<h2>${t.failures}</h2><ul class="list">${view.failures.map(({ count, reason, code, hint, jobs, outcome }) => markup`<li class="${outcome === 'failed' ? 'bad' : 'warn'}"><strong>${count} × ${reason} ${code && `(${code})`}</strong><br>${jobs.join(', ')}${hint && markup`<br>${todoOf(visit, code, reason) ?? hint}`}</li>`)}</ul>`}
      <h2>${t.members}</h2>
      ${rows.length === 0 ? markup`<p class="soft">${t.noMembers}</p>` : markup`<ul class="list">${rows.map((member) => memberRow(visit, member, names.get(member.job)))}</ul>`}
      ${next !== null && markup`<p><a href="${queryWith(url, { cursor: next })}">${t.more}</a></p>`}
    </div>
    ${view.state === 'open' && mayChange(visit) && act(visit, `${url.pathname}/close`, t.close)}`;
  const shown = rows.map(({ key, version }) => [key, version]);
  return { title, body, tag: [view, shown, next] };
}

const COUNTED = [
  'total',
  'outstanding',
  'succeeded',
  'partly',
  'failed',
  'lost',
  'overdue',
  'removed',
  'late',
] as const;

/** A group of others is answered like one that does not exist. */
async function groupAt({ params, deps, token }: Visit) {
  const key = `${params['scope']}/${params['name']}/${params['run']}`;
  const row = await deps.store.groups.get(key);
  if (row && seesGroup(token, row.projects)) return row;
  throw new Refused(refuse('not_found', 'There is no such group.'));
}

/** What a member row says itself; the job's page has the rest, as long as the job is kept. */
function memberRow(visit: Visit, { job, state, told, overdueAt }: Member, name?: string): Html {
  const shown = state === 'open' && overdueAt !== null ? 'overdue' : state;
  return markup`<li class="${toneOf(shown)}" data-row="${job}">${moment(visit, told?.endedAt ?? null)}<a href="${jobPath(job)}"><strong>${told?.name ?? name ?? job.split('/').at(-1)}</strong></a> ${stateOf(visit, shown)} <span class="soft">${told?.jobType} ${told?.origin}</span>${told?.reason && markup`<br>${told.code ? `${clause(told.reason)} (${told.code})` : told.reason}`}</li>`;
}

export async function closeGroup(visit: Visit): Promise<Redirect> {
  const { name, projects, key } = await groupAt(visit);
  await visit.get('closeGroup', {
    params: { name },
    query: projects === null ? {} : { projects: projects.join(',') },
  });
  return { to: `/groups/${key}` };
}
