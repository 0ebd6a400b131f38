import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { toEntry } from '../../../lib/adapters/bus/envelope.ts';
import { ENV } from '../../../lib/wire/aws/env.ts';
import { CHANNEL_NAMES } from '../../../lib/adapters/channels/registry.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { DEFAULT_POLICY } from '../../../lib/core/jobs/policy.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { checkQueue } from '../../../lib/core/row.ts';
import type { Definition, StoredSubscription } from '../../../lib/core/notify/stored-subscription.ts';
import type { DynamoStore } from '../../../lib/adapters/store/dynamodb/index.ts';
import { BUNDLING, entryOf } from '../../../scripts/bundle.ts';
import { openAt } from '../../../tests/adapters/store/dynamodb/dynalite.ts';
import limits from '../../../deploy/limits.cjs';
import { ours } from '../../check/ours.ts';
import { ACCESS_KEY, hasEnded, inLanes, PROJECT, SECRET_KEY } from '../../check/world.ts';
import { inChild } from '../../harness/child.ts';
import { endOf } from '../delivery.ts';
import { submission } from '../cloud.ts';
import { LATENCY } from '../latency.ts';
import type { Ran } from './container.ts';
import { bounded, shareOf } from './quota.ts';

/** What containers did side by side. */
export interface Measured {
  workers: number;
  /** All of them together. */
  perSecond: number;
  /** Processor time for one, in microseconds. */
  cpuUs: number;
  /** What its processor share would allow, if a worker did nothing but use it. */
  atMost: number;
  /** Whether the share was really given, or reckoned. */
  isBounded: boolean;
}

export interface Swept extends Measured {
  /** How late the checks were at the end. */
  lagMs: number;
}

const NAMES = ['sweep', 'track', 'route', 'webhook'] as const;
type Name = (typeof NAMES)[number];

const NAME = '/jobchime/dev/config';
/** Origins of one worker. Each allows more than it is asked for, so that the worker alone is the limit. */
const ORIGINS = 40;
const RATE = 10;
/** A job is looked at some nine times until its end. */
const CHECKS_EACH = 9;
/** Jobs of each worker that fall due for the first time, beside those that do so again after half a minute. */
const NEW_A_SECOND = 30;

const SECOND = 1_000;
/** What a function keeps for its last check, and what it leaves unused of its time. */
const SPARE_MS = 40_000;

const originNamed = (worker: number, n: number): string => `hwc-${worker}-${n}`;

export interface World {
  /** Checks of the sweep by so many workers at once. */
  sweep(workers: number, seconds: number, warmFor: number): Promise<Swept>;
  /** Jobs that are taken up, one an event, by one container. */
  track(events: number): Promise<Measured>;
  /** Events that are routed, and messages that are delivered, by one container each. */
  route(subscriptions: number, events: number): Promise<{ route: Measured; webhook: Measured }>;
  close(): Promise<void>;
}

