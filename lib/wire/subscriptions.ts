import type { Config } from '../adapters/config/config.ts';
import type { Sealer } from '../adapters/platform/seal.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';
import { createSubscriptions, type AllSubscriptions } from '../app/deliver/all-subscriptions.ts';
import type { Seal } from '../core/notify/notify.ts';
import type { Clock, Store, Telemetry } from '../ports.ts';
import { notifySealer } from './notify-sealer.ts';
import { openerOf, sealerOf } from './sealer.ts';

export interface Subscribed {
  /** Those of the configuration and those that were made through the API. */
  subscriptions: AllSubscriptions;
  /** Of the secrets of those that are stored; null: no key is configured. */
  sealer: Sealer | null;
  /** For URLs that jobs name. */
  seal: Seal | null;
}

/** Who is subscribed, in both homes. */
export function subscribedIn(
  config: Config,
  secrets: Secrets,
  { store, clock, telemetry }: { store: Store; clock: Clock; telemetry: Telemetry },
): Subscribed {
  const sealer = sealerOf(config);
  const named = notifySealer(config);
  const subscriptions = createSubscriptions({
    fixed: () => config.subscriptions,
    stored: store.subscriptions,
    mutes: store.mutes,
    revision: store.routingRevision,
    open: openerOf(sealer, secrets),
    unseal: named && named.open,
    forget: secrets.forget,
    clock,
    telemetry,
  });
  return { subscriptions, sealer, seal: named && named.seal };
}
