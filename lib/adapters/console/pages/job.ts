import { jobKey } from '../../../core/jobs/job.ts';
import { isJobEvent, type Event } from '../../../core/jobs/event.ts';
import { outcomeWord } from '../../../core/notify/delivery.ts';
import { headlineWithoutMark } from '../../../core/notify/headline.ts';
import { describe } from '../../../core/notify/message.ts';
import { explainMismatch } from '../../../core/notify/pattern.ts';
import { envelope } from '../../../core/notify/presets.ts';
import type { ExplanationView, JobView } from '../../api/jobs/answers.ts';
import { isRefusal } from '../../api/problem.ts';
import { markup, type Html } from '../markup.ts';
import {
  act,
  card,
  deliveryPath,
  done,
  facts,
  foreign,
  form,
  groupPath,
  jobPath,
  labelTags,
  mayChange,
  moment,
  stateOf,
  tag,
  todoOf,
  toneOf,
} from '../parts.ts';
import { Refused, type Page, type Redirect, type Visit } from '../visit.ts';

type ExplainedEvent = ExplanationView['events'][number];

const EVENTS_OF_A_JOB = 20;

export const jobParams = ({ params }: Visit) => ({
  origin: params['origin']!,
  projectId: params['projectId']!,
  jobId: params['jobId']!,
});

/** All that is known of one job: what `explain` answers, in the order of time. */
export async function job(visit: Visit): Promise<Page> {
  const { texts, url } = visit;
  const params = jobParams(visit);
  const told = await visit.get('explainJob', { params }).then((it) => inOwnWords(visit, it));
  const events = await visit.get('listEvents', { query: { job: jobKey(params), limit: EVENTS_OF_A_JOB } });
  const { job: it } = told;
  const what = it.name ?? it.jobId;
  const last = events.items.at(-1);
  const said = last && describe(last, { lang: visit.lang, zone: 'UTC' });
  const isDone = url.searchParams.get('done');
  const body = markup`<h1>${what}</h1>
    ${done(isDone === 'mute' ? [texts.job.muted, ' ', markup`<a href="/subscriptions#mutes">${texts.subscription.mutes}</a>`] : isDone === 'redeliver' ? texts.job.redelivered : null)}
    <div data-part="said">
      ${said && it.state !== 'outstanding' && card(said.tone, [markup`<strong>${said.title}</strong>`, said.reason && markup`<br>${said.reason}`, said.hint && markup`<br>${said.hint}`])}
    </div>
    ${mayChange(visit, 'all') && it.name && muteForm(visit, it.name)}
    <div data-part="job">
      <h2>${texts.job.facts}</h2>
      <div class="card">${factsOf(visit, told, said?.hint !== undefined)}</div>
      ${subJobs(visit, it)}
      <h2>${texts.job.timeline}</h2>
      <ol class="line">${timeline(visit, told, events.items)}</ol>
      ${await unmatched(visit, told, events.items)}
      <details>
        <summary>${texts.job.raw}</summary>
        <pre tabindex="0">${JSON.stringify(it, null, 2)}</pre>
      </details>
    </div>`;
  return { title: what, body, tag: [told, events.next, isDone] };
}

/** The API says in English why it is checked again. */
async function inOwnWords({ deps, texts, words }: Visit, told: ExplanationView): Promise<ExplanationView> {
  const said = { ...texts.job.whyNext, duration: words.duration };
  const why = told.whyNextCheck && (await deps.useCases.whyNext(told.job.key, said));
  return { ...told, whyNextCheck: why };
}

