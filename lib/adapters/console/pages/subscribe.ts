import { isMailbox } from '../../../core/notify/channel.ts';
import { acceptPattern } from '../../../core/notify/pattern.ts';
import { mayNot } from '../../api/admission.ts';
import type { SubscriptionView } from '../../api/subscriptions/answers.ts';
import { isRefusal, refuseField, type Refusal } from '../../api/problem.ts';
import { PRESET_NAMES } from '../../api/subscriptions/requests.ts';
import { routes } from '../../api/routes.ts';
import { CHANNEL_NAMES, CHANNELS, definitionOf, type KnownChannel } from '../../channels/registry.ts';
import type { ChannelDefinition } from '../../channels/definition.ts';
import {
  alteration,
  creation,
  draftIn,
  draftOf,
  NEW_DRAFT,
  PATTERN,
  patternIn,
  type Draft,
} from '../draft.ts';
import { GROUPS, type Field, type Group } from '../fields.ts';
import { markup, type Html } from '../markup.ts';
import { matches } from '../matches.ts';
import { card, form } from '../parts.ts';
import { Refused, type Page, type Redirect, type Visit } from '../visit.ts';
import { keyShown } from './subscriptions.ts';

/** Makes a subscription. What is tried is not made: it shows which events the draft would get. */
export async function subscribe(visit: Visit): Promise<Page | Redirect> {
  const { request, form: given, texts } = visit;
  refuseOthers(visit);
  if (request.method === 'GET') return draftPage(visit, NEW_DRAFT);
  const draft = draftIn(given);
  if (given.has('try')) return draftPage(visit, draft);
  const target = targetIn(given, draft.channel);
  if (typeof target !== 'string') return draftPage(visit, draft, { refused: target });
  const body = creation(draft, target);
  const once = given.get('once') ?? '';
  const called = await visit.call('createSubscription', { body, ...(once && { once }) });
  if (isRefusal(called)) return draftPage(visit, draft, { refused: called });
  const { id, name, signingKeys } = called.result;
  if (!signingKeys) return { to: `/subscriptions/${id}?done=${isMailbox(draft.channel) ? 'asked' : 'made'}` };
  return keyShown(visit, { id, title: name, says: texts.subscription.firstKey, signingKeys });
}

/** Changes one that was made here or through the API. */
export async function edit(visit: Visit): Promise<Page | Redirect> {
  const { request, form: given, params } = visit;
  refuseOthers(visit);
  const id = params['id']!;
  const it = await visit.get('getSubscription', { params: { id } });
  if (request.method === 'GET') return draftPage(visit, draftOf(it), { it });
  const draft = { ...draftIn(given, draftOf(it)), channel: it.channel };
  if (given.has('try')) return draftPage(visit, draft, { it });
  const target = targetIn(given, it.channel);
  if (typeof target !== 'string') return draftPage(visit, draft, { it, refused: target });
  const body = alteration(it, draft, target);
  if (!body) return { to: `/subscriptions/${id}` };
  const called = await visit.call('changeSubscription', { params: { id }, body });
  if (isRefusal(called)) return draftPage(visit, draft, { it, refused: called });
  return { to: `/subscriptions/${id}?done=changed` };
}

/** As a whole, or made of its parts. */
function targetIn(given: URLSearchParams, channel: string): string | Refusal {
  const written = (name: string): string => given.get(name)?.trim() ?? '';
  const target = written('target');
  const parts = definitionOf(channel)?.parts;
  const names = (parts?.of ?? []).map(({ name }) => name);
  const named = Object.fromEntries(names.map((name) => [name, written(`part-${name}`)]));
  const some = names.filter((name) => named[name] !== '');
  if (!parts || some.length === 0) return target;
  const all = names.join(' and ');
  if (target !== '')
    return refuseField(
      'target',
      `does not go together with ${some.join(' and ')}`,
      `Write either the target, or ${all}.`,
    );
  const missing = names.find((name) => named[name] === '');
  return missing === undefined ? parts.whole(named) : refuseField(missing, 'is missing', `Write ${all}.`);
}

/** Also before anything is sent: no visitor fills in a form in vain. */
function refuseOthers({ token }: Visit): void {
  const refused = mayNot(token, routes.createSubscription);
  if (refused) throw new Refused(refused);
}