/** Real bundles, each in a process that has no more of a processor than Lambda gives it, where `isBounding`. */
export async function openWorld(mostWorkers: number, isBounding: boolean): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-scale-'));
  const cloud = await inChild(new URL('../../check/cloud.ts', import.meta.url));
  const account = await inChild(new URL('account.ts', import.meta.url));
  const port = await cloud.call<number>('start', { latencyMs: LATENCY.cloud });
  const url = await account.call<string>('start');
  await account.call('put', '/jobchime/dev/clouds/access', ACCESS_KEY);
  await account.call('put', '/jobchime/dev/clouds/secret', SECRET_KEY);
  await account.call('put', '/jobchime/dev/webhook/key', `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
  await account.call('put', NAME, configFor(mostWorkers, port, url));
  await build({ ...BUNDLING, entryPoints: NAMES.map(entryOf), outdir: folder });

  async function container(name: Name, table: string) {
    const child = await inChild(new URL('container.ts', import.meta.url), {
      env: environment(name, url, table),
    });
    await child.call('load', join(folder, `${name}.mjs`));
    let limit: ReturnType<typeof bounded> = null;
    return {
      /** From now on it has what Lambda gives. Whatever comes before makes it warm, as a container is that has run for minutes. */
      bound: () => isBounding && (limit = bounded(child.pid, limits[name]!.memory)) !== null,
      invoke: (event: unknown, remainingMs: number) => child.call<Ran>('invoke', event, remainingMs),
      async stop() {
        await child.stop();
        limit?.free();
      },
    };
  }
  const measured = (
    workers: number,
    units: number,
    ran: readonly Pick<Ran, 'cpuUs' | 'wallMs'>[],
    name: string,
    isBounded: boolean,
  ): Measured => {
    const cpuUs = ran.reduce((sum, one) => sum + one.cpuUs, 0) / units;
    const wallMs = Math.max(...ran.map((one) => one.wallMs));
    const atMost = (shareOf(limits[name]!.memory) * 1_000_000) / cpuUs;
    const seen = (units / wallMs) * 1_000;
    // Where nothing bounds it, no more is believed than its share would have allowed.
    const perSecond = isBounded ? seen : Math.min(seen, atMost * workers);
    return { workers, perSecond, cpuUs, atMost, isBounded };
  };

  /** One batch after the other in one container. */
  function inTurn(name: string, { ran, isBounded }: Batches): Measured {
    const wallMs = ran.reduce((sum, one) => sum + one.wallMs, 0);
    const cpuUs = ran.reduce((sum, one) => sum + one.cpuUs, 0);
    return measured(1, ran.length * limits[name]!.batch, [{ wallMs, cpuUs }], name, isBounded);
  }

  return {
    async sweep(workers, seconds, warmFor) {
      const table = await account.call<string>('newTable');
      const store = openAt(url, table);
      const shards = Array.from({ length: workers }, (_, worker) =>
        Array.from({ length: ORIGINS }, (__, n) => originNamed(worker, n)),
      );
      const jobs = NEW_A_SECOND * (seconds + warmFor);
      for (const origins of shards) await fill(store, port, origins, jobs, NEW_A_SECOND);
      const containers = await Promise.all(shards.map(() => container('sweep', table)));
      const run = (forSeconds: number): Promise<Ran[]> =>
        Promise.all(
          containers.map(({ invoke }, worker) => {
            const until = Date.now() + forSeconds * SECOND;
            const body = JSON.stringify({ origins: shards[worker]!, until });
            return invoke({ Records: [{ messageId: '1', body }] }, forSeconds * SECOND + SPARE_MS);
          }),
        );
      await run(warmFor);
      const isBounded = containers.map(({ bound }) => bound()).every(Boolean);
      let ran = await run(seconds);
      // A busy machine may not get as far in seconds as to a check: it is given more of them.
      for (let tries = 1; checksOf(ran) === 0 && tries < TRIES; tries += 1)
        ran = await run(seconds * 2 ** tries);
      await Promise.all(containers.map(({ stop }) => stop()));
      await store.close();
      const checked = checksOf(ran);
      if (checked === 0) throw new Error('no check was made');
      const lagMs = Math.max(...ran.map(({ finished }) => finished!['lagMs']!));
      return { ...measured(workers, checked, ran, 'sweep', isBounded), lagMs };
    },

    async track(count) {
      const taking = await container('track', await account.call<string>('newTable'));
      const bodies = Array.from({ length: count }, (_, n) => {
        const { origin: _origin, ...said } = submission(n, 1);
        const detail = { origin: originNamed(0, n % ORIGINS), ...said };
        return JSON.stringify({ 'detail-type': 'job.submitted', detail });
      });
      const taken = await inBatches(taking, bodies, limits['track']!.batch);
      await taking.stop();
      return inTurn('track', taken);
    },

    async route(subscriptions, count) {
      const table = await account.call<string>('newTable');
      const store = openAt(url, table);
      const rows = Array.from({ length: subscriptions }, (_, n) => watching(n));
      for (const row of rows) await store.subscriptions.create([row]);
      const events = Array.from({ length: count }, (_, n) => endOf(n, { team: teamOf(n, subscriptions) }));
      await store.events.create(events.map((event) => newEventRow(event, Date.now())));
      const routing = await container('route', table);
      const ran = await inBatches(routing, events.map(told), limits['route']!.batch);
      await routing.stop();
      const { rows: deliveries } = await store.deliveries.list({ limit: count * 3 });
      const rings = deliveries
        .filter(({ channel }) => channel === 'webhook')
        .map(({ key }) => JSON.stringify({ delivery: key }));
      if (rings.length < count) throw new Error(`${rings.length} deliveries of ${count} events`);
      const posting = await container('webhook', table);
      const posted = await inBatches(posting, rings, limits['webhook']!.batch);
      await posting.stop();
      await store.close();
      return { route: inTurn('route', ran), webhook: inTurn('webhook', posted) };
    },

    async close() {
      await Promise.all([cloud.stop(), account.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TRIES = 6;
const checksOf = (ran: readonly Ran[]): number =>
  ran.reduce((sum, { finished }) => sum + finished!['checked']!, 0);

/** Batches that make a container warm. */
const WARM_BATCHES = 15;

interface Batches {
  ran: Ran[];
  isBounded: boolean;
}
async function inBatches(
  { invoke, bound }: { invoke: (event: unknown, remainingMs: number) => Promise<Ran>; bound: () => boolean },
  bodies: readonly string[],
  size: number,
): Promise<Batches> {
  const ran: Ran[] = [];
  let isBounded = false;
  const batches = Math.floor(bodies.length / size);
  const warm = Math.min(WARM_BATCHES, batches - 1);
  for (let n = 0; n < batches; n += 1) {
    if (n === warm) isBounded = bound();
    const Records = bodies.slice(n * size, (n + 1) * size).map((body, i) => ({ messageId: String(i), body }));
    const one = await invoke({ Records }, 60 * SECOND);
    if (n >= warm) ran.push(one);
  }
  return { ran, isBounded };
}

/**
 * Jobs that fall due one after the other, somewhat faster than a worker can check them. Of nine one is new, one has ended, and the
 * others go on as they were seen before.
 */
async function fill(
  store: DynamoStore,
  port: number,
  origins: readonly string[],
  jobs: number,
  perSecond: number,
): Promise<void> {
  const now = Date.now();
  const { observe, close } = ours(port);
  const rows: Job[] = [];
  await inLanes(jobs, LANES, async (n) => {
    const origin = origins[n % origins.length]!;
    const info = { origin, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    const spec = { origin, projectId: PROJECT, jobId: idOf(n), name: 'web-01', labels: { team: 'platform' } };
    const at = now + (n / perSecond) * SECOND;
    const job = newJob(spec, info, now - 60_000, at);
    const isNew = n % CHECKS_EACH === 1;
    const seen = isNew ? null : await observe(job.jobId);
    const row = seen?.kind === 'running' ? decide(job, seen, now - 30_000, DEFAULT_POLICY).job : job;
    rows.push({ ...row, due: { queue: checkQueue(origin), at }, nextCheckAt: at });
  });
  await close();
  await inLanes(Math.ceil(rows.length / PAGE), 1, async (n) => {
    await store.jobs.create(rows.slice(n * PAGE, (n + 1) * PAGE));
  });
}
const PAGE = 200;
const LANES = 64;

/** The stand-in tells by the last digit whether a job has ended. */
function idOf(n: number): string {
  const digits = [...'0123456789abcdef'].filter((digit) => hasEnded(digit) === (n % CHECKS_EACH === 0));
  return `2c9eb2c5544cbf6101544f06${n.toString(16).padStart(7, '0')}${digits[n % digits.length]}`;
}

const teamOf = (n: number, subscriptions: number): string => `team-${n % Math.max(1, subscriptions)}`;

/** One of many subscriptions, each of which wants what concerns its own team. */
export function watching(n: number): StoredSubscription {
  const address = `team-${n}@example.com`;
  const definition: Definition = {
    name: `team ${n}`,
    on: null,
    pattern: {
      'detail-type': ['job.succeeded'],
      detail: { data: { job: { labels: { team: [`team-${n}`] } } } },
    },
    channel: 'email',
    endpoint: `end_${n}`,
    shown: address,
    address,
    signingKeys: [],
    confirmation: null,
  };
  return {
    key: `sub_${n.toString(16).padStart(12, '0')}`,
    version: 0,
    state: 'active',
    createdAt: Date.now(),
    due: null,
    definition,
  };
}

/** As EventBridge hands it on. */
function told(event: Event): string {
  const { Source, DetailType, Detail, Resources } = toEntry(event, 'bus');
  return JSON.stringify({
    version: '0',
    id: event.metadata.id,
    'detail-type': DetailType,
    source: Source,
    account: '123456789012',
    time: event.metadata.time,
    region: 'us-east-1',
    resources: Resources,
    detail: JSON.parse(Detail) as unknown,
  });
}

const configFor = (workers: number, port: number, url: string): string => {
  const all = Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: ORIGINS }, (__, n) => originNamed(worker, n)),
  ).flat();
  const origins = all.map(
    (
      name,
    ) => `  ${name}: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: 'http://127.0.0.1:${port}/${name}', project: '${PROJECT}', rate: ${RATE},
    auth: { access_key: 'ssm:/jobchime/dev/clouds/access', secret_key: 'ssm:/jobchime/dev/clouds/secret' } }`,
  );
  return `origins:
${origins.join('\n')}
subscriptions:
  all: { on: everything, channel: webhook, target: '${url}/hook', signing_keys: ['ssm:/jobchime/dev/webhook/key'] }
allow_private: [127.0.0.1]
log_level: info
`;
};

function environment(name: Name, url: string, table: string): NodeJS.ProcessEnv {
  const keys = Object.keys(ENV()[name].shape).filter((key) => key.startsWith('JOBCHIME_'));
  const own = keys.map((key) => [key, `${url}/${key}`]);
  return {
    ...Object.fromEntries(own),
    JOBCHIME_STAGE: 'dev',
    JOBCHIME_TABLE: table,
    JOBCHIME_CONFIG: NAME,
    JOBCHIME_CHANNELS: CHANNEL_NAMES.join(','),
    JOBCHIME_BUS: 'bus',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}
