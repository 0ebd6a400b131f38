import { DELIVERY_STATES, outcomeWord, type DeliveryState } from '../../../core/notify/delivery.ts';
import type { DeliveryView } from '../../api/deliveries/answers.ts';
import { placeHere } from '../same-site.ts';
import { namedIn } from '../form.ts';
import { markup, type Html } from '../markup.ts';
import {
  act,
  card,
  deliveryPath,
  done,
  facts,
  form,
  mayChange,
  moment,
  stateOf,
  subjectPath,
  toneOf,
} from '../parts.ts';
import { queryWith, type Page, type Redirect, type Visit } from '../visit.ts';

const SHOWN = 50;

/** The log of what was sent, by state, event or job. */
export async function deliveries(visit: Visit): Promise<Page> {
  const { texts, url } = visit;
  const t = texts.delivery;
  const given = (name: string): string | undefined => url.searchParams.get(name) || undefined;
  const state = DELIVERY_STATES.find((it) => it === given('state'));
  const [event, job, cursor] = [given('event'), given('job'), given('cursor')];
  const query = {
    limit: SHOWN,
    ...(state && { state }),
    ...(event && { event }),
    ...(job && { job }),
    ...(cursor && { cursor }),
  };
  const { items, next } = await visit.get('listDeliveries', { query });
  const recoveries = await visit.get('listRecoveries', { query: { limit: 5 } });
  const body = markup`<h1>${t.title}</h1>
    ${done(namedIn(DONE, url.searchParams.get('done'))?.(visit))}
    ${filterForm(visit, state)}
    <section data-part="deliveries" aria-label="${t.title}">
      ${items.length === 0 ? markup`<p class="soft">${t.none}</p>` : table(visit, items)}
      ${next !== null && markup`<p><a href="${queryWith(url, { cursor: next })}">${t.more}</a></p>`}
    </section>
    ${mayChange(visit) && recoverForm(visit)}
    <section data-part="recoveries" aria-labelledby="recoveries">
      ${recoveries.items.length > 0 && markup`<h2 id="recoveries">${t.recoveries}</h2><ul class="list">${recoveries.items.map((one) => markup`<li>${moment(visit, one.createdAt)}<code>${one.how}</code> ${one.by}: ${t.progress(one.sent, texts.state[one.state] ?? one.state)} ${one.state === 'running' && mayChange(visit) && act(visit, `/recoveries/${one.id}/stop`, t.stop, { plain: true })}</li>`)}</ul>`}
    </section>`;
  return { title: t.title, body, tag: [items, next, recoveries, url.search] };
}

const DONE: Readonly<Record<string, (visit: Visit) => string>> = {
  recover: ({ texts }) => texts.delivery.started,
  stop: ({ texts }) => texts.delivery.stopped,
};

function filterForm({ url, texts }: Visit, chosen: DeliveryState | undefined): Html {
  const t = texts.delivery;
  const given = (name: string): string => url.searchParams.get(name) ?? '';
  return markup`<form class="filter" role="search" aria-label="${texts.board.filter.label}" action="/deliveries">
    <div><label for="d-state">${t.state}</label><select id="d-state" name="state"><option value="">${t.any}</option>${DELIVERY_STATES.map((state) => markup`<option value="${state}"${chosen === state ? markup` selected` : ''}>${texts.state[state] ?? state}</option>`)}</select></div>
    <div><label for="d-job">${texts.board.job}</label><input id="d-job" name="job" placeholder="origin/project/job" value="${given('job')}"></div>
    <div><label for="d-event">${t.event}</label><input id="d-event" name="event" placeholder="evt_" value="${given('event')}"></div>
    <button>${texts.board.filter.button}</button> <a href="/deliveries">${texts.board.filter.clear}</a>
  </form>`;
}

function table(visit: Visit, items: readonly DeliveryView[]): Html {
  const t = visit.texts.delivery;
  return markup`<table><thead><tr><th scope="col">${t.event}</th><th scope="col">${t.subscription}</th><th scope="col">${t.target}</th><th scope="col">${t.state}</th><th scope="col">${t.made}</th></tr></thead>
  <tbody>${items.map((it) => markup`<tr data-row="${it.id}"><th scope="row"><a href="${deliveryPath(it.eventId, it.id)}">${it.kind}</a><br><span class="soft">${it.subject}</span></th><td>${it.subscription}</td><td>${it.channel}<br><span class="soft">${it.target}</span></td><td>${stateOf(visit, outcomeWord(it))}<br><span class="soft">${it.reason}</span></td><td>${moment(visit, it.createdAt)}</td></tr>`)}</tbody></table>`;
}

