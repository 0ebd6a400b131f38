import type { SubscriptionView } from '../../api/subscriptions/answers.ts';
import { namedIn } from '../form.ts';
import { markup, type Html } from '../markup.ts';
import { matchesOf } from '../matches.ts';
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
    ${done(namedIn(t.done, url.searchParams.get('done')))}
    ${mayChange(visit, 'all') && markup`<p class="acts"><a class="button" href="/subscribe">${t.make}</a></p>`}
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
  return markup`<article class="card edge ${toneOf(it.state)}" aria-label="${it.name}">
    <h2><a href="/subscriptions/${it.id}">${it.name}</a></h2>
    ${factsOf(visit, it)}
    ${mayChange(visit, 'all') && markup`<div class="acts">${acts(visit, it)}</div>`}
  </article>`;
}

function factsOf(visit: Visit, it: SubscriptionView): Html {
  const t = visit.texts.subscription;
  const { delivery } = visit.texts;
  return facts(
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
    [t.signed, it.keys && t.keys(it.keys.length)],
  );
}

/** One of them, and which of the recent events it gets. */
export async function subscription(visit: Visit): Promise<Page> {
  const { texts, url, params } = visit;
  const t = texts.subscription;
  const it = await visit.get('getSubscription', { params: { id: params['id']! } });
  const may = mayChange(visit, 'all');
  const { length } = it.targets;
  const body = markup`<h1>${it.name}</h1>
    ${done(namedIn(t.done, url.searchParams.get('done')))}
    <div data-part="subscription">
      <div class="card edge ${toneOf(it.state)}">${factsOf(visit, it)}</div>
      ${length === 0 && markup`<p class="soft">${t.noTarget}</p>`}
      ${may && markup`<div class="acts">${acts(visit, it)}${it.from === 'api' && markup`<a class="button plain" href="/subscriptions/${it.id}/edit">${t.edit}</a>`}</div>`}
    </div>
    <p class="tools"><a href="/preview?subscription=${it.id}">${t.preview}</a> <a href="/subscriptions">${t.all}</a></p>
    ${await matchesOf(visit, it.pattern, it.on)}
    ${may && it.from === 'api' && markup`<details><summary>${t.remove}</summary><p>${t.removeSays}</p>${act(visit, `/subscriptions/${it.id}/remove`, t.removeIt(it.name))}</details>`}`;
  return { title: it.name, body };
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
    ...(from === 'api' && keys
      ? [
          act(visit, at('rotate'), t.rotate, {
            plain: true,
            fields: { once: visit.deps.random(16).toString('hex') },
          }),
        ]
      : []),
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
    return { to: `/subscriptions/${visit.params['id']!}?done=${what}` };
  };

export async function remove(visit: Visit): Promise<Redirect> {
  await visit.get('deleteSubscription', { params: { id: visit.params['id']! } });
  return { to: '/subscriptions?done=removed' };
}

export async function rotate(visit: Visit): Promise<Page> {
  const { texts, params, form } = visit;
  const once = form.get('once') ?? '';
  const id = params['id']!;
  const { name, signingKeys } = await visit.get('rotateSubscription', {
    params: { id },
    body: { overlapSeconds: OVERLAP_SECONDS },
    ...(once && { once }),
  });
  return keyShown(visit, { id, title: name, says: texts.subscription.newKey, signingKeys });
}
/** The old keys sign too for a day. */
const OVERLAP_SECONDS = 24 * 3_600;

/**
 * The one page with a secret in it: a new key, for the visitor who has just asked for it. No page shows it again; loaded once more within a
 * day, this one makes no other key.
 */
export const keyShown = (
  { texts: { subscription: t } }: Visit,
  { id, title, says, signingKeys }: { id: string; title: string; says: string; signingKeys: string[] },
): Page => ({
  title,
  body: markup`<h1>${title}</h1>${card('warn', [markup`<p>${says}</p>`, signingKeys.map((key) => markup`<p><code>${key}</code></p>`)])}<p><a href="/subscriptions/${id}">${t.toIt}</a></p>`,
});

export async function endMute(visit: Visit): Promise<Redirect> {
  await visit.get('deleteMute', { params: { id: visit.params['id']! } });
  return { to: '/subscriptions' };
}