/** `isAdvised`: what to do has been said already, in the words of the page. */
function factsOf(visit: Visit, { job: it, whyNextCheck, notify }: ExplanationView, isAdvised: boolean): Html {
  const t = visit.texts.job;
  const { labels: l } = t;
  const at = (time: string | null): Html | null => moment(visit, time);
  const link = foreign(it.consoleUrl, t.console);
  const entities = Object.entries(it.entities).filter(([, value]) => value !== null);
  const next = it.nextCheckAt && [at(it.nextCheckAt), whyNextCheck && ` ${t.because(whyNextCheck)}`];
  const { error, group } = it;
  return markup`${facts(
    [l.state, stateOf(visit, it.state)],
    [l.status, it.status],
    [l.why, it.lostReason],
    [l.error, error && [error.reason, error.code && ` (${error.code})`]],
    [l.hint, !isAdvised && error && (todoOf(visit, error.code, error.reason) ?? error.hint)],
    [l.type, it.jobType],
    [l.origin, it.origin],
    [l.place, `${it.cloud} ${it.region}, ${it.service}`],
    [l.project, it.projectId],
    [l.jobId, markup`<code>${it.jobId}</code>`],
    [l.labels, labelTags(it.labels)],
    [
      l.group,
      group &&
        visit.session &&
        markup`<a href="${groupPath(group.key)}">${visit.texts.group.title(group.name, group.run)}</a>`,
    ],
    [l.requestedBy, it.requestedBy],
    [l.correlation, it.correlationId],
    [t.notify, notify.map(tag)],
    [l.tracked, at(it.trackedAt)],
    [l.began, at(it.beganAt)],
    [l.ended, at(it.endedAt ?? (it.state === 'lost' ? null : it.detectedAt))],
    [l.deadline, at(it.deadlineAt)],
    [l.checked, at(it.checkedAt)],
    [l.next, next],
    [
      t.entities,
      entities.map(
        ([name, value]) =>
          markup`${name}: <code>${typeof value === 'string' ? value : JSON.stringify(value)}</code><br>`,
      ),
    ],
  )}${link && markup`<p class="acts">${link}</p>`}`;
}

function subJobs({ texts: { job: t } }: Visit, { subJobs: counts, error }: JobView): Html | null {
  if (!counts || counts.total === 0) return null;
  const { total, succeeded, failed, running } = counts;
  return markup`<h2>${t.subJobs}</h2>
    <div class="card">
      <p>${t.subJobCounts(total, succeeded, failed, running)}</p>
      <ul>${error?.subJobs.map(({ jobId, jobType, code, reason }) => markup`<li>${[jobType, jobId].filter(Boolean).join(' ')}: ${reason} ${code && `(${code})`}</li>`)}</ul>
    </div>`;
}

function timeline(visit: Visit, told: ExplanationView, events: readonly Event[]): Html[] {
  const { texts } = visit;
  const { trackedAt, requestedBy, nextCheckAt } = told.job;
  const known = new Map(events.map((event) => [event.metadata.id, event]));
  const entries: { at: string; shown: Html }[] = [
    {
      at: trackedAt,
      shown: markup`<li>${moment(visit, trackedAt)} ${texts.job.tracked}${requestedBy && ` · ${requestedBy}`}</li>`,
    },
    ...told.history.map(({ at, reason, detail }) => ({
      at,
      shown: markup`<li class="${toneOf(reason)}">${moment(visit, at)} <code>${reason}</code> ${detail}</li>`,
    })),
    ...told.events.map((event) => {
      const full = known.get(event.id);
      return {
        at: full?.metadata.time ?? new Date(visit.now).toISOString(),
        shown: eventEntry(visit, event, full),
      };
    }),
  ];
  const sorted = entries
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ shown }) => shown);
  const next =
    nextCheckAt &&
    markup`<li class="soft">${texts.job.nextCheck}: ${moment(visit, nextCheckAt)}${told.whyNextCheck && ` ${texts.job.because(told.whyNextCheck)}`}</li>`;
  return next ? [...sorted, next] : sorted;
}

