import { change, stop } from '../../../core/change.ts';
import { newStored } from '../../../core/notify/stored-subscription.ts';
import { deliveryView } from '../deliveries/view.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, refuse, type Refusal } from '../problem.ts';
import { createFinding } from './found.ts';
import { isDefined, locked, notFound, refusalOf } from './rows.ts';
import { createSubscriptionViews } from './views.ts';

type SubscriptionRoutes =
  | 'listSubscriptions'
  | 'getSubscription'
  | 'deleteSubscription'
  | 'pauseSubscription'
  | 'resumeSubscription'
  | 'testSubscription';

export function subscriptionHandlers(deps: ApiDeps): Handlers<SubscriptionRoutes> {
  const { store, subscriptions, useCases, clock } = deps;
  const views = createSubscriptionViews(deps);
  const { inForce, madeHere, notMadeHere, shown } = createFinding(deps);

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
    async listSubscriptions({ query }) {
      subscriptions.changed();
      return { status: 200, body: await views.page(query.limit, query.cursor) };
    },
    getSubscription: ({ params }) => shown(params.id),

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
      // resuming again after a failure would mean them too.
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
}

const unconfirmed = refuse('conflict', 'Its mail address has not confirmed yet.');
const unverified = (id: string): Refusal =>
  refuse(
    'conflict',
    `Its target has not answered the challenge: POST /v1/subscriptions/${id}/verify asks it again.`,
  );
