import { randomBytes } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type {
  ApiDeps,
  ConfiguredOrigin,
  ConfiguredTrail,
  IntakeDoors,
  Subscribing,
} from '../adapters/api/deps.ts';
import { NO_INTAKE } from './intake.ts';
import { pageOpenerOf } from './sealer.ts';
import { templateProblem } from './template-problem.ts';
import { CHANNELS } from '../adapters/channels/registry.ts';
import { createConfirmation } from '../adapters/channels/email/confirmation.ts';
import { smtpTransport } from '../adapters/channels/email/smtp.ts';
import { eventsOf, feedOf, newestEvents, type FeedWaiting } from '../app/inspect/events.ts';
import { outOfOrder } from '../app/inspect/out-of-order.ts';
import { explain, whyNext } from '../app/inspect/explain.ts';
import { eventNamed, newestOf, routing } from '../app/inspect/routing.ts';
import { recordCounts, statsOf } from '../app/inspect/stats.ts';
import { drill } from '../app/deliver/drill.ts';
import { ping } from '../app/deliver/ping.ts';
import { endpointRow } from '../app/deliver/endpoint-row.ts';
import { enable, heldFor } from '../app/deliver/release.ts';
import { unmute } from '../app/deliver/unmute.ts';
import { startRecovery, stopRecovery, survey } from '../app/deliver/recover.ts';
import { redeliver } from '../app/deliver/redeliver.ts';
import { unsubscribe } from '../app/deliver/unsubscribe.ts';
import type { ApiSettings, Config } from '../adapters/config/config.ts';
import type { Lang } from '../core/notify/reader.ts';
import type { Policy } from '../core/jobs/policy.ts';
import type { Sealer } from '../adapters/platform/seal.ts';
import type { AskReceiver, Bus, Clock, Doorbell, Store, Subscriptions, Telemetry } from '../ports.ts';
import type { Tracked } from '../app/sweep/track.ts';
import { closeGroup, groupNow } from '../app/sweep/close-group.ts';
import { counted } from '../app/sweep/count-group.ts';
import { discoverNow, type WakeDiscovery } from '../app/discover/discover-now.ts';
import { checkNow } from '../app/sweep/check-now.ts';
import { untrack } from '../app/sweep/untrack.ts';

/** What the API needs beyond the other parts. */
export interface ApiParts extends Pick<ApiSettings, 'limits'> {
  listen: ApiSettings['listen'];
  subscribing: Subscribing;
  /** Opens the links in messages; null: none opens. */
  links: Sealer | null;
}

export function apiParts(
  config: Config,
  sealer: Sealer | null,
  clock: Clock,
  askReceiver: AskReceiver,
): ApiParts | null {
  const { api, mail, allowPrivate } = config;
  if (!api) return null;
  const publicUrl = api.publicUrl;
  const ask =
    mail &&
    createConfirmation({ transport: smtpTransport({ ...mail, ...WHILE_SOMEBODY_WAITS }), from: mail.from });
  const confirmation =
    ask && publicUrl
      ? { publicUrl, send: (to: string, link: string, lang?: Lang) => ask(to, link, clock(), lang) }
      : null;
  const { listen, limits } = api;
  return {
    listen,
    ...(limits && { limits }),
    links: pageOpenerOf(config, sealer),
    subscribing: { allowPrivate, sealer, confirmation, ask: askReceiver, templateProblem },
  };
}

/** The API sends the mail that asks for consent at once, so that its answer says what came of it. */
const WHILE_SOMEBODY_WAITS = { deadlineMs: 30_000, acceptMs: 30_000 };

