import type { Event } from '../../../core/jobs/event.ts';
import { SAMPLE_KINDS } from '../../../core/jobs/sample-event.ts';
import { describe } from '../../../core/notify/message.ts';
import { DEFAULT_READER, LANGS } from '../../../core/notify/reader.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import type { SubscriptionView } from '../../api/subscriptions/answers.ts';
import { isRefusal } from '../../api/problem.ts';
import { kindsFor, recentEvents } from '../matches.ts';
import { markup, type Html } from '../markup.ts';
import { card } from '../parts.ts';
import type { Page, Visit } from '../visit.ts';

/** What a message would say, made by what sends it. Nothing is sent. */
export async function preview(visit: Visit): Promise<Page> {
  const { texts, url, home } = visit;
  const t = texts.preview;
  const asked = (name: string): string => url.searchParams.get(name) ?? '';
  const events = await recentEvents(visit);
  const one = await subscriptionNamed(visit, asked('subscription'));
  const channel = CHANNEL_NAMES.find((name) => name === asked('channel')) ?? one?.channel ?? 'slack';
  const lang = LANGS.find((name) => name === asked('in')) ?? one?.lang ?? DEFAULT_READER.lang;
  const event = await eventAsked(visit, asked('of') || asked('event') || asked('sample'));
  const made = await home.preview(event, channel, {
    reader: { lang, zone: one?.zone ?? DEFAULT_READER.zone },
    words: one?.channel === channel ? one.template : undefined,
    subscription: one?.id ?? 'preview',
  });
  const chosen = asked('of') || asked('event') || event.kind;
  const body = markup`<h1>${t.title}</h1>
    <p>${t.says}</p>
    <form class="filter" action="/preview">
      ${one && markup`<input type="hidden" name="subscription" value="${one.id}">`}
      <div><label for="p-of">${t.of}</label><select id="p-of" name="of">
        <optgroup label="${t.samples}">${kindsFor(visit).map((kind) => option(kind, kind, chosen))}</optgroup>
        ${events.length > 0 && markup`<optgroup label="${t.recent}">${withAsked(events, event, chosen).map((it) => option(it.metadata.id, `${it.kind}: ${describe(it, { lang: visit.lang, zone: 'UTC' }).title}`, chosen))}</optgroup>`}
      </select></div>
      <div><label for="p-channel">${texts.delivery.channel}</label><select id="p-channel" name="channel">${CHANNEL_NAMES.map((name) => option(name, name, channel))}</select></div>
      <div><label for="p-lang">${texts.nav.language}</label><select id="p-lang" name="in">${LANGS.map((name) => option(name, t.langs[name], lang))}</select></div>
      <button>${t.show}</button>
    </form>
    ${made.failed !== undefined && card('warn', t.failed(made.failed))}
    <h2>${t.phone}</h2>
    <div class="card" lang="${lang}">${made.phone}</div>
    <h2>${t.text}</h2>
    <pre tabindex="0" lang="${lang}">${made.text}</pre>
    ${Object.entries(made.files).map(([name, content]) => markup`<details><summary>${t.file(name)}</summary><pre tabindex="0">${content}</pre></details>`)}
    ${one && markup`<p><a href="/subscriptions/${one.id}">${one.name}</a></p>`}`;
  return { title: t.title, body };
}

const option = (value: string, words: string, chosen: string): Html =>
  markup`<option value="${value}"${value === chosen ? markup` selected` : ''}>${words}</option>`;

const withAsked = (events: readonly Event[], asked: Event, chosen: string): Event[] =>
  asked.metadata.id === chosen && !events.some(({ metadata }) => metadata.id === chosen)
    ? [asked, ...events]
    : [...events];

/** Null where none is named, or none that the visitor may see. */
async function subscriptionNamed(visit: Visit, id: string): Promise<SubscriptionView | null> {
  if (id === '') return null;
  const called = await visit.call('getSubscription', { params: { id } });
  return isRefusal(called) ? null : called.result;
}

/** An event that there is by its id, else a sample of its kind. The API says who may ask for which. */
async function eventAsked(visit: Visit, of: string): Promise<Event> {
  const sample = SAMPLE_KINDS.find((kind) => kind === of) ?? 'job.failed';
  const body = of.startsWith('evt_') ? { event: of } : { sample };
  return (await visit.get('testRoutes', { body })).event;
}
