import { endpointRow } from '../../../lib/app/deliver/endpoint-row.ts';
import { rulesWith } from '../../kit.ts';
import { randomBytes } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import type { Scope } from '../../../lib/core/access/token.ts';
import { createGate } from '../../../lib/adapters/api/admission.ts';
import { createAnswering } from '../../../lib/adapters/api/answering.ts';
import { createApi } from '../../../lib/adapters/api/app.ts';
import type { ApiDeps } from '../../../lib/adapters/api/deps.ts';
import { openApiDocument } from '../../../lib/adapters/api/openapi.ts';
import type { Route } from '../../../lib/adapters/api/route.ts';
import { routes } from '../../../lib/adapters/api/routes.ts';
import { createTokens } from '../../../lib/adapters/api/tokens.ts';
import { templateProblem } from '../../../lib/wire/template-problem.ts';
import { openerOf } from '../../../lib/wire/sealer.ts';
import { notifyProblems } from '../../../lib/wire/notify-problems.ts';
import { createSubscriptions } from '../../../lib/app/deliver/all-subscriptions.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue } from '../../../lib/app/deliver/drain.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { eventsOf, feedOf, newestEvents } from '../../../lib/app/inspect/events.ts';
import { explain, whyNext } from '../../../lib/app/inspect/explain.ts';
import { eventNamed, newestOf, routing } from '../../../lib/app/inspect/routing.ts';
import { recordCounts, statsOf } from '../../../lib/app/inspect/stats.ts';
import { outOfOrder } from '../../../lib/app/inspect/out-of-order.ts';
import { createLocalBus } from '../../../lib/adapters/bus/local.ts';
import { dispatch } from '../../../lib/app/deliver/dispatch.ts';
import { drill } from '../../../lib/app/deliver/drill.ts';
import { ping } from '../../../lib/app/deliver/ping.ts';
import { enable, heldFor, releaseHeld } from '../../../lib/app/deliver/release.ts';
import type { Challenge, Store } from '../../../lib/ports.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { deliverEnd } from '../../../lib/app/deliver/deliver-end.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { unmute } from '../../../lib/app/deliver/unmute.ts';
import { startRecovery, stopRecovery, survey } from '../../../lib/app/deliver/recover.ts';
import { redeliver } from '../../../lib/app/deliver/redeliver.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { closeGroup, groupNow } from '../../../lib/app/sweep/close-group.ts';
import { counted } from '../../../lib/app/sweep/count-group.ts';
import { discoverNow } from '../../../lib/app/discover/discover-now.ts';
import { checkNow } from '../../../lib/app/sweep/check-now.ts';
import { NO_INTAKE } from '../../../lib/wire/intake.ts';
import { untrack } from '../../../lib/app/sweep/untrack.ts';
import {
  ok,
  POLICY,
  PROJECT,
  recordingTelemetry,
  running,
  scriptedChannel,
  scriptedClouds,
  subscription,
  testClock,
} from '../../kit.ts';

export const KEY = Buffer.alloc(32, 7);