/** What the API is put together from, in both homes. */
export interface ApiContext {
  store: Store;
  /** `changed`: what is stored of them was changed by this process. */
  subscriptions: Subscriptions & { changed?(): void };
  bus: Pick<Bus, 'publish'>;
  /** Those of the configuration, each with the project that its credentials see. */
  origins: readonly ConfiguredOrigin[];
  /** Where jobs are found by the records of calls. Left out: nowhere. */
  trails?: readonly ConfiguredTrail[];
  wakeDiscovery?: WakeDiscovery;
  policy: Policy;
  /** Left out: no message is believed. */
  intake?: IntakeDoors;
  clock: Clock;
  telemetry: Telemetry;
}

export interface ApiOptions extends Pick<ApiDeps, 'limits' | 'owner' | 'pulse'> {
  feedWaiting: FeedWaiting;
}

/** What the API does, by the use-cases. `track` is the home's own; `doorbell` wakes what delivers. */
export function apiDeps(
  parts: ApiContext,
  subscribing: Subscribing,
  track: (raws: readonly unknown[], projects?: readonly string[] | null) => Promise<Tracked[]>,
  doorbell: Doorbell,
  { feedWaiting, ...more }: ApiOptions,
): ApiDeps {
  const { store, subscriptions, bus, origins, policy, clock, telemetry, wakeDiscovery: wake } = parts;
  return {
    store,
    subscriptions: { all: subscriptions.all, changed: () => subscriptions.changed?.() },
    useCases: {
      track,
      checkNow: (names) => checkNow({ jobs: store.jobs, clock, telemetry }, names),
      discoverNow: (names) =>
        discoverNow({ origins: store.origins, clock, telemetry, ...(wake && { wake }) }, names),
      untrack: (key) => untrack({ jobs: store.jobs, telemetry, groups: { ...store, clock } }, key),
      groupNow: (asked) => groupNow({ ...store, clock }, asked),
      countedGroup: (group) => counted(store, group),
      closeGroup: (asked, by) => closeGroup({ ...store, clock, telemetry }, asked, by),
      explain: (key) => explain({ store, subscriptions, policy, clock }, key),
      whyNext: (key, words) => whyNext({ store, policy, clock }, key, words),
      eventNamed: (id) => eventNamed({ store }, id),
      newestOf: (key) => newestOf({ store }, key),
      routing: (event, at) =>
        routing({ store, subscriptions, folding: { ...store, rules: CHANNELS } }, event, at),
      eventsOf: (key) => eventsOf(store, key),
      newestEvents: (asked) => newestEvents(store, asked),
      feed: (asked) => feedOf(store, asked, feedWaiting),
      redeliver: (key, by) => redeliver({ store, subscriptions, doorbell, clock, telemetry }, key, by),
      survey: (asked) => survey({ store, subscriptions, clock }, asked, within(SURVEY_MS)),
      startRecovery: (id, asked) => startRecovery({ store, clock, telemetry }, id, asked),
      unmute: (id, by) => unmute({ store, clock }, id, by),
      stopRecovery: (id, by) => stopRecovery({ store, clock, telemetry }, id, by),
      drill: (event, by) => drill({ ...store, bus, clock, telemetry }, event, by),
      ping: (subscription, requestedBy) => ping({ ...store, doorbell, clock }, subscription, requestedBy),
      enable: (subscription, options) => enable(store, subscription, options),
      unsubscribe: (unsubscribeRequest) => unsubscribe({ store, clock, telemetry }, unsubscribeRequest),
      stats: (names) => statsOf(store.durations, names),
      recordCounts: (names) => recordCounts(store.origins, names, clock()),
      outOfOrder: () => outOfOrder({ store, subscriptions, clock }),
      endpointRow: (channel, target) => endpointRow(store.endpoints, channel, target),
      heldFor: (subscription) => heldFor(store, subscription, clock()),
    },
    origins,
    trails: parts.trails ?? [],
    subscribing,
    intake: parts.intake ?? NO_INTAKE,
    clock,
    random: randomBytes,
    telemetry,
    version: packageJson.version,
    ...more,
  };
}

/** The caller waits, and on AWS for 29 s at most. */
const SURVEY_MS = 15_000;
function within(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() < until;
}
