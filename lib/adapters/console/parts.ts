import { hasScope } from '../../core/access/token.ts';
import { usualRange } from '../../core/jobs/usual.ts';
import { causeWords } from '../../core/notify/reason.ts';
import { safeLink, type Tone } from '../../core/notify/message-content.ts';
import { markup, type Html, type Piece } from './markup.ts';
import type { Asked, Visit } from './visit.ts';

export const moment = ({ words }: Asked, at: number | string | null): Html | null => {
  if (at === null || Number.isNaN(new Date(at).getTime())) return null;
  const iso = new Date(at).toISOString();
  return markup`<time datetime="${iso}">${words.moment(iso)}</time>`;
};

/** Goes on by itself in a browser that runs the script. */
export const age = ({ words, now }: Asked, since: number): Html =>
  markup`<span class="num" data-since="${since}">${words.duration(Math.max(0, now - since))}</span>`;

/** How far a job is against what is usual: full where nine of ten such jobs have ended. */
export function bar(asked: Asked, what: string, since: number, usual: number, tone?: Tone): Html {
  const share = usual > 0 ? Math.min(100, Math.round((100 * (asked.now - since)) / usual)) : 100;
  return markup`<progress class="${tone ?? ''}" max="100" value="${Math.max(0, share)}" data-since="${since}" data-usual="${usual}" aria-label="${asked.texts.board.barOf(what)}">
    ${share} %
  </progress>`;
}

export const usually = ({ texts, words }: Asked, usual: { p10: number; p90: number }): string => {
  const [from, to] = usualRange(usual).map(words.duration) as [string, string];
  return texts.board.usually(from, to);
};

/** A colour alone tells nobody anything: the word stands beside it. */
export const stateOf = ({ texts }: Asked, state: string, words = texts.state[state] ?? state): Html =>
  markup`<span class="dot ${toneOf(state)}"></span>${words}`;

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  delivered: 'good',
  active: 'good',
  ok: 'good',
  failed: 'bad',
  disabled: 'bad',
  unreachable: 'bad',
  invalid: 'bad',
  locked: 'bad',
  warns: 'warn',
  lost: 'warn',
  overdue: 'warn',
  held: 'warn',
  retrying: 'warn',
  failing: 'warn',
  troubled: 'warn',
  paused: 'warn',
  unverified: 'warn',
  confirming: 'warn',
};
export const toneOf = (state: string): Tone => TONES[state] ?? 'info';

export const labelTags = (labels: Readonly<Record<string, string>>): Html[] =>
  Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => markup`<span class="tag">${name}=${value}</span> `);

/** Facts that say something. */
export const facts = (...all: [label: string, value: Piece][]): Html =>
  markup`<dl>
    ${all.map(
      ([label, value]) =>
        isThere(value) &&
        markup`<dt>${label}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
const isThere = (value: Piece): boolean =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0);

/** To another site: it learns nothing of this one. */
export function foreign(url: string | null, words: string): Html | null {
  const safe = safeLink(url ?? undefined);
  return safe === null ? null : markup`<a href="${safe}" rel="noopener noreferrer external">${words}</a>`;
}

/** Whether the visitor may change something, also something that concerns all projects. */
export const mayChange = ({ session, token }: Visit, what: 'own' | 'all' = 'own'): boolean =>
  session !== null && hasScope(token, 'admin') && (what === 'own' || token.projects === null);

/** A form that does something; `body`: what is asked beyond the button. */
export const form = (
  { session }: Visit,
  action: string,
  body: Piece,
  kind: 'acts' | 'draft' = 'acts',
): Html =>
  markup`<form method="post" action="${action}" class="${kind}" data-once><input type="hidden" name="csrf" value="${session?.csrf}">${body}</form>`;

/** One button that does something. */
export const act = (
  visit: Visit,
  action: string,
  words: string,
  { fields = {}, plain = false }: { fields?: Record<string, string>; plain?: boolean } = {},
): Html =>
  form(visit, action, [
    ...Object.entries(fields).map(
      ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
    ),
    markup`<button${plain ? markup` class="plain"` : ''}>${words}</button>`,
  ]);

/** What was done last, said once. */
export const done = (text: Piece): Html | null =>
  text ? markup`<div role="status">${card('good', text)}</div>` : null;

/** What to do about a failure whose cause is known, in the language of the page. */
export const todoOf = ({ lang }: Asked, code: string | null, reason: string | null): string | undefined =>
  causeWords({ code, reason, subJobs: [], subJobsOmitted: 0 }, lang)?.todo;

export const tag = (text: Piece): Html => markup`<span class="tag">${text}</span> `;
export const card = (tone: Tone, body: Piece): Html => markup`<div class="card edge ${tone}">${body}</div>`;
export const jobPath = (key: string): string => `/jobs/${key.split('/').map(encodeURIComponent).join('/')}`;
export const groupPath = (key: string): string =>
  `/groups/${key.split('/').map(encodeURIComponent).join('/')}`;
export const deliveryPath = (eventId: string, id: string): string => `/deliveries/${eventId}/${id}`;
/** Where the subject of an event is shown; null: nowhere. */
export function subjectPath(subject: string): string | null {
  const [first, ...rest] = subject.split('/');
  if (first === 'group') return groupPath(rest.join('/'));
  return rest.length === 2 && first !== 'origin' ? jobPath(subject) : null;
}
