import { randomBytes } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import { createApi } from '../adapters/api/app.ts';
import type { ApiDeps, Subscribing } from '../adapters/api/deps.ts';
import { createConfirmation } from '../adapters/channels/confirmation.ts';
import { smtpTransport } from '../adapters/channels/smtp.ts';
import { eventsOf } from '../app/inspect/events.ts';
import { explain } from '../app/inspect/explain.ts';
import { ping } from '../app/deliver/ping.ts';
import { recentEvents } from '../app/inspect/recent-events.ts';
import { enable, heldFor } from '../app/deliver/release.ts';
import { unsubscribe } from '../app/deliver/unsubscribe.ts';
import type { ApiSettings, Config } from '../adapters/config/config.ts';
import { createSealer, type Sealer } from '../adapters/platform/seal.ts';
import type { Clock, Doorbell } from '../ports.ts';
import { untrack } from '../app/sweep/untrack.ts';
import type { Parts } from './local/parts.ts';
import type { Service } from './local/service.ts';

/** What the API needs beyond the other parts. */
export interface ApiParts {
  listen: ApiSettings['listen'];
  subscribing: Subscribing;
}

export function apiParts(config: Config, sealer: Sealer | null, clock: Clock): ApiParts | null {
  const { api, mail, allowPrivate } = config;
  if (!api) return null;
  const publicUrl = api.publicUrl;
  const ask = mail && createConfirmation({ transport: smtpTransport(mail), from: mail.from });
  const confirmation =
    ask && publicUrl ? { publicUrl, send: (to: string, link: string) => ask(to, link, clock()) } : null;
  return { listen: api.listen, subscribing: { allowPrivate, sealer, confirmation } };
}

export const sealerOf = ({ api }: Config): Sealer | null =>
  api?.secretKey ? createSealer(Buffer.from(api.secretKey(), 'base64')) : null;

/** The API over what one machine is put together from. */
export function localApi(
  parts: Pick<Parts, 'store' | 'subscriptions' | 'origins' | 'clock' | 'telemetry'>,
  subscribing: Subscribing,
  track: Service['track'],
  doorbell: Doorbell,
  more: Pick<ApiDeps, 'rate' | 'owner'> = {},
): (request: Request) => Promise<Response> {
  const { store, subscriptions, origins, clock, telemetry } = parts;
  return createApi({
    store,
    subscriptions: { all: subscriptions.all, changed: () => subscriptions.changed?.() },
    does: {
      track,
      untrack: (key) => untrack({ jobs: store.jobs, telemetry }, key),
      explain: (key) => explain({ store, subscriptions }, key),
      eventsOf: (key) => eventsOf(store, key),
      recentEvents: (asked) => recentEvents(store, asked),
      ping: (subscription, requestedBy) =>
        ping({ deliveries: store.deliveries, doorbell, clock }, subscription, requestedBy),
      enable: (subscription, which) => enable(store, subscription, which),
      unsubscribe: (leaving) => unsubscribe({ store, clock, telemetry }, leaving),
      heldFor: (subscription) => heldFor(store, subscription, clock()),
    },
    origins,
    subscribing,
    clock,
    random: randomBytes,
    telemetry,
    version: packageJson.version,
    ...more,
  });
}
