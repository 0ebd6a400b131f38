import type { Event } from '../../../core/jobs/event.ts';
import { ORIGIN_EVENTS } from '../../../core/jobs/origin.ts';
import { mayNot } from '../../api/admission.ts';
import type { OriginView } from '../../api/origins/routes.ts';
import { refuse } from '../../api/problem.ts';
import { routes } from '../../api/routes.ts';
import type { Finding } from '../home.ts';
import { markup, type Html, type Piece } from '../markup.ts';
import { act, card, facts, mayChange, moment, stateOf, toneOf } from '../parts.ts';
import { Refused, type Page, type Visit } from '../visit.ts';
import { eventRow } from './board.ts';

/** Events that outages are looked for in, and how many of them are shown. */
const EVENTS = 200;
const OUTAGES = 20;

/** How each origin is asked and answers, and what jobs are found by. */
export async function origins(visit: Visit): Promise<Page> {
  const { texts } = visit;
  const t = texts.origins;
  const { items } = await visit.get('listOrigins');
  const outages = visit.token.projects === null ? await outagesOf(visit) : null;
  const body = markup`<h1>${t.title}</h1>
    <div data-part="origins">
      ${items.length === 0 && markup`<p class="soft">${t.none}</p>`}
      ${items.map((one) => shown(visit, one))}
    </div>
    <section data-part="discovery">${accounts(items).map((one) => discovery(visit, one))}</section>
    ${
      outages &&
      markup`<section data-part="outages" aria-labelledby="outages"><h2 id="outages">${t.outages}</h2>${
        outages.length === 0
          ? markup`<p class="soft">${t.noOutages}</p>`
          : markup`<ul class="list">${outages.map((event) => eventRow(visit, event))}</ul>`
      }</section>`
    }
    <section aria-labelledby="examine"><h2 id="examine">${t.examine}</h2>
      <div data-part="permissions">${items.length > 0 && permissions(visit, items)}</div>
      ${mayChange(visit, 'all') && tryAll(visit)}
    </section>`;
  return { title: t.title, body, tag: [items, outages?.map(({ metadata }) => metadata.id)] };
}

async function outagesOf({ deps, token }: Visit): Promise<Event[]> {
  const events = await deps.useCases.newestEvents({ limit: EVENTS, projects: token.projects });
  return events.filter(({ kind }) => (ORIGIN_EVENTS as readonly string[]).includes(kind)).slice(0, OUTAGES);
}

function shown(visit: Visit, it: OriginView): Html {
  const { origins: t, board, job } = visit.texts;
  const number = new Intl.NumberFormat(visit.lang, { maximumFractionDigits: 2 });
  const { perSecond, most, quota } = it.pace;
  const place = [it.cloud, it.region].filter(Boolean).join(' ');
  return markup`<article class="card edge ${it.state === 'ok' ? 'good' : toneOf(it.state)}" aria-label="${it.name}">
    <h2>${it.name}</h2>
    ${facts(
      [job.labels.state, stateOf(visit, it.state, board.originState[it.state])],
      [t.trouble, it.reason && [markup`<code>${it.reason}</code> `, it.detail]],
      [t.since, moment(visit, it.since)],
      [board.pausedUntil, moment(visit, it.pausedUntil)],
      [t.answered, moment(visit, it.answeredAt) ?? t.never],
      [t.pace, t.perSecond(number.format(perSecond), number.format(most))],
      [
        t.quota,
        quota ? [t.quotaOf(number.format(quota.perSecond)), ' ', moment(visit, quota.at)] : t.noQuota,
      ],
      [t.outstanding, [it.outstanding, ' ', markup`<a href="/?origin=${it.name}">${t.jobs}</a>`]],
      [job.labels.place, [place, it.dialect && `, ${it.dialect}`]],
      [job.labels.project, it.projectId],
    )}
  </article>`;
}

type Discovery = NonNullable<OriginView['discovery']>;
/** Each account once, however many origins are made for it. */
const accounts = (items: readonly OriginView[]): Discovery[] => [
  ...new Map(items.flatMap(({ discovery: it }) => (it ? [[it.account, it] as const] : []))).values(),
];