/** One delivery, and each attempt in full. */
export async function delivery(visit: Visit): Promise<Page> {
  const { texts, url, params } = visit;
  const t = texts.delivery;
  const named = { eventId: params['eventId']!, deliveryId: params['deliveryId']! };
  const it = await visit.get('getDelivery', { params: named });
  const subject = subjectPath(it.subject);
  const path = deliveryPath(it.eventId, it.id);
  const body = markup`<h1>${t.one}</h1>
    ${done(url.searchParams.get('done') === 'redeliver' ? t.redelivered : null)}
    <div data-part="delivery">
      <div class="card edge ${toneOf(it.state)}">${facts(
        [t.state, [stateOf(visit, outcomeWord(it)), it.reason && markup` <code>${it.reason}</code>`]],
        [t.event, [markup`<code>${it.kind}</code> `, markup`<span class="soft">${it.eventId}</span>`]],
        [t.subject, subject ? markup`<a href="${subject}">${it.subject}</a>` : it.subject],
        [t.subscription, it.subscription],
        [t.channel, it.channel],
        [t.target, it.target],
        [t.made, moment(visit, it.createdAt)],
        [t.nextTry, moment(visit, it.nextTryAt)],
      )}</div>
      <h2>${t.attempts}</h2>
      ${it.attempts.length === 0 ? markup`<p class="soft">${t.noAttempt}</p>` : markup`<ol class="line">${it.attempts.map((one) => markup`<li class="${one.reason === 'ok' || one.reason === 'accepted' ? 'good' : 'warn'}">${moment(visit, one.at)} <code>${one.reason}</code> ${one.ms !== null && t.took(one.ms)}<br>${one.detail}${!one.counts && markup`<br><span class="soft">${t.notCounted}</span>`}</li>`)}</ol>`}
      ${it.asked.length > 0 && markup`<h2>${t.asked}</h2><ul class="list">${it.asked.map(({ at, by, how }) => markup`<li>${moment(visit, at)}${t.askedBy(by, how)}</li>`)}</ul>`}
    </div>
    ${mayChange(visit) && act(visit, `${path}/redeliver`, t.redeliver)}`;
  return { title: t.one, body, tag: [it, url.search] };
}

export async function redeliver(visit: Visit): Promise<Redirect> {
  const { params, form: given } = visit;
  const named = { eventId: params['eventId']!, deliveryId: params['deliveryId']! };
  const it = await visit.get('redeliver', { params: named });
  const back = given.get('back');
  return { to: `${back === null ? deliveryPath(it.eventId, it.id) : placeHere(back)}?done=redeliver` };
}

const RECOVER_SPANS = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;

function recoverForm(visit: Visit): Html {
  const { delivery: t, board, stats } = visit.texts;
  return markup`<details><summary>${t.recover}</summary><p>${t.recoverSays}</p>${form(visit, '/recover', markup`<label for="r-since">${stats.span}</label><select id="r-since" name="span">${Object.keys(RECOVER_SPANS).map((span) => markup`<option value="${span}">${board.filter.spans[span as keyof typeof RECOVER_SPANS]}</option>`)}</select><label for="r-sub">${t.subscription}</label><input id="r-sub" name="subscription" maxlength="64"><button>${t.count}</button>`)}</details>`;
}

/** Counts first, and sends when somebody has seen the count. */
export async function recover(visit: Visit): Promise<Page | Redirect> {
  const { form: given, texts, now } = visit;
  const t = texts.delivery;
  const span = namedIn(RECOVER_SPANS, given.get('span')) ?? RECOVER_SPANS['1h'];
  const since = given.get('since') ?? new Date(now - span).toISOString();
  const until = given.get('until') ?? new Date(now).toISOString();
  const subscription = given.get('subscription')?.trim();
  const body = { since, until, ...(subscription && { subscription }) };
  if (given.get('confirmed') === 'yes') {
    await visit.get('createRecovery', { body });
    return { to: '/deliveries?done=recover' };
  }
  const count = await visit.get('createRecovery', { body: { ...body, dryRun: true } });
  const complete = !('complete' in count) || count.complete;
  return {
    title: t.recover,
    body: markup`<h1>${t.recover}</h1>
      ${card('info', [markup`<p><strong>${t.counted(count.sent)}</strong></p>`, count.kept > 0 && markup`<p>${t.keptToo(count.kept)}</p>`, !complete && markup`<p>${t.incomplete}</p>`, facts([t.since, moment(visit, since)], [t.until, moment(visit, until)], [t.subscription, subscription])])}
      ${count.sent > 0 && act(visit, '/recover', t.start(count.sent), { fields: { ...body, confirmed: 'yes' } })}
      <p><a href="/deliveries">${t.title}</a></p>`,
  };
}

export async function stopRecovery(visit: Visit): Promise<Redirect> {
  await visit.get('stopRecovery', { params: { id: visit.params['id']! } });
  return { to: '/deliveries?done=stop' };
}
