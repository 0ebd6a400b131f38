import { isMailbox } from '../../../core/notify/channel.ts';
import {
  newStored,
  newSubscriptionId,
  type Definition,
  type StoredSubscription,
} from '../../../core/notify/stored-subscription.ts';
import { definitionOf } from '../../channels/registry.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, isRefusal, refuse } from '../problem.ts';
import { gatheringOf } from './change.ts';
import { isDefined } from './rows.ts';
import {
  askToConfirm,
  mentionRefused,
  neverAsked,
  newConfirmation,
  newSigningKey,
  readWhere,
  sealSecret,
  sealSigningKeys,
  storedRequest,
  wordsRefused,
} from './target.ts';
import { challenge, isAsked, tellOfSkipping, toVerify } from './verify.ts';
import { createSubscriptionViews } from './views.ts';

/** Every event is held against all of them, which are read once a second. */
export const MAX_SUBSCRIPTIONS = 5_000;

export function createHandlers(deps: ApiDeps): Handlers<'createSubscription'> {
  const { store, subscriptions, subscribing, clock, random } = deps;
  const views = createSubscriptionViews(deps);

  return {
    async createSubscription({ body }, { seed, token }) {
      const id = seed ? `sub_${seed.slice(0, 24)}` : newSubscriptionId(random);
      const { name, on = null, pattern = null, channel, target } = body;
      const where = readWhere(subscribing, id, channel, target);
      if (isRefusal(where)) return where;
      const { signed } = definitionOf(channel)!;
      const unasked = body.skipChallenge && !isAsked(channel);
      if (unasked) return neverAsked;
      const given = body.signingKeys ?? (signed ? [newSigningKey(random)] : []);
      const keys = body.secret
        ? sealSecret(subscribing.sealer, id, channel, body.secret)
        : sealSigningKeys(subscribing.sealer, id, channel, given);
      if (isRefusal(keys)) return keys;
      const unmentioned = body.mention && mentionRefused(channel, body.mention);
      if (unmentioned) return unmentioned;
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
        ...(body.mention && { mention: body.mention }),
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
