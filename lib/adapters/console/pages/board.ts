import { isGroupEvent, isJobEvent, type Event } from '../../../core/jobs/event.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { ENOUGH, startOf } from '../../../core/jobs/learnt.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { describe } from '../../../core/notify/message.ts';
import type { OriginView } from '../../api/origins/routes.ts';
import type { StatsView } from '../../api/stats/routes.ts';
import { isRefusal } from '../../api/problem.ts';
import { fits, isNarrow, readFilter, SPANS, STATES, type Filter } from '../filter.ts';
import { markup, type Html } from '../markup.ts';
import { jobsFound, LOOKED_AT, type Found } from '../jobs-found.ts';
import {
  age,
  bar,
  card,
  jobPath,
  labelTags,
  moment,
  stateOf,
  subjectPath,
  toneOf,
  usually,
} from '../parts.ts';
import { queryWith, type Page, type Visit } from '../visit.ts';

/** Events that are read for one page, and how many of them are shown as what ended. */
const EVENTS = 200;
const ENDED = 25;
/** What failed longer ago is in the list of jobs. */
const LOOK_MS = 24 * 3_600_000;
const LOOK = 40;

const ENDS: readonly string[] = ['job.succeeded', 'job.failed', 'job.lost', 'group.ended'];

export async function board(visit: Visit): Promise<Page> {
  const { url, now, texts, token, deps } = visit;
  const t = texts.board;
  const filter = readFilter(url.searchParams, now);
  const cursor = url.searchParams.get('cursor');
  const health = await visit.call('health');
  const [{ items: origins }, { items: stats }, { items: events }] = await Promise.all([
    visit.get('listOrigins'),
    visit.get('listStats'),
    visit.get('listEvents', { query: { limit: EVENTS } }),
  ]);
  // A cursor that is none is refused by the API; here it leads to the first page.
  await visit.get('listJobs', { query: { limit: 1, ...(cursor !== null && { cursor }) } });
  const found = await jobsFound(deps, token, filter, cursor);
  const about = events.filter((event) => isAbout(filter, event));
  const look = lookAt(about, now);
  const ended = about.filter(({ kind }) => ENDS.includes(kind)).slice(0, ENDED);
  const targets = isRefusal(health) ? [] : (health.result.targets ?? []);
  const trouble = origins.filter(({ state }) => state !== 'ok');
  const wall = url.searchParams.has('wall');
  const total = origins.reduce((sum, { outstanding }) => sum + outstanding, 0);

  const body = markup`<h1>${t.title}</h1>
    <section data-part="look" aria-labelledby="look">
      <h2 id="look">${t.look}</h2>
      ${isRefusal(health) && card('bad', health.refused.detail)}
      ${
        look.length + trouble.length + targets.length === 0 && !isRefusal(health)
          ? card('good', t.nothing)
          : markup`<ul class="list">
              ${[
                ...trouble.map((origin) => originRow(visit, origin)),
                ...targets.map(
                  ({ subscription, state, held, since }) =>
                    markup`<li class="${toneOf(state)}" data-row="t-${subscription}">
                      ${moment(visit, since)}<strong>${subscription}</strong>:
                      ${texts.subscription.state[state] ?? state}. ${held > 0 && t.held(held)}
                    </li>`,
                ),
                ...look.map((event) => eventRow(visit, event)),
              ]}
            </ul>`
      }
    </section>
    <section data-part="origins" aria-labelledby="origins">
      <h2 id="origins">${t.origins}</h2>
      <ul class="tiles">
        ${origins.map((origin) => originTile(visit, origin))}
        <li class="card edge ${isRefusal(health) ? 'bad' : 'good'}">
          <strong>${t.sweep}</strong><br><span class="soft">${sweepWords(visit, health)}</span>
        </li>
      </ul>
    </section>
    ${filterForm(visit, filter, origins)}
    <section data-part="jobs" aria-labelledby="jobs">
      <h2 id="jobs">
        ${filter.state === 'outstanding' && !isNarrow(filter) ? markup`${t.underWay} <span class="soft">${t.watched(total)}</span>` : t.found}
      </h2>
      ${jobTable(visit, found, filter, stats)}
      ${found.cut && markup`<p class="soft">${t.lookedAt(LOOKED_AT)}</p>`}
      <p class="tools quiet">
        ${found.next !== null && markup`<a href="${queryWith(url, { cursor: found.next })}">${t.more}</a>`}
        ${cursor !== null && markup`<a href="${queryWith(url, { cursor: null })}">${t.newest}</a>`}
      </p>
    </section>
    <section data-part="ended" aria-labelledby="ended">
      <h2 id="ended">${t.justEnded}</h2>
      ${
        ended.length === 0
          ? markup`<p class="soft">${t.noneEnded}</p>`
          : markup`<ul class="list">
              ${ended.map((event) => eventRow(visit, event))}
            </ul>`
      }
    </section>
    <p class="tools">
      <a data-wall href="${queryWith(url, { wall: wall ? null : '1' })}">${wall ? texts.nav.noWall : texts.nav.wall}</a>
    </p>`;

  const tag = [
    found.rows.map(({ key, version }) => [key, version]),
    found.next,
    about.slice(0, EVENTS).map(({ metadata }) => metadata.id),
    look.length,
    origins,
    targets,
    isRefusal(health) && health.refused.detail,
    stats.map(({ ended }) => ended),
    url.search,
  ];
  return { title: t.title, body, tag, wall };
}