export interface Sent {
  token?: string | null;
  body?: unknown;
  /** Instead of a body that is made JSON. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}
export interface Got {
  status: number;
  headers: Headers;
  text: string;
  // What a test expects of it says what it is.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** Takes no time; `naps` is what was waited, and `meanwhile` happens in the first of them. */
export interface Waits {
  naps: number[];
  meanwhile: () => Promise<unknown>;
}

interface Options {
  fixed?: Subscription[];
  over?: (deps: ApiDeps) => Partial<ApiDeps>;
  /** Another store than one of its own in memory. */
  store?: Store & { close(): unknown };
}

/** The API over a real store and the real use-cases; clouds, channels and the clock are the test's. */
export async function apiKit({
  fixed = [subscription('ops')],
  over = () => ({}),
  store = openStore(':memory:'),
}: Options = {}) {
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds(() => running);
  const secrets = createSecrets();
  const sealer = createSealer(KEY);
  const subscriptions = createSubscriptions({
    fixed: () => fixed,
    stored: store.subscriptions,
    mutes: store.mutes,
    revision: store.routingRevision,
    open: openerOf(sealer, secrets),
    unseal: sealer.open,
    forget: secrets.forget,
    clock: clock.now,
    telemetry,
  });
  const mails: { to: string; link: string }[] = [];
  const challenges: Challenge[] = [];
  /** `challenge`: what is wrong with the answer to it; null: nothing. */
  const answers: { mail: Receipt; send: Receipt; challenge: string | null } = {
    mail: ok,
    send: ok,
    challenge: null,
  };
  const doorbell = { ring: async () => {} };
  const bus = createLocalBus((events) =>
    dispatch({ ...store, subscriptions, doorbell, clock: clock.now }, events),
  );
  const waits: Waits = { naps: [], meanwhile: async () => {} };
  const feedWaiting = {
    maxMs: 30_000,
    pollMs: 250,
    async sleep(ms: number) {
      if (waits.naps.push(ms) === 1) await waits.meanwhile();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const mail = { host: 'mail.test', port: 25, secure: false, from: 'jobchime@example.com' };
  const notifyProblem = notifyProblems({ mail, allowPrivate: [] }, subscriptions);
  const deps: ApiDeps = {
    store,
    subscriptions,
    useCases: {
      track: (raws, projects) =>
        track(
          {
            jobs: store.jobs,
            groups: store,
            projects,
            clouds,
            clock: clock.now,
            policy: POLICY,
            telemetry,
            notifyProblem,
            seal: sealer.seal,
            deliverEnd: (job, notify) =>
              deliverEnd({ ...store, subscriptions, clock: clock.now }, job, notify),
          },
          raws,
        ),
      checkNow: (names) => checkNow({ jobs: store.jobs, clock: clock.now, telemetry }, names),
      discoverNow: (names) => discoverNow({ origins: store.origins, clock: clock.now, telemetry }, names),
      untrack: (key) => untrack({ jobs: store.jobs, telemetry, groups: { ...store, clock: clock.now } }, key),
      groupNow: (asked) => groupNow({ ...store, clock: clock.now }, asked),
      countedGroup: (group) => counted(store, group),
      closeGroup: (asked, by) => closeGroup({ ...store, clock: clock.now, telemetry }, asked, by),
      explain: (key) => explain({ store, subscriptions, policy: POLICY, clock: clock.now }, key),
      whyNext: (key, words) => whyNext({ store, policy: POLICY, clock: clock.now }, key, words),
      eventNamed: (id) => eventNamed({ store }, id),
      newestOf: (key) => newestOf({ store }, key),
      routing: (event, at) =>
        routing({ store, subscriptions, folding: { ...store, rules: CHANNELS } }, event, at),
      eventsOf: (key) => eventsOf(store, key),
      newestEvents: (asked) => newestEvents(store, asked),
      feed: (asked) => feedOf(store, asked, feedWaiting),
      redeliver: (key, by) =>
        redeliver({ store, subscriptions, doorbell, clock: clock.now, telemetry }, key, by),
      survey: (asked) => survey({ store, subscriptions, clock: clock.now }, asked, () => true),
      startRecovery: (id, asked) => startRecovery({ store, clock: clock.now, telemetry }, id, asked),
      unmute: (id, by) => unmute({ store, clock: clock.now }, id, by),
      stopRecovery: (id, by) => stopRecovery({ store, clock: clock.now, telemetry }, id, by),
      drill: (event, by) => drill({ ...store, bus, clock: clock.now, telemetry }, event, by),
      ping: (one, by) => ping({ ...store, doorbell, clock: clock.now }, one, by),
      enable: (one, which) => enable(store, one, which),
      unsubscribe: (unsubscribeRequest) =>
        unsubscribe({ store, clock: clock.now, telemetry }, unsubscribeRequest),
      stats: (names) => statsOf(store.durations, names),
      recordCounts: (names) => recordCounts(store.origins, names, clock.now()),
      outOfOrder: () => outOfOrder({ store, subscriptions, clock: clock.now }),
      endpointRow: (channel, target) => endpointRow(store.endpoints, channel, target),
      heldFor: (id) => heldFor(store, id, clock.now()),
    },
    origins: [
      ['hwc-ecs', 'huawei', 'https://ecs.eu-west-101.myhuaweicloud.eu'] as const,
      ['otc-ecs', 'otc', 'https://ecs.eu-de.otc.t-systems.com'] as const,
    ].map(([name, cloud, endpoint]) => ({ name, projectId: PROJECT, dialect: 'ecs', cloud, endpoint })),
    trails: [],
    subscribing: {
      allowPrivate: ['127.0.0.1'],
      sealer,
      confirmation: {
        publicUrl: 'https://jobchime.test',
        send: async (to, link) => {
          mails.push({ to, link });
          return answers.mail;
        },
      },
      ask: async (question) => {
        challenges.push(question);
        return answers.challenge;
      },
      templateProblem,
    },
    intake: NO_INTAKE,
    clock: clock.now,
    random: randomBytes,
    telemetry,
    version: '0.0.0',
    limits: { burst: 1e9, perSecond: 1e9 },
  };
  const inForce = { ...deps, ...over(deps) };
  const gate = createGate(inForce);
  const answer = createAnswering(inForce);
  const api = createApi(inForce, gate, answer);
  const tokens = createTokens(store.tokens, deps);
  const tokenFor = async (scopes: Scope[], more: { projects?: string[]; expiresAt?: number } = {}) =>
    (
      await tokens.create({
        name: scopes.join('+'),
        scopes,
        projects: more.projects ?? null,
        expiresAt: more.expiresAt ?? null,
      })
    ).text;
  const admin = await tokenFor(['admin']);

  /** One request. Whatever comes back must be as the document says. */
  async function call(method: string, path: string, sent: Sent = {}): Promise<Got> {
    const token = sent.token === undefined ? admin : sent.token;
    const body = sent.raw ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
    const response = await api(
      new Request(`http://jobchime.test${path}`, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...sent.headers,
        },
        ...(body !== undefined && { body }),
      }),
    );
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    const got = {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? JSON.parse(text) : text,
    };
    documented(method, path.split('?')[0]!, got);
    return got;
  }

  const channel = scriptedChannel(() => answers.send);
  const delivering: DeliverDeps = {
    store,
    subscriptions,
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry,
    rules: rulesWith([1_000]),
  };
  /** What a tick does about deliveries. */
  const deliverAll = async (): Promise<void> => {
    await releaseHeld({ store, subscriptions, doorbell, clock: clock.now }, 100);
    for (const endpoint of await endpointsDue(delivering, 100)) await drain(delivering, endpoint, () => true);
  };
  const dispatching = {
    events: store.events,
    jobs: store.jobs,
    deliveries: store.deliveries,
    endpoints: store.endpoints,
    subscriptions,
    doorbell,
    clock: clock.now,
  };
  return {
    store,
    clock,
    telemetry,
    secrets,
    subscriptions,
    mails,
    challenges,
    answers,
    waits,
    deps: inForce,
    gate,
    answer,
    api,
    tokens,
    tokenFor,
    admin,
    call,
    channel,
    deliverAll,
    dispatching,
  };
}
export type ApiKit = Awaited<ReturnType<typeof apiKit>>;

export const document = openApiDocument('0.0.0') as {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, object> };
};

