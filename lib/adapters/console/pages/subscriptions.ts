import type { SubscriptionView } from '../../api/subscriptions/answers.ts';
import { markup, type Html } from '../markup.ts';
import { act, card, done, facts, labelTags, mayChange, moment, toneOf } from '../parts.ts';
import { queryWith, type Page, type Redirect, type Visit } from '../visit.ts';

const SHOWN = 50;

/** Who gets what, how their targets are, and what is muted. */
export async function subscriptions(visit: Visit): Promise<Page> {
  const { texts, url } = visit;
  const t = texts.subscription;
  const cursor = url.searchParams.get('cursor');
  const { items, next } = await visit.get('listSubscriptions', {
    query: { limit: SHOWN, ...(cursor !== null && { cursor }) },
  });
  const mutes = (await visit.get('listMutes', { query: { limit: SHOWN } })).items.filter(
    ({ state }) => state === 'active',
  );
  const body = markup`<h1>${t.title}</h1>
    ${done(t.done[url.searchParams.get('done') ?? ''])}
    <div data-part="subscriptions">
      ${items.length === 0 && markup`<p class="soft">${t.none}</p>`}
      ${items.map((one) => shown(visit, one))}
      ${next !== null && markup`<p><a href="${queryWith(url, { cursor: next })}">${texts.delivery.more}</a></p>`}
    </div>
    <section data-part="mutes" aria-labelledby="mutes">
      <h2 id="mutes">${t.mutes}</h2>
      ${mutes.length === 0 ? markup`<p class="soft">${t.noMutes}</p>` : markup`<ul class="list">${mutes.map((one) => markup`<li class="info"><span class="when">${t.until} ${moment(visit, one.until)}</span>${[one.name, one.origin, one.kind, one.subscription].filter(Boolean).join(', ')} ${labelTags(one.labels ?? {})}<br><span class="soft">${t.muteBy(one.by, one.why)}</span>${mayChange(visit, 'all') && act(visit, `/mutes/${one.id}/end`, t.endMute, { plain: true })}</li>`)}</ul>`}
    </section>`;
  return { title: t.title, body, tag: [items, next, mutes, url.search] };
}

function shown(visit: Visit, it: SubscriptionView): Html {
  const t = visit.texts.subscription;
  const { delivery } = visit.texts;
  return markup`<article class="card edge ${toneOf(it.state)}" aria-label="${it.name}">
    <h2>${it.name}</h2>
    ${facts(
      [delivery.state, t.state[it.state] ?? it.state],
      [t.wants, it.on ?? [t.pattern, markup` <code>${JSON.stringify(it.pattern)}</code>`]],
      [delivery.channel, it.channel],
      [
        delivery.target,
        it.targets.map(
          (target) =>
            markup`${target.shown}: ${t.state[target.state] ?? target.state} ${target.reason && markup`<code>${target.reason}</code>`} ${moment(visit, target.since)}<br>`,
        ),
      ],
      [t.made, t.from[it.from]],
      [t.kept, it.held > 0 && t.held(it.held)],
    )}
    ${mayChange(visit, 'all') && markup`<div class="acts">${acts(visit, it)}</div>`}
  </article>`;
}

function acts(visit: Visit, { id, state, from, keys, targets }: SubscriptionView): Html[] {
  const t = visit.texts.subscription;
  const at = (what: string): string => `/subscriptions/${id}/${what}`;
  const isStopped = state === 'paused' || targets.some((target) => target.state === 'disabled');
  return [
    act(visit, at('test'), t.test),
    ...(isStopped ? [act(visit, at('resume'), t.resume)] : []),
    ...(state === 'active' ? [act(visit, at('pause'), t.pause, { plain: true })] : []),
    ...(state === 'unverified' ? [act(visit, at('verify'), t.verify, { plain: true })] : []),
    ...(from === 'api' && keys ? [act(visit, at('rotate'), t.rotate, { plain: true })] : []),
  ];
}

const ACTS = {
  pause: 'pauseSubscription',
  resume: 'resumeSubscription',
  test: 'testSubscription',
  verify: 'verifySubscription',
} as const;

/** `what`: one of the table above. */
export const change =
  (what: keyof typeof ACTS) =>
  async (visit: Visit): Promise<Redirect> => {
    await visit.get(ACTS[what], { params: { id: visit.params['id']! } });
    return { to: `/subscriptions?done=${what}` };
  };

/** The one page with a secret in it: the new key, for the visitor who has just asked for it. It is kept nowhere, nor shown again. */
export async function rotate(visit: Visit): Promise<Page> {
  const { texts, params } = visit;
  const t = texts.subscription;
  const { name, signingKeys } = await visit.get('rotateSubscription', { params: { id: params['id']! } });
  return {
    title: t.rotate,
    body: markup`<h1>${name}</h1>${card('warn', [markup`<p>${t.newKey}</p>`, signingKeys.map((key) => markup`<p><code>${key}</code></p>`)])}<p><a href="/subscriptions">${t.title}</a></p>`,
  };
}

export async function endMute(visit: Visit): Promise<Redirect> {
  await visit.get('deleteMute', { params: { id: visit.params['id']! } });
  return { to: '/subscriptions' };
}