/** Of each job and group only what was last told of it, and that only where somebody may have to do something. */
function lookAt(events: readonly Event[], now: number): Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) if (!newest.has(event.subject)) newest.set(event.subject, event);
  return [...newest.values()]
    .filter((event) => isJobEvent(event) || isGroupEvent(event))
    .filter(({ metadata }) => now - Date.parse(metadata.time) < LOOK_MS)
    .filter((event) => event.kind === 'job.payment_pending' || ['bad', 'warn'].includes(describe(event).tone))
    .slice(0, LOOK);
}

function isAbout(filter: Filter, event: Event): boolean {
  if (!isJobEvent(event)) {
    if (!isNarrow(filter) && filter.origin === null) return true;
    const only = { ...filter, group: null };
    return (
      isGroupEvent(event) && event.data.group.name === filter.group && !isNarrow({ ...only, since: null })
    );
  }
  const { job, trackedAt } = event.data;
  return fits(filter, {
    origin: job.origin,
    jobId: job.jobId,
    name: job.name ?? null,
    labels: job.labels,
    group: job.group?.name ?? null,
    at: Date.parse(trackedAt),
  });
}

export function eventRow(visit: Visit, event: Event): Html {
  const { lang } = visit;
  const said: MessageContent = describe(event, { lang, zone: 'UTC' });
  const path = subjectPath(event.subject);
  const { title, reason, tone } = said;
  return markup`<li class="${tone}" data-row="${event.metadata.id}">
    ${moment(visit, event.metadata.time)}${
      path === null
        ? markup`<strong>${title}</strong>`
        : markup`<a href="${path}"><strong>${title}</strong></a>`
    }${reason && markup`<br>${reason}`} <span class="soft">${said.place}</span>
  </li>`;
}

function originRow(visit: Visit, { name, state, reason, detail, since }: OriginView): Html {
  const { originState } = visit.texts.board;
  return markup`<li class="${toneOf(state)}" data-row="o-${name}">
    ${moment(visit, since)}<strong>${name}</strong>: ${originState[state]}${reason && markup` (${reason})`}<br><span class="soft">${detail}</span>
  </li>`;
}

function originTile(
  visit: Visit,
  { name, state, outstanding, cloud, region, pausedUntil }: OriginView,
): Html {
  const t = visit.texts.board;
  return markup`<li class="card edge ${state === 'ok' ? 'good' : toneOf(state)}">
    <a href="${queryWith(visit.url, { origin: name, cursor: null })}"><strong>${name}</strong></a><span class="big num">${outstanding}</span><span class="soft">${t.originState[state]} · ${cloud}
      ${region}${pausedUntil && markup`<br>${t.pausedUntil} ${moment(visit, pausedUntil)}`}</span>
  </li>`;
}

function sweepWords(
  { texts: { board: t }, words }: Visit,
  health: Awaited<ReturnType<Visit['call']>>,
): string {
  if (isRefusal(health)) return health.refused.detail;
  const { sweepAgeSeconds } = health.result as { sweepAgeSeconds?: number };
  return sweepAgeSeconds === undefined
    ? t.sweepElsewhere
    : t.sweepOk(words.duration(Math.max(1, sweepAgeSeconds) * 1_000));
}