export const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  validateSchema: true,
  // Most schemas are asked few times: to make their code short takes longer than it saves.
  code: { optimize: false },
});
addFormats.default(ajv);
ajv.addSchema(document, 'openapi.json');

const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
function validatorAt(pointer: string) {
  const known = compiled.get(pointer);
  if (known) return known;
  const fresh = ajv.compile({ $ref: `openapi.json#${pointer}` });
  compiled.set(pointer, fresh);
  return fresh;
}
const escaped = (step: string): string =>
  encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The path as the document has it; null where it has none. */
export function templateOf(path: string): string | null {
  const steps = path.split('/');
  const all = [
    ...new Set(Object.values(routes as Record<string, Route>).map((route) => route.path as string)),
  ];
  const fits = all.filter((template) => {
    const wanted = template.split('/');
    return (
      wanted.length === steps.length &&
      wanted.every((step, i) => (step.startsWith('{') ? steps[i] !== '' : step === steps[i]))
    );
  });
  return fits.toSorted((a, b) => a.split('{').length - b.split('{').length)[0] ?? null;
}

const PROBLEM = '/components/schemas/Problem';

/** Which statuses of which operations were met; each was found in the document. */
export const met = new Set<string>();

function documented(method: string, path: string, got: Got): void {
  const template = templateOf(path);
  const operation = template && document.paths[template]?.[method.toLowerCase()];
  const type = got.headers.get('content-type')?.split(';')[0];
  if (got.status >= 400 && !Object.values<Route>(routes).some((one) => one.page && one.path === template))
    expect([path, got.status, type]).toEqual([path, got.status, 'application/problem+json']);
  if (!operation) {
    // Outside of the document there is nothing but these two.
    expect([404, 405]).toContain(got.status);
    return valid(PROBLEM, got.body);
  }
  met.add(`${method} ${template} ${got.status}`);
  expect(Object.keys(operation.responses), `${method} ${template}`).toContain(String(got.status));
  const content = operation.responses[String(got.status)]!.content;
  if (!content) return expect(got.text).toBe('');
  expect(Object.keys(content)).toEqual([type]);
  if (type === 'text/html') return;
  valid(
    `/paths/${escaped(template)}/${method.toLowerCase()}/responses/${got.status}/content/${escaped(type!)}/schema`,
    got.body,
  );
}

function valid(pointer: string, body: unknown): void {
  const validate = validatorAt(pointer);
  if (!validate(body))
    expect.fail(`${pointer}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body).slice(0, 500)}`);
}
