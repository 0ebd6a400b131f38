import packageJson from '../../../package.json' with { type: 'json' };
import { openDoors } from '../http.ts';
import type { ConfiguredOrigin } from '../../adapters/api/deps.ts';
import { createEmail } from '../../adapters/channels/email/sender.ts';
import { smtpTransport } from '../../adapters/channels/email/smtp.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { createSubscriptions } from '../../app/deliver/all-subscriptions.ts';
import type { DeliverDeps } from '../../app/deliver/deliver.ts';
import { MAIL } from '../../core/notify/channel.ts';
import type { Seal } from '../../core/notify/notify.ts';
import { CHANNELS } from '../../adapters/channels/registry.ts';
import type { Opener } from '../../core/notify/stored-subscription.ts';
import type { Config } from '../../adapters/config/config.ts';
import { createCounters } from '../../adapters/platform/metrics/counters.ts';
import type { Sealer } from '../../adapters/platform/seal.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import { unsubscribeLinks } from '../../adapters/platform/unsubscribe-link.ts';
import type { Channel, Channels, Clock, Clouds, Store, Subscriptions, Telemetry } from '../../ports.ts';
import type { StoreTrouble } from '../../adapters/platform/store-trouble.ts';
import { openStore, type StoreHealth } from '../../adapters/store/sqlite/index.ts';
import { apiParts, type ApiParts } from '../api.ts';
import { sealerOf } from '../sealer.ts';
import { sendersOverHttp } from './senders.ts';
import type { MetricsParts } from './metrics.ts';
import { notifyProblems } from '../notify-problems.ts';
import { notifySealer } from '../notify-sealer.ts';

/** Everything that one machine is put together from. Tests replace single parts; the service opens them all. */
export interface Parts {
  store: Store;
  clouds: Clouds;
  channels: Channels;
  /** `changed`: what is stored of them was changed by this process. */
  subscriptions: Subscriptions & { changed?(): void };
  /** Those of the configuration, each with the project that its credentials see. */
  origins: readonly ConfiguredOrigin[];
  /** Null or left out: there is no HTTP API. */
  api?: ApiParts | null;
  /** Null or left out: nobody reads metrics. */
  metrics?: MetricsParts | null;
  /** Left out: the store has no file that could be in trouble. */
  storeHealth?: StoreHealth;
  clock: Clock;
  /** Milliseconds that nobody sets back, for how long ago something was; left out: those of this machine. */
  ticks?: Clock;
  telemetry: Telemetry;
  policy: Policy;
  /** How long what has ended is kept, in milliseconds. */
  retention: number;
  rules: DeliverDeps['rules'];
  /** Ends what is still being sent: it is recorded as uncertain. */
  hangUp?: () => void;
  /** What is wrong with a target that a job names. */
  notifyProblem?: (target: string) => Promise<string | null>;
  /** For URLs that jobs name. */
  seal?: Seal | null;
}

export type { Config };

/** Opens what the configuration names. Throws an `Error` made for people where the store cannot be opened. */
export function openParts(
  config: Config,
  secrets: Secrets,
  log: Telemetry,
  onTrouble?: (trouble: StoreTrouble) => void,
): { parts: Parts; close: () => Promise<void> } {
  const clock: Clock = Date.now;
  const { telemetry, families } = createCounters(log);
  const cut = new AbortController();
  const doors = openDoors({ config, secrets });
  const store = openStore(config.store, onTrouble);
  const sealer = sealerOf(config);
  const named = notifySealer(config);
  const subscriptions = createSubscriptions({
    fixed: () => config.subscriptions,
    stored: store.subscriptions,
    open: opener(sealer, secrets),
    unseal: named && named.open,
    forget: secrets.forget,
    clock,
    telemetry,
  });
  const parts: Parts = {
    store,
    clouds: createClouds(config.origins, { http: doors.clouds, secrets, clock, telemetry }),
    channels: {
      ...sendersOverHttp({ exchange: doors.targets.exchange, version: packageJson.version }),
      [MAIL]: emailChannel(config, sealer, cut.signal),
    },
    subscriptions,
    storeHealth: store.health,
    origins: config.origins,
    api: apiParts(config, sealer, clock),
    metrics: config.metrics && { ...config.metrics, families },
    clock,
    telemetry,
    policy: config.policy,
    retention: config.retention,
    rules: CHANNELS,
    hangUp: () => cut.abort(),
    notifyProblem: notifyProblems(config, subscriptions),
    seal: named && named.seal,
  };
  const close = async (): Promise<void> => {
    await doors.close();
    await store.close();
  };
  return { parts, close };
}

/** What is opened is a secret like those of the configuration: nothing that is written shows it. */
const opener =
  (sealer: Sealer | null, secrets: Secrets): Opener =>
  (sealed, id) => {
    const text = sealer?.open(sealed, id) ?? null;
    return text === null ? null : secrets.add(text);
  };

/** A delivery may be left of a time when there was mail; it is tried until there is again. */
function emailChannel(config: Config, sealer: Sealer | null, cut: AbortSignal): Channel {
  const { mail } = config;
  if (mail) {
    const transport = smtpTransport({ ...mail, cut });
    return createEmail({ transport, from: mail.from }, unsubscribeLinks(config.api?.publicUrl, sealer));
  }
  const detail = 'no mail server is configured';
  return { send: async () => ({ kind: 'retry', reason: 'unreachable', detail }) };
}
