import packageJson from '../../../package.json' with { type: 'json' };
import { createEmail } from '../../adapters/channels/email/sender.ts';
import { smtpTransport } from '../../adapters/channels/email/smtp.ts';
import { CHANNELS } from '../../adapters/channels/registry.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { Finding } from '../../adapters/console/home.ts';
import { createCounters } from '../../adapters/platform/metrics/counters.ts';
import { createDeadMan } from '../../adapters/platform/dead-man.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import type { StoreTrouble } from '../../adapters/platform/store-trouble.ts';
import { unsubscribeLinks } from '../../adapters/platform/unsubscribe-link.ts';
import type { DeliverDeps } from '../../app/deliver/deliver.ts';
import { MAIL } from '../../core/notify/channel.ts';
import type { Channel, Channels, Clock, Clouds, Telemetry } from '../../ports.ts';
import { openDoors } from '../http.ts';
import { pageLinksOf, sealerOf } from '../sealer.ts';
import { openTraces } from '../traces.ts';
import type { MetricsParts } from './metrics.ts';
import { sendersOverHttp } from './senders.ts';
import { openStoreParts, type StoreParts } from './store-parts.ts';

/** Is told after a sweep, and not more often than that. */
export interface Heard {
  name: 'dead_man' | 'watchdog';
  everyMs: number;
  tell: () => Promise<void>;
}

/** Everything that one machine is put together from. Tests replace single parts; the service opens them all. */
export interface Parts extends StoreParts {
  clouds: Clouds;
  channels: Channels;
  /** Null or left out: nobody reads metrics. */
  metrics?: MetricsParts | null;
  /** Who is told that the service sweeps; left out: nobody. */
  afterSweep?: readonly Heard[];
  /** Hands over what a collector of traces is to have; left out: nobody wants traces. */
  flushTraces?: () => Promise<void>;
  /** Milliseconds that nobody sets back, for how long ago something was; left out: those of this machine. */
  ticks?: Clock;
  /** Tries origins and channels, for the console; left out: it does not. */
  examine?: () => Promise<Finding[]>;
  /** How long what has ended is kept, in milliseconds. */
  retention: number;
  rules: DeliverDeps['rules'];
  pageOf?: NonNullable<DeliverDeps['pageOf']> | null;
  /** Ends what is still being sent: it is recorded as uncertain. */
  hangUp?: () => void;
}

/** Opens what the configuration names. Throws an `Error` made for people where the store cannot be opened. */
export function openParts(
  config: Config,
  secrets: Secrets,
  log: Telemetry,
  onTrouble?: (trouble: StoreTrouble) => void,
): { parts: Parts; close: () => Promise<void> } {
  const traces = openTraces(process.env, { config, secrets }, log);
  const { telemetry, families } = createCounters(
    traces?.telemetry ?? log,
    config.origins.map(({ name }) => name),
  );
  const cut = new AbortController();
  const doors = openDoors({ config, secrets });
  const onStore = openStoreParts(config, secrets, telemetry, onTrouble);
  const parts: Parts = {
    ...onStore.parts,
    clouds: createClouds(
      config.origins,
      { http: doors.clouds, secrets, clock: onStore.parts.clock, telemetry },
      config.trails,
    ),
    channels: {
      ...sendersOverHttp({ exchange: doors.targets.exchange, version: packageJson.version }),
      [MAIL]: emailChannel(config, cut.signal),
    },
    ...(config.deadMan && {
      afterSweep: [
        {
          name: 'dead_man' as const,
          everyMs: config.deadMan.everyMs,
          tell: createDeadMan(doors.targets, config.deadMan.url, telemetry),
        },
      ],
    }),
    metrics: config.metrics && {
      ...config.metrics,
      families,
      origins: config.origins.map(({ name }) => name),
    },
    retention: config.retention,
    rules: CHANNELS,
    pageOf: pageLinksOf(config, sealerOf(config)),
    hangUp: () => cut.abort(),
    ...(traces && { flushTraces: traces.flush }),
  };
  const close = async (): Promise<void> => {
    await Promise.all([doors.close(), traces?.close()]);
    await onStore.close();
  };
  return { parts, close };
}

/** A delivery may be left of a time when there was mail; it is tried until there is again. */
function emailChannel(config: Config, cut: AbortSignal): Channel {
  const { mail } = config;
  if (mail) {
    const transport = smtpTransport({ ...mail, cut });
    const links = unsubscribeLinks(config.api?.publicUrl, sealerOf(config));
    return createEmail({ transport, from: mail.from }, links);
  }
  const detail = 'no mail server is configured';
  return { send: async () => ({ kind: 'retry', reason: 'unreachable', detail }) };
}