interface Shown {
  /** The one that is changed. */
  it?: SubscriptionView;
  refused?: Refusal;
}

async function draftPage(visit: Visit, draft: Draft, { it, refused }: Shown = {}): Promise<Page> {
  const t = visit.texts.subscribe;
  const title = it ? t.change(it.name) : t.title;
  const action = it ? `/subscriptions/${it.id}/edit` : '/subscribe';
  const once = visit.deps.random(16).toString('hex');
  const body = markup`<h1>${title}</h1>
    ${refused && problems(visit, draft, refused)}
    ${form(visit, action, [markup`<input type="hidden" name="once" value="${once}">`, fields(visit, draft, it ?? null)], 'draft')}
    ${await matches(visit, draft)}`;
  return { title, body, ...(refused && { status: refused.refused.status }) };
}

/** What the API says; of a pattern in the words of the page. */
function problems({ texts }: Visit, draft: Draft, { refused }: Refusal): Html {
  const { detail, errors = [] } = refused;
  const read = acceptPattern(patternIn(draft), texts.matches.problems);
  const inPattern = errors.some(isOfPattern) && !read.ok ? read.problems : [];
  const others = inPattern.length > 0 ? errors.filter((one) => !isOfPattern(one)) : errors;
  const list = [
    ...others,
    ...inPattern.map(({ path, ...said }) => ({ field: [PATTERN, path].filter(Boolean).join(' '), ...said })),
  ].map(({ field, problem, fix }) => markup`<li><strong>${field}</strong> ${problem}. ${fix}</li>`);
  return markup`<div role="alert">${card('bad', [list.length > 0 ? markup`<ul>${list}</ul>` : detail, markup`<p>${texts.subscribe.again}</p>`])}</div>`;
}

const isOfPattern = ({ field }: { field: string }): boolean => field === PATTERN;

function fields(visit: Visit, draft: Draft, it: SubscriptionView | null): Html {
  const t = visit.texts.subscribe;
  const { delivery } = visit.texts;
  return markup`
    <div><label for="s-name">${t.name}</label><input id="s-name" name="name" maxlength="64" value="${draft.name}" required></div>
    ${select(
      'what',
      t.what,
      draft.what,
      [...PRESET_NAMES, PATTERN].map((name) => [name, t.whats[name]!]),
    )}
    <div class="wide only-pattern"><label for="s-pattern">${t.pattern}</label><textarea id="s-pattern" name="pattern" rows="9" spellcheck="false" aria-describedby="s-hint">${draft.pattern}</textarea><small id="s-hint">${t.patternHint}</small></div>
    ${
      it
        ? markup`<div><span class="soft">${delivery.channel}</span><br>${it.channel}</div>`
        : select(
            'channel',
            delivery.channel,
            draft.channel,
            channelsOf(visit, it).map((name) => [name, name]),
          )
    }
    <div class="wide"><label for="s-target">${it ? t.newTarget : delivery.target}</label><input id="s-target" name="target" autocomplete="off" spellcheck="false" maxlength="2000" placeholder="${it?.targets[0]?.shown ?? 'https://'}" aria-describedby="s-target-hint"><small id="s-target-hint">${it ? t.keepTarget : hints(visit, it)} ${t.neverShown}</small></div>
    ${channelsOf(visit, it).map((name) => CHANNELS_OF[name].parts?.of.map((part) => markup`<div class="of-${name}"><label for="s-part-${part.name}">${t.parts[part.name]}</label><input id="s-part-${part.name}" name="part-${part.name}" type="${part.isSecret ? 'password' : 'text'}" autocomplete="off" spellcheck="false" maxlength="400"></div>`))}
    ${GROUPS.map((one) => group(visit, draft, it, one))}
    <p class="acts"><button>${it ? t.save : t.make}</button> <button class="plain" name="try" value="yes" formnovalidate>${t.try}</button> <a href="${it ? `/subscriptions/${it.id}` : '/subscriptions'}">${t.cancel}</a></p>`;
}

