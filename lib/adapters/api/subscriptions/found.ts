import type { Subscription } from '../../../core/notify/subscription.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse, type Refusal } from '../problem.ts';
import { isDefined, notFound, type Defined } from './rows.ts';
import { createSubscriptionViews } from './views.ts';

/** Subscriptions by their id: those of the configuration and those that were made here. */
export function createFinding(deps: ApiDeps) {
  const { store, subscriptions } = deps;
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

  return { inForce, madeHere, notMadeHere, shown };
}
