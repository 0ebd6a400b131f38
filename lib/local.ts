import { readFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { createLocalBus } from './bus/local.ts';
import { createEmail } from './channels/email.ts';
import { createSlack } from './channels/slack.ts';
import { smtpTransport } from './channels/smtp.ts';
import { createWebhook } from './channels/webhook.ts';
import { createClouds } from './clouds/client.ts';
import { DIALECT_NAMES } from './clouds/dialects.ts';
import type { Policy } from './jobs/policy.ts';
import type { DeliverDeps } from './notify/deliver.ts';
import { dispatch } from './notify/dispatch.ts';
import { drain, endpointsDue, rescue } from './notify/drain.ts';
import { SCHEDULES } from './notify/retry.ts';
import { parseConfig, type Config, type Problem } from './platform/config.ts';
import { createHttp } from './platform/http.ts';
import { createLanes } from './platform/lanes.ts';
import { startLoop, type Loop } from './platform/loop.ts';
import type { Secrets } from './platform/secrets.ts';
import type { Channel, Channels, Clock, Clouds, Store, Subscriptions, Telemetry } from './ports.ts';
import { openStore } from './store/sqlite/index.ts';
import { publishDue } from './sweep/publish.ts';
import { originsDue, sweepOrigin, type SweepDeps } from './sweep/sweep.ts';
import { track, type Tracked } from './sweep/track.ts';

/** Everything that one machine is put together from. Tests replace single parts; the service opens them all. */
export interface Parts {
  store: Store;
  clouds: Clouds;
  channels: Channels;
  subscriptions: Subscriptions;
  clock: Clock;
  telemetry: Telemetry;
  policy: Policy;
  schedules: DeliverDeps['schedules'];
}

export type { Config };

/** The configuration from its text; `path` is where that stands. */
export function loadConfig(
  text: string,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
): { ok: true; config: Config } | { ok: false; problems: Problem[] } {
  const readFile = (file: string): string => readFileSync(file, 'utf8');
  return parseConfig(text, { path, env, secrets, readFile, dialects: DIALECT_NAMES });
}

/** Opens what the configuration names. Throws an `Error` made for people where the store cannot be opened. */
export function openParts(
  config: Config,
  secrets: Secrets,
  telemetry: Telemetry,
): { parts: Parts; close: () => Promise<void> } {
  const clock: Clock = Date.now;
  const own = new Set([...config.allowPrivate, ...config.origins.flatMap(hostsOf)]);
  const http = createHttp({ allowPrivate: (host) => own.has(host.toLowerCase()), redact: secrets.redact });
  const store = openStore(config.store);
  const parts: Parts = {
    store,
    clouds: createClouds(config.origins, { http, secrets, clock, telemetry }),
    channels: {
      slack: createSlack({ exchange: http.exchange }),
      email: emailChannel(config),
      webhook: createWebhook({ exchange: http.exchange, version: packageJson.version }),
    },
    subscriptions: { all: async () => config.subscriptions },
    clock,
    telemetry,
    policy: config.policy,
    schedules: SCHEDULES,
  };
  const close = async (): Promise<void> => {
    await http.close();
    await store.close();
  };
  return { parts, close };
}

/** An origin is named by whoever runs the service, so it may be in their own network. */
const hostsOf = ({ endpoint, auth }: Config['origins'][number]): string[] =>
  [endpoint, ...(auth.kind === 'password' ? [auth.iam] : [])].map((url) => new URL(url).hostname);

/** A delivery may be left of a time when there was mail; it is tried until there is again. */
function emailChannel({ mail }: Config): Channel {
  if (mail) return createEmail({ transport: smtpTransport(mail), from: mail.from });
  const detail = 'no mail server is configured';
  return { send: async () => ({ kind: 'retry', reason: 'unreachable', detail }) };
}

export interface Service {
  track(raws: readonly unknown[]): Promise<Tracked[]>;
  start(): Promise<void>;
  /** Takes nothing new up; resolves when the looks and sends in hand have ended and are recorded. */
  stop(): Promise<void>;
}

/** How often the due index is asked. An empty question costs some 50 us; no notice is later than this. */
const TICK_MS = 500;
/** Rows taken up at a time, of each origin and of each kind of news. */
const BUDGET = 200;
const MAX_ORIGINS = 100;
/** Endpoints served side by side. Each holds at most its own few connections. */
const MAX_ENDPOINTS = 64;

/** One machine: a timer for the schedule, the table for the queues, and workers in the process. */
export function createService(parts: Parts): Service {
  const { store, clouds, subscriptions, clock, telemetry, policy } = parts;
  const broken = (what: string) => (error: unknown) => telemetry.line('error', `${what}.broken`, { error });

  const sends = createLanes({
    due: (limit) => endpointsDue(parts, limit),
    serve: (endpoint, open) => drain(parts, endpoint, open),
    max: MAX_ENDPOINTS,
    onError: broken('delivery'),
  });
  const doorbell = { ring: () => sends.wake() };
  const bus = createLocalBus((events) =>
    dispatch({ deliveries: store.deliveries, subscriptions, doorbell, clock }, events),
  );
  const sweeping: SweepDeps = { store, bus, clouds, clock, telemetry, policy, budget: BUDGET };
  const looks = createLanes({
    due: (limit) => originsDue(sweeping, limit),
    serve: (origin, open) => sweepOrigin(sweeping, origin, open),
    max: MAX_ORIGINS,
    onError: broken('sweep'),
  });
  let loops: Loop[] = [];

  return {
    track: (raws) => track({ jobs: store.jobs, clouds, clock, policy, telemetry }, raws),
    async start() {
      const rescued = await rescue(parts);
      if (rescued > 0) telemetry.line('warn', 'deliveries.rescued', { rescued });
      loops = [
        startLoop(() => publishDue(sweeping, BUDGET), TICK_MS, broken('publish')),
        startLoop(() => looks.wake(), TICK_MS, broken('sweep')),
        startLoop(() => sends.wake(), TICK_MS, broken('delivery')),
      ];
    },
    async stop() {
      // In the order of the way: what a look still settles becomes delivery rows, and those wait for the next start.
      await Promise.all(loops.map((loop) => loop.stop()));
      await looks.stop();
      await sends.stop();
    },
  };
}
