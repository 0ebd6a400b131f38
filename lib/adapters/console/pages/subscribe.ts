import { isMailbox } from '../../../core/notify/channel.ts';
import { LANGS } from '../../../core/notify/reader.ts';
import { mayNot } from '../../api/admission.ts';
import type { SubscriptionView } from '../../api/subscriptions/answers.ts';
import { isRefusal, type Refusal } from '../../api/problem.ts';
import { PRESET_NAMES } from '../../api/subscriptions/requests.ts';
import { routes } from '../../api/routes.ts';
import { CHANNEL_NAMES, CHANNELS } from '../../channels/registry.ts';
import { alteration, creation, draftIn, draftOf, NEW_DRAFT, PATTERN, type Draft } from '../draft.ts';
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
  const body = creation(draft, given.get('target')?.trim() ?? '');
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
  const draft = { ...draftIn(given), channel: it.channel };
  if (given.has('try')) return draftPage(visit, draft, { it });
  const body = alteration(it, draft, given.get('target')?.trim() ?? '');
  if (!body) return { to: `/subscriptions/${id}` };
  const called = await visit.call('changeSubscription', { params: { id }, body });
  if (isRefusal(called)) return draftPage(visit, draft, { it, refused: called });
  return { to: `/subscriptions/${id}?done=changed` };
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
    ${refused && problems(visit, refused)}
    ${form(visit, action, [markup`<input type="hidden" name="once" value="${once}">`, fields(visit, draft, it ?? null)], 'draft')}
    ${await matches(visit, draft)}`;
  return { title, body, ...(refused && { status: refused.refused.status }) };
}

function problems({ texts }: Visit, { refused }: Refusal): Html {
  const { detail, errors = [] } = refused;
  const list = errors.map(
    ({ field, problem, fix }) => markup`<li><strong>${field}</strong> ${problem}. ${fix}</li>`,
  );
  return markup`<div role="alert">${card('bad', [list.length > 0 ? markup`<ul>${list}</ul>` : detail, markup`<p>${texts.subscribe.again}</p>`])}</div>`;
}

function fields(visit: Visit, draft: Draft, it: SubscriptionView | null): Html {
  const t = visit.texts.subscribe;
  const { delivery } = visit.texts;
  return markup`
    ${text(draft, 'name', t.name, { required: true, max: 64 })}
    ${select(
      draft,
      'what',
      t.what,
      [...PRESET_NAMES, PATTERN].map((name) => [name, t.whats[name]!]),
    )}
    <div class="wide only-pattern"><label for="s-pattern">${t.pattern}</label><textarea id="s-pattern" name="pattern" rows="9" spellcheck="false" aria-describedby="s-hint">${draft.pattern}</textarea><small id="s-hint">${t.patternHint}</small></div>
    ${
      it
        ? markup`<div><label>${delivery.channel}</label>${it.channel}</div>`
        : select(
            draft,
            'channel',
            delivery.channel,
            CHANNEL_NAMES.map((name) => [name, name]),
          )
    }
    <div class="wide"><label for="s-target">${it ? t.newTarget : delivery.target}</label><input id="s-target" name="target" autocomplete="off" spellcheck="false" maxlength="2000"${it ? '' : markup` required`} placeholder="${it?.targets[0]?.shown ?? 'https://'}" aria-describedby="s-target-hint"><small id="s-target-hint">${it ? t.keepTarget : hints(it)} ${t.neverShown}</small></div>
    <details class="wide"${isPlain(draft) ? '' : markup` open`}><summary>${t.more}</summary><div class="fields">
      ${select(draft, 'lang', visit.texts.nav.language, [['', t.usual], ...LANGS.map((name): [string, string] => [name, visit.texts.preview.langs[name]])])}
      ${text(draft, 'zone', t.zone, { placeholder: 'Europe/Berlin', max: 64 })}
      ${text(draft, 'digest', t.digest, { placeholder: '1h, 09:00', max: 10 })}
      ${text(draft, 'from', t.from, { placeholder: '22:00', max: 5 })}
      ${text(draft, 'to', t.to, { placeholder: '07:00', max: 5 })}
      ${select(draft, 'fold', t.fold, [
        ...(it?.fold ? [] : [['', t.usual] as const]),
        ['group', t.folds.group],
        ['none', t.folds.none],
      ])}
      ${check(draft, 'rollup', 'off', t.rollup)}
      ${check(draft, 'ordered', 'yes', t.ordered)}
      ${check(draft, 'skip', 'yes', t.skip)}
      <div class="wide"><label for="s-title">${t.ownTitle}</label><input id="s-title" name="title" maxlength="8192" spellcheck="false" value="${draft.title}" placeholder="{{ message.about }}: {{ message.reason }}"></div>
      <div class="wide"><label for="s-text">${t.ownText}</label><textarea id="s-text" name="text" rows="4" maxlength="8192" spellcheck="false" aria-describedby="s-own">${draft.text}</textarea><small id="s-own">${t.ownHint}</small></div>
    </div></details>
    <p class="acts"><button>${it ? t.save : t.make}</button> <button class="plain" name="try" value="yes" formnovalidate>${t.try}</button> <a href="${it ? `/subscriptions/${it.id}` : '/subscriptions'}">${t.cancel}</a></p>`;
}

const isPlain = (draft: Draft): boolean =>
  (
    ['lang', 'zone', 'digest', 'from', 'to', 'fold', 'rollup', 'ordered', 'skip', 'title', 'text'] as const
  ).every((name) => draft[name] === '');

/** What to write as a target, of each channel. */
const hints = (it: SubscriptionView | null): Html[] =>
  CHANNEL_NAMES.filter((name) => !it || it.channel === name).map(
    (name) => markup`<span class="of-${name}">${CHANNELS[name].targetHint}</span> `,
  );

interface Looks {
  required?: boolean;
  placeholder?: string;
  max: number;
}
const text = (draft: Draft, name: keyof Draft, label: string, { required, placeholder, max }: Looks): Html =>
  markup`<div><label for="s-${name}">${label}</label><input id="s-${name}" name="${name}" maxlength="${max}" value="${draft[name]}"${required && markup` required`}${placeholder && markup` placeholder="${placeholder}"`}></div>`;

const select = (
  draft: Draft,
  name: keyof Draft,
  label: string,
  options: readonly (readonly [value: string, words: string])[],
): Html =>
  markup`<div><label for="s-${name}">${label}</label><select id="s-${name}" name="${name}">${options.map(([value, words]) => markup`<option value="${value}"${draft[name] === value ? markup` selected` : ''}>${words}</option>`)}</select></div>`;

const check = (draft: Draft, name: keyof Draft, value: string, label: string): Html =>
  markup`<label><input type="checkbox" name="${name}" value="${value}"${draft[name] === value ? markup` checked` : ''}> ${label}</label>`;