function eventEntry(visit: Visit, told: ExplainedEvent, event: Event | undefined): Html {
  const { texts, lang } = visit;
  const said = event && isJobEvent(event) ? describe(event, { lang, zone: 'UTC' }) : null;
  return markup`<li class="${said?.tone ?? 'info'}">
    ${moment(visit, event?.metadata.time ?? null)} <strong>${texts.job.event(told.kind)}</strong>
    ${said && markup`<br>${headlineWithoutMark(said)}`}
    ${!told.published && markup`<br>${texts.job.unpublished}`}
    ${visit.session && told.published && told.deliveries.length === 0 && markup`<br><span class="soft">${texts.job.noDelivery}</span>`}
    <ul>${(visit.session ? told.deliveries : []).map((delivery) => deliveryEntry(visit, told.id, delivery))}</ul>
  </li>`;
}

function deliveryEntry(visit: Visit, eventId: string, it: ExplainedEvent['deliveries'][number]): Html {
  const path = deliveryPath(eventId, it.id);
  const name = `${it.subscription}: ${it.channel} ${it.target}`;
  return markup`<li>
    <a href="${path}">${name}</a>
    ${stateOf(visit, outcomeWord(it))} ${it.reason && it.reason !== 'ok' && markup`<code>${it.reason}</code>`}
    <ul>${it.attempts.map(({ at, detail, reason }) => markup`<li class="soft">${moment(visit, at)} ${reason} ${detail}</li>`)}</ul>
    ${mayChange(visit) && act(visit, `${path}/redeliver`, visit.texts.delivery.redeliver, { plain: true, fields: { back: visit.url.pathname } })}
  </li>`;
}

/** The API says it in English; what it was held against is still there in most cases, and says it in the words of the page. */
async function unmatched(
  { texts, deps }: Visit,
  { events }: ExplanationView,
  full: readonly Event[],
): Promise<Html | null> {
  const all = events.flatMap(({ id, kind, unmatched: list }) => list.map((one) => ({ id, kind, ...one })));
  if (all.length === 0) return null;
  const patterns = new Map((await deps.subscriptions.all()).map(({ id, pattern }) => [id, pattern]));
  const whyOf = ({ id, subscription, why }: (typeof all)[number]): string => {
    const event = full.find(({ metadata }) => metadata.id === id);
    const pattern = patterns.get(subscription);
    return (event && pattern && explainMismatch(pattern, envelope(event), texts.matches.why)) ?? why;
  };
  return markup`<details>
    <summary>${texts.job.unmatched}</summary>
    <ul>${all.map((one) => markup`<li><strong>${one.subscription}</strong> (${one.kind}): ${whyOf(one)}</li>`)}</ul>
  </details>`;
}

export const MUTE_SPANS = ['1h', '24h', '7d'] as const;

function muteForm(visit: Visit, name: string): Html {
  const t = visit.texts.job;
  const { spans } = visit.texts.board.filter;
  return markup`<details><summary>${t.muteIt(name)}</summary><p>${t.muteName(name)}</p>${form(
    visit,
    `${visit.url.pathname}/mute`,
    markup`
    <label for="m-for">${t.muteFor}</label><select id="m-for" name="for">${MUTE_SPANS.map((span) => markup`<option value="${span}">${spans[span]}</option>`)}</select>
    <label><input type="checkbox" name="failures" value="wait"> ${t.muteFailures}</label>
    <label for="m-why">${t.muteWhy}</label><input id="m-why" name="why" required maxlength="200">
    <button>${t.mute}</button>`,
  )}</details>`;
}

export async function mute(visit: Visit): Promise<Redirect> {
  const params = jobParams(visit);
  const { name } = await visit.get('getJob', { params });
  const { form: given } = visit;
  const called = await visit.call('createMute', {
    body: {
      name: (name ?? '').replaceAll('*', '?').slice(0, 100),
      for: given.get('for') ?? '',
      why: given.get('why') ?? '',
      ...(given.get('failures') === 'wait' && { failures: 'wait' as const }),
    },
  });
  if (isRefusal(called)) throw new Refused(called);
  return { to: `${jobPath(jobKey(params))}?done=mute` };
}