function discovery(visit: Visit, { account, state, reason, detail, readUpTo, services }: Discovery): Html {
  const { origins: t, board, job } = visit.texts;
  return markup`<h2>${t.discovery}</h2>
    <article class="card edge ${state === 'ok' ? 'good' : toneOf(state)}" aria-label="${t.account(account)}">
      <h3>${t.account(account)}</h3>
      ${facts(
        [job.labels.state, stateOf(visit, state, board.originState[state])],
        [t.trouble, reason && [markup`<code>${reason}</code> `, detail]],
        [t.readUpTo, moment(visit, readUpTo) ?? t.notRead],
      )}
      ${services.length === 0 ? markup`<p class="soft">${t.noCalls}</p>` : countTable(visit, services)}
    </article>`;
}

const countTable = ({ texts: { origins: t } }: Visit, services: Discovery['services']): Html =>
  table(
    [t.service, t.withId, t.results, t.withoutId],
    services.map(({ service, withId, results, withoutId }) => [service, withId, results, withoutId]),
  );

const table = (head: readonly string[], rows: readonly (readonly Piece[])[]): Html =>
  markup`<table><thead><tr>${head.map((words) => markup`<th scope="col">${words}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell, n) => markup`<td><span class="head">${head[n + 1]}: </span>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;

/** What checks have said of permissions so far: both homes know it, also where the process that serves pages may try nothing. */
function permissions(visit: Visit, items: readonly OriginView[]): Html {
  const { origins: t, job } = visit.texts;
  const all = [
    ...items.map((it) => ({ ...it, last: [t.answered, it.answeredAt] as const })),
    ...accounts(items).map((it) => ({
      ...it,
      name: t.account(it.account),
      last: [t.readUpTo, it.readUpTo] as const,
    })),
  ];
  return table(
    [t.what, job.labels.state, t.says],
    all.map(({ name, reason, detail, last: [words, at] }) => {
      const when = at !== null && [words, ' ', moment(visit, at)];
      return [name, ...(reason === null ? silent(visit, when) : faulty(visit, reason, detail, when))];
    }),
  );
}

function silent(visit: Visit, when: Piece): Piece[] {
  const t = visit.texts.origins;
  return when === false
    ? [stateOf(visit, 'info', t.unknown), t.notTried]
    : [stateOf(visit, 'ok', t.right), when];
}

function faulty(visit: Visit, reason: string, detail: string | null, when: Piece): Piece[] {
  const { trouble, origin } = visit.words.texts;
  const { words, hint } = trouble[reason as keyof typeof trouble] ?? trouble.unknown;
  return [
    stateOf(visit, 'failed', visit.texts.origins.wrong),
    [
      detail ? `${words}: ${detail}` : words,
      markup`<br><strong>${hint(origin.credentials.unknown)}</strong>`,
      when && markup`<br><span class="soft">${when}</span>`,
    ],
  ];
}

const tryAll = (visit: Visit): Html => {
  const t = visit.texts.origins;
  return visit.home.examine
    ? markup`<p>${t.examineSays}</p>${act(visit, '/origins/examine', t.examineNow)}`
    : markup`<p>${t.examineElsewhere} <code>jobchime doctor --stage STAGE</code></p>`;
};

/** What the doctor finds: of everything that is configured, so it is for nobody who sees some projects alone. */
export async function examine(visit: Visit): Promise<Page> {
  const { token, home, texts } = visit;
  const t = texts.origins;
  const refused = mayNot(token, routes.createSubscription);
  if (refused) throw new Refused(refused);
  if (!home.examine) throw new Refused(refuse('conflict', t.examineElsewhere));
  const findings = await home.examine();
  const wrong = findings.filter(({ ok }) => !ok).length;
  return {
    title: t.examine,
    body: markup`<h1>${t.examine}</h1>
      ${card(wrong > 0 ? 'bad' : 'good', wrong > 0 ? t.someWrong(wrong) : t.allRight)}
      ${table(
        [t.what, texts.job.labels.state, t.says],
        findings.toSorted((a, b) => rank(a) - rank(b)).map((one) => found(visit, one)),
      )}
      ${act(visit, '/origins/examine', t.again, { plain: true })}
      <p><a href="/origins">${t.title}</a></p>`,
  };
}

const rank = ({ ok, warns }: Finding): number => (ok ? (warns ? 1 : 2) : 0);

const found = (visit: Visit, { what, ok, warns, says, fix }: Finding): Piece[] => [
  what,
  stateOf(
    visit,
    ok ? (warns ? 'warns' : 'ok') : 'failed',
    visit.texts.origins[ok ? (warns ? 'noted' : 'right') : 'wrong'],
  ),
  [says, fix && [markup`<br><strong>${fix}</strong>`]],
];