const CHANNELS_OF: Readonly<Record<KnownChannel, ChannelDefinition>> = CHANNELS;
/** Those that something can be sent over here; of one that there is its own. */
const channelsOf = ({ deps }: Visit, it: SubscriptionView | null): KnownChannel[] =>
  CHANNEL_NAMES.filter((name) => (it ? it.channel === name : !deps.subscribing.undeployed?.(name)));

/** What to write as a target, of each channel. */
const hints = (visit: Visit, it: SubscriptionView | null): Html[] =>
  channelsOf(visit, it).map(
    (name) =>
      markup`<span class="of-${name}">${visit.texts.subscribe.targets[name] ?? CHANNELS[name].targetHint}</span> `,
  );

/** What belongs together, for the channels that have it; open where something is written in it. */
function group(
  visit: Visit,
  draft: Draft,
  it: SubscriptionView | null,
  { name, of, fields: own }: Group,
): Html | null {
  const t = visit.texts.subscribe;
  const channels = channelsOf(visit, it).filter((channel) => !of || of(CHANNELS_OF[channel]));
  if (channels.length === 0) return null;
  const kind = of ? `${channels.map((channel) => `of-${channel}`).join(' ')} wide` : 'wide';
  const all = own
    .filter(({ changes }) => it || !changes)
    .map((one) => input(visit, one, draft[one.name], it));
  if (name === null) return markup`<div class="${kind}">${all}</div>`;
  const { title, says } = t.groups[name];
  const isOpen = own.some((one) => draft[one.name] !== '');
  return markup`<details class="${kind}"${isOpen && markup` open`}><summary>${title}</summary>${says && markup`<p class="soft">${says}</p>`}<div class="fields">${all}</div></details>`;
}

/** One field, with what somebody wrote into it; of a secret nothing is shown again. */
function input(
  { texts: { subscribe: t } }: Visit,
  one: Field,
  written: string,
  it: SubscriptionView | null,
): Html {
  const { name, looks, options = [], max, placeholder, way } = one;
  const value = way.again ? way.again(written) : written;
  const { label, hint, words = {} } = t.fields[name] as FieldText;
  const id = `s-${name}`;
  const said = hint && markup`<small id="${id}-hint">${hint}</small>`;
  const marks = markup` id="${id}" name="${name}"${max && markup` maxlength="${max}"`}${placeholder && markup` placeholder="${placeholder}"`}${hint && markup` aria-describedby="${id}-hint"`}`;
  switch (looks) {
    case 'choice':
      // What stands by itself is not taken back, only chosen otherwise.
      return select(name, label, value, [
        ...(it && value !== '' && !one.at.includes('.') ? [] : [['', t.usual] as const]),
        ...options.map((option) => [option, words[option] ?? option] as const),
      ]);
    case 'tick':
      return markup`<label><input type="checkbox" name="${name}" value="${way.write(way.read(''))}"${value && markup` checked`}> ${label}</label>`;
    case 'ticks':
      return markup`<fieldset class="wide"><legend>${label}</legend><input type="hidden" name="${name}" value="">${options.map((option) => markup`<label><input type="checkbox" name="${name}" value="${option}"${value.split(', ').includes(option) && markup` checked`}> ${words[option] ?? option}</label> `)}${said}</fieldset>`;
    case 'lines':
      return markup`<div class="wide"><label for="${id}">${label}</label><textarea${marks} rows="3" autocomplete="off" spellcheck="false">${value}</textarea>${said}</div>`;
    default:
      return markup`<div${one.wide && markup` class="wide"`}><label for="${id}">${label}</label><input${marks} type="${looks === 'hidden' ? 'password' : 'text'}" autocomplete="off" spellcheck="false" value="${value}">${said}</div>`;
  }
}
/** What a catalogue says of a field. */
interface FieldText {
  label: string;
  hint?: string;
  /** Of what there is to choose from; left out: the value itself. */
  words?: Readonly<Record<string, string>>;
}

const select = (
  name: string,
  label: string,
  chosen: string,
  options: readonly (readonly [value: string, words: string])[],
): Html =>
  markup`<div><label for="s-${name}">${label}</label><select id="s-${name}" name="${name}">${options.map(([value, words]) => markup`<option value="${value}"${chosen === value ? markup` selected` : ''}>${words}</option>`)}</select></div>`;
