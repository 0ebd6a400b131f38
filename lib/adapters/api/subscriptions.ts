import { change, stop } from '../../core/change.ts';
import {
  newStored,
  newSubscriptionId,
  untilConfirmed,
  type Definition,
  type StoredSubscription,
  type Verification,
} from '../../core/notify/stored-subscription.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import { definitionOf } from '../channels/registry.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { busy, isRefusal, refuse, refuseField, type Refusal } from './problem.ts';
import type { SubscriptionChange } from './requests.ts';
import { isDefined, locked, notFound, refusalOf, type Defined } from './subscription-rows.ts';
import { createSubscriptionViews } from './subscription-views.ts';
import {
  askToConfirm,
  newConfirmation,
  newSigningKey,
  readWhere,
  sealSigningKeys,
  storedRequest,
  wordsRefused,
} from './target.ts';
import { challenge, isAsked, tellOfSkipping, toVerify } from './verify.ts';
import { deliveryView } from './views.ts';

type SubscriptionRoutes =
  | 'createSubscription'
  | 'listSubscriptions'
  | 'getSubscription'
  | 'changeSubscription'
  | 'deleteSubscription'
  | 'pauseSubscription'
  | 'resumeSubscription'
  | 'testSubscription';

/** Every event is held against all of them, which are read once a second. */
export const MAX_SUBSCRIPTIONS = 5_000;