function filterForm({ url, texts }: Visit, filter: Filter, origins: readonly OriginView[]): Html {
  const t = texts.board.filter;
  const given = (name: string): string => url.searchParams.get(name) ?? '';
  const option = (value: string, words: string, chosen: boolean): Html =>
    markup`<option value="${value}" ${chosen ? markup` selected` : ''}>${words}</option>`;
  return markup`<form class="filter" role="search" aria-label="${t.label}" action="/">
    <div>
      <label for="f-q">${t.text}</label><input id="f-q" name="q" type="search" value="${given('q')}">
    </div>
    <div>
      <label for="f-label">${t.labels}</label><input id="f-label" name="label" placeholder="${t.labelHint}" value="${given('label')}">
    </div>
    <div>
      <label for="f-state">${texts.board.state}</label><select id="f-state" name="state">
        ${STATES.map((it) =>
          option(it, it === 'any' ? t.anyState : (texts.state[it] ?? it), filter.state === it),
        )}
      </select>
    </div>
    <div>
      <label for="f-origin">${texts.board.origin}</label><select id="f-origin" name="origin">
        ${[
          option('', t.anyOrigin, filter.origin === null),
          ...origins.map(({ name }) => option(name, name, filter.origin === name)),
        ]}
      </select>
    </div>
    <div>
      <label for="f-group">${t.group}</label><input id="f-group" name="group" value="${given('group')}">
    </div>
    <div>
      <label for="f-since">${t.since}</label><select id="f-since" name="since">
        ${[
          option('', t.always, filter.since === null),
          ...Object.keys(SPANS).map((it) =>
            option(it, t.spans[it as keyof typeof SPANS], given('since') === it),
          ),
        ]}
      </select>
    </div>
    <button>${t.button}</button> <a href="/">${t.clear}</a>
  </form>`;
}

function jobTable(visit: Visit, { rows }: Found, filter: Filter, stats: readonly StatsView[]): Html {
  const t = visit.texts.board;
  if (rows.length === 0)
    return markup`<p class="soft">
      ${isNarrow(filter) || filter.state !== 'outstanding' ? t.noneFound : t.none}
    </p>`;
  const usual = new Map(stats.map(({ origin, jobType, took }) => [`${origin}/${jobType ?? ''}`, took]));
  // By origin, and of each the one that is out longest first.
  const sorted = rows.toSorted((a, b) =>
    a.origin === b.origin ? a.createdAt - b.createdAt : a.origin < b.origin ? -1 : 1,
  );
  return markup`<table>
    <thead>
      <tr>
        <th scope="col">${t.job}</th>
        <th scope="col">${t.origin}</th>
        <th scope="col">${t.state}</th>
        <th scope="col">${t.age}</th>
        <th scope="col">${t.labels}</th>
      </tr>
    </thead>
    <tbody>
      ${sorted.map((row) => jobRow(visit, row, usual.get(`${row.origin}/${row.report?.jobType ?? ''}`) ?? null))}
    </tbody>
  </table>`;
}

function jobRow(visit: Visit, row: Job, took: StatsView['took']): Html {
  const { key, origin, name, jobId, labels, report, deadlineAt, detectedAt } = row;
  const { texts, words } = visit;
  const since = startOf(row);
  const isOpen = row.state === 'outstanding';
  const isOverdue = isOpen && row.emitted.includes('job.overdue');
  const known = took && took.count >= ENOUGH ? took : null;
  const end = deadlineAt === null ? known?.p90 : deadlineAt - since;
  return markup`<tr data-row="${key}">
    <th scope="row">
      <a href="${jobPath(key)}">${name ?? jobId}</a><br><span class="soft">${report?.jobType ?? row.service}</span>
    </th>
    <td>${origin}</td>
    <td>${stateOf(visit, isOverdue ? 'overdue' : row.state)}<br><span class="soft">${row.status}</span></td>
    <td>
      ${
        isOpen
          ? markup`${age(visit, since)}${end !== undefined && bar(visit, name ?? jobId, since, end, isOverdue ? 'bad' : undefined)}
              <span class="soft">${
                deadlineAt === null
                  ? known && usually(visit, known)
                  : markup`${texts.board.dueBy('')}${moment(visit, deadlineAt)}`
              }</span>`
          : detectedAt !== null && words.duration(Math.max(0, detectedAt - since))
      }
    </td>
    <td>${labelTags(labels)}</td>
  </tr>`;
}
