import { change, stop, type Changed } from '../../core/change.ts';
import { pagesOf } from '../../core/pages-of.ts';
import {
  newStored,
  newSubscriptionId,
  untilConfirmed,
  type Definition,
  type StoredSubscription,
} from '../../core/notify/stored-subscription.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import { definitionOf } from '../channels/registry.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { busy, isRefusal, refuse, refuseField, type Refusal } from './problem.ts';
import type { SubscriptionChange } from './requests.ts';
import { createSubscriptionViews } from './subscription-views.ts';
import { askToConfirm, newConfirmation, readWhere, sealSigningKeys } from './target.ts';
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
export const MAX_SUBSCRIPTIONS = 1_000;

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
    async createSubscription({ body }, { seed }) {
      const id = seed ? `sub_${seed.slice(0, 24)}` : newSubscriptionId(random);
      const { name, on = null, pattern = null, channel, target } = body;
      const where = readWhere(subscribing, id, channel, target);
      if (isRefusal(where)) return where;
      const { signed } = definitionOf(channel)!;
      const ownKey = `whsec_${random(32).toString('base64')}`;
      const given = body.signingKeys ?? (signed ? [ownKey] : []);
      const keys = sealSigningKeys(subscribing.sealer, id, channel, given);
      if (isRefusal(keys)) return keys;
      const confirming = isMailbox(channel) ? newConfirmation(random, id, clock()) : null;
      const definition: Definition = {
        name,
        on,
        pattern,
        channel,
        ...where,
        signingKeys: keys.sealed,
        confirmation: confirming?.stored ?? null,
      };
      const row = newStored(id, confirming ? 'confirming' : 'active', definition, clock());
      if (await isFull(store.subscriptions)) return full;
      const failed = confirming && (await askToConfirm(subscribing, definition, confirming.token));
      if (failed) return failed;
      const [stored] = await store.subscriptions.create([row]);
      subscriptions.changed();
      const shownOnce = signed && !body.signingKeys && keysOf(stored!.row);
      return {
        status: 201,
        headers: { location: `/v1/subscriptions/${id}` },
        body: {
          ...(await views.ofRow(stored!.row, definition)),
          ...(shownOnce && { signingKeys: shownOnce }),
        },
      };
    },

    async listSubscriptions({ query }) {
      subscriptions.changed();
      return { status: 200, body: await views.page(query.limit, query.cursor) };
    },
    getSubscription: ({ params }) => shown(params.id),

    async changeSubscription({ params: { id }, body }) {
      // One link, however often the row has to be read again: nobody gets two mails for one change.
      const confirming = body.target === undefined ? null : newConfirmation(random, id, clock());
      let failed: Refusal | null | undefined;
      const changed = await change(store.subscriptions, id, async (row) => {
        if (!row || !isDefined(row)) return stop(await notMadeHere(id));
        const next = withChanges(subscribing, row, body, confirming);
        if (isRefusal(next)) return stop(next);
        if (confirming && next.definition.confirmation === confirming.stored) {
          if (failed === undefined)
            failed = await askToConfirm(subscribing, next.definition, confirming.token);
        }
        return failed ? stop(failed) : next;
      });
      return refusalOf(changed) ?? shown(id);
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
  let count = 0;
  for await (const rows of pagesOf(table.list, MAX_SUBSCRIPTIONS)) {
    count += rows.filter(isDefined).length;
    if (count >= MAX_SUBSCRIPTIONS) return true;
  }
  return false;
}

type Defined = StoredSubscription & { definition: Definition };
const isDefined = (row: StoredSubscription): row is Defined => row.definition !== null;

const notFound = (id: string): Refusal => refuse('not_found', `There is no subscription '${id}'.`);
const unconfirmed = refuse('conflict', 'Its mail address has not confirmed yet.');
const locked = refuse(
  'conflict',
  'Its secrets cannot be opened with the configured key: configure the api.secret_key that it was made with.',
);
/** Why a subscription was not changed; null: it is as it was to become. */
const refusalOf = (changed: Changed<StoredSubscription, Refusal>): Refusal | null =>
  changed.outcome === 'stopped' ? changed.why : changed.outcome === 'gave_up' ? busy : null;

/** The row with a change. Another mail address has to confirm anew, by a link that holds `confirming`. */
function withChanges(
  subscribing: ApiDeps['subscribing'],
  row: Defined,
  { name, on, pattern, target, signingKeys }: SubscriptionChange,
  confirming: ReturnType<typeof newConfirmation> | null,
): Defined | Refusal {
  const before = row.definition;
  const where = target === undefined ? {} : readWhere(subscribing, row.key, before.channel, target);
  if (isRefusal(where)) return where;
  const keys = signingKeys && sealSigningKeys(subscribing.sealer, row.key, before.channel, signingKeys);
  if (keys && isRefusal(keys)) return keys;
  if (keys && !subscribing.sealer)
    return refuseField('signingKeys', 'cannot be kept', 'Configure api.secret_key.');
  const moved = 'address' in where && isMailbox(before.channel) && where.address !== before.address;
  const definition: Definition = {
    ...before,
    ...where,
    ...(name !== undefined && { name }),
    ...(on !== undefined && { on, pattern: null }),
    ...(pattern !== undefined && { on: null, pattern }),
    ...(keys && { signingKeys: keys.sealed }),
    ...(moved && { confirmation: confirming!.stored }),
  };
  return { ...row, definition, ...(moved && { state: 'confirming', due: untilConfirmed(definition) }) };
}