export function subscriptionHandlers(deps: ApiDeps): Handlers<SubscriptionRoutes> {
  const { store, subscriptions, useCases, subscribing, clock, random } = deps;
  const views = createSubscriptionViews(deps);

  const inForce = async (id: string): Promise<Subscription | undefined> => {
    subscriptions.changed();
    return (await subscriptions.all()).find((one) => one.id === id);
  };
  const madeHere = async (id: string): Promise<Defined | null> => {
    const row = await store.subscriptions.get(id);
    return row && isDefined(row) ? row : null;
  };
  /** Why a subscription that was not made here cannot be changed. */
  const notMadeHere = async (id: string): Promise<Refusal> =>
    (await inForce(id))
      ? refuse(
          'read_only',
          `'${id}' stands in the configuration file: change it there. It can be paused, resumed and tested here.`,
        )
      : notFound(id);
  const shown = async (id: string) => {
    subscriptions.changed();
    const view = await views.one(id);
    return view ? { status: 200 as const, body: view } : notFound(id);
  };

  /** Pausing what stands in the configuration is a row without a definition. */
  async function setPaused(id: string, paused: boolean): Promise<Refusal | null> {
    const changed = await change(store.subscriptions, id, async (row) => {
      if (!row && !(await inForce(id))) return stop(notFound(id));
      if (row?.state === 'confirming') return stop(unconfirmed);
      if ((row?.state === 'paused') === paused) return row;
      if (!row) return newStored(id, 'paused', null, clock());
      return row.definition ? { ...row, state: paused ? ('paused' as const) : ('active' as const) } : null;
    });
    return refusalOf(changed);
  }

  return {
    async createSubscription({ body }, { seed, token }) {
      const id = seed ? `sub_${seed.slice(0, 24)}` : newSubscriptionId(random);
      const { name, on = null, pattern = null, channel, target } = body;
      const where = readWhere(subscribing, id, channel, target);
      if (isRefusal(where)) return where;
      const { signed } = definitionOf(channel)!;
      const unasked = body.skipChallenge && !isAsked(channel);
      if (unasked) return notAsked;
      const given = body.signingKeys ?? (signed ? [newSigningKey(random)] : []);
      const keys = sealSigningKeys(subscribing.sealer, id, channel, given);
      if (isRefusal(keys)) return keys;
      const request = body.request && (await storedRequest(subscribing, id, channel, body.request));
      if (request && isRefusal(request)) return request;
      const unsaid = body.template && (await wordsRefused(subscribing, channel, body.template));
      if (unsaid) return unsaid;
      const confirming = isMailbox(channel) ? newConfirmation(random, id, clock()) : null;
      const definition: Definition = {
        name,
        on,
        pattern,
        channel,
        ...(body.ordered && { ordered: true as const }),
        ...(body.lang && { lang: body.lang }),
        ...(body.zone && { zone: body.zone }),
        ...gatheringOf(body),
        ...(body.template && { template: body.template }),
        ...where,
        signingKeys: keys.sealed,
        ...(request && { request }),
        ...(isAsked(channel) && {
          verification: toVerify(clock(), body.skipChallenge ? token.name : null),
        }),
        confirmation: confirming?.stored ?? null,
      };
      const row = newStored(id, confirming ? 'confirming' : 'active', definition, clock());
      if (await isFull(store.subscriptions)) return full;
      const failed = confirming && (await askToConfirm(subscribing, definition, confirming.token));
      if (failed) return failed;
      const [created] = await store.subscriptions.create([row]);
      subscriptions.changed();
      const stored = created!.row;
      if (!isDefined(stored)) return busy;
      if (created!.outcome === 'created') tellOfSkipping(deps, stored);
      const asked = await challenge(deps, stored);
      // It is made, and what came of the challenge can be seen.
      const now = isRefusal(asked) ? stored : asked.row;
      const shownOnce = signed && !body.signingKeys && keysOf(now);
      return {
        status: 201,
        headers: { location: `/v1/subscriptions/${id}` },
        body: {
          ...(await views.ofRow(now, now.definition)),
          ...(shownOnce && { signingKeys: shownOnce }),
        },
      };
    },

    async listSubscriptions({ query }) {
      subscriptions.changed();
      return { status: 200, body: await views.page(query.limit, query.cursor) };
    },
    getSubscription: ({ params }) => shown(params.id),

    async changeSubscription({ params: { id }, body }, { token }) {
      // One link, however often the row has to be read again: nobody gets two mails for one change.
      const confirming = body.target === undefined ? null : newConfirmation(random, id, clock());
      let failed: Refusal | null | undefined;
      const changed = await change(store.subscriptions, id, async (row) => {
        if (!row || !isDefined(row)) return stop(await notMadeHere(id));
        const asking = toVerify(clock(), body.skipChallenge ? token.name : null);
        const next = await withChanges(subscribing, row, body, confirming, asking);
        if (isRefusal(next)) return stop(next);
        if (confirming && next.definition.confirmation === confirming.stored) {
          if (failed === undefined)
            failed = await askToConfirm(subscribing, next.definition, confirming.token);
        }
        return failed ? stop(failed) : next;
      });
      const refused = refusalOf(changed);
      if (refused) return refused;
      if (changed.outcome === 'saved' && isDefined(changed.row)) {
        if (body.skipChallenge) tellOfSkipping(deps, changed.row);
        // With other keys, or asked in another way, it may answer what it did not before.
        if (body.target !== undefined || body.signingKeys || body.request !== undefined)
          await challenge(deps, changed.row);
      }
      return shown(id);
    },

    async deleteSubscription({ params: { id } }) {
      const changed = await change(store.subscriptions, id, async (row) =>
        row && isDefined(row) ? null : stop(await notMadeHere(id)),
      );
      const refused = refusalOf(changed);
      if (refused) return refused;
      subscriptions.changed();
      return { status: 204, body: null };
    },

    async pauseSubscription({ params: { id } }) {
      return (await setPaused(id, true)) ?? shown(id);
    },

    async resumeSubscription({ params: { id } }) {
      const paused = (await store.subscriptions.get(id))?.state === 'paused';
      const subscription = await inForce(id);
      // The end of a pause brings nobody back who unsubscribed; resuming what is not paused can only mean them. First, since
      // whoever resumes again after a failure would mean them too.
      const enabled = subscription && (await useCases.enable(subscription, { alsoUnsubscribed: !paused }));
      if (enabled === 'gave_up') return busy;
      return (await setPaused(id, false)) ?? shown(id);
    },

    async testSubscription({ params: { id } }, { token }) {
      const subscription = await inForce(id);
      if (!subscription) return (await madeHere(id)) ? unconfirmed : notFound(id);
      if (subscription.fault === 'locked') return locked;
      if (subscription.fault === 'unverified') return unverified(id);
      const sent = await useCases.ping(subscription, token.name);
      return { status: 202, body: { items: sent.map(deliveryView), next: null } };
    },
  };

  /** A repetition that finds the row there shows the key of that row, not a new one. */
  function keysOf({ key, definition }: StoredSubscription): string[] {
    return (definition?.signingKeys ?? []).flatMap((sealed) => subscribing.sealer?.open(sealed, key) ?? []);
  }
}

const full = refuse(
  'full',
  `There are ${MAX_SUBSCRIPTIONS} subscriptions, and no more are kept. Remove those that nobody needs: GET /v1/subscriptions lists them.`,
);
/** Two made at the same moment may be one too many, which harms nobody. */
async function isFull(table: ApiDeps['store']['subscriptions']): Promise<boolean> {
  return (await table.all()).filter(isDefined).length >= MAX_SUBSCRIPTIONS;
}

const unconfirmed = refuse('conflict', 'Its mail address has not confirmed yet.');
const unverified = (id: string): Refusal =>
  refuse(
    'conflict',
    `Its target has not answered the challenge: POST /v1/subscriptions/${id}/verify asks it again.`,
  );
const notAsked = refuseField('skipChallenge', 'does not go together with this channel', 'Leave it out.');

/** When its events are gathered, as far as that is said; null takes it away. */
const gatheringOf = ({
  fold,
  rollup,
  digest,
  quiet,
}: Pick<SubscriptionChange, 'fold' | 'rollup' | 'digest' | 'quiet'>) => ({
  ...(fold !== undefined && { fold }),
  ...(rollup !== undefined && { rollup }),
  ...(digest !== undefined && { digest: digest ?? undefined }),
  ...(quiet !== undefined && { quiet: quiet ?? undefined }),
});

/** The row with a change. A target that is new is asked first. Another mail address has to confirm anew, by a link that holds `confirming`. */
async function withChanges(
  subscribing: ApiDeps['subscribing'],
  row: Defined,
  change: SubscriptionChange,
  confirming: ReturnType<typeof newConfirmation> | null,
  asking: Verification,
): Promise<Defined | Refusal> {
  const { name, on, pattern, ordered, lang, zone, template, target, signingKeys, request, skipChallenge } =
    change;
  const before = row.definition;
  const where = target === undefined ? {} : readWhere(subscribing, row.key, before.channel, target);
  if (isRefusal(where)) return where;
  const keys = signingKeys && sealSigningKeys(subscribing.sealer, row.key, before.channel, signingKeys);
  if (keys && isRefusal(keys)) return keys;
  if (keys && !subscribing.sealer)
    return refuseField('signingKeys', 'cannot be kept', 'Configure api.secret_key.');
  const own = request && (await storedRequest(subscribing, row.key, before.channel, request));
  if (own && isRefusal(own)) return own;
  const unsaid = template && (await wordsRefused(subscribing, before.channel, template));
  if (unsaid) return unsaid;
  const moved = 'address' in where && isMailbox(before.channel) && where.address !== before.address;
  if (skipChallenge && !isAsked(before.channel)) return notAsked;
  // One that has answered under this address, or was there before anybody was asked, is as good as it was.
  const elsewhere = 'endpoint' in where && where.endpoint !== before.endpoint;
  const waits = before.verification?.state === 'unverified';
  const toAsk = isAsked(before.channel) && (elsewhere || (waits && skipChallenge));
  const { request: former, template: words, ...known } = before;
  const { oldKeys: _, rotation: __, ...unrotated } = known;
  const said = template === undefined ? words : (template ?? undefined);
  const kept = request === undefined ? former : (own ?? undefined);
  const definition: Definition = {
    ...(keys ? unrotated : known),
    ...(kept && { request: kept }),
    ...where,
    ...(name !== undefined && { name }),
    ...(on !== undefined && { on, pattern: null }),
    ...(pattern !== undefined && { on: null, pattern }),
    ...(ordered !== undefined && { ordered }),
    ...(lang !== undefined && { lang }),
    ...(zone !== undefined && { zone }),
    ...gatheringOf(change),
    ...(said && { template: said }),
    ...(keys && { signingKeys: keys.sealed }),
    ...(toAsk && { verification: asking }),
    ...(moved && { confirmation: confirming!.stored }),
  };
  return {
    ...row,
    definition,
    ...(keys && { due: null }),
    ...(moved && { state: 'confirming', due: untilConfirmed(definition) }),
  };
}
