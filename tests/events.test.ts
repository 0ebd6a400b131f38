/**
 * `events/` is the contract: for each kind a JSON Schema made from the schema that the code uses, and a golden sample.
 * The samples are what the publisher emits, byte for byte, when these stories happen. `npx vitest run tests/events.test.ts
 * -u` writes them anew after a change that is meant.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import * as z from 'zod';
import { eventSchemas } from '../lib/core/jobs/event-schema.ts';
import {
  EVENT_KINDS,
  jobEvent,
  type Event,
  type EventKind,
  type TargetEventKind,
} from '../lib/core/jobs/event.ts';
import type { Receipt } from '../lib/core/notify/delivery.ts';
import { newJob, type JobSpec } from '../lib/core/jobs/job.ts';
import { decide } from '../lib/core/jobs/transition.ts';
import { newDurations } from '../lib/core/jobs/learnt.ts';
import type { Observation } from '../lib/core/jobs/observation.ts';
import { addTo, NO_SKETCH } from '../lib/core/jobs/sketch.ts';
import { deliver } from '../lib/app/deliver/deliver.ts';
import { drain, endpointsDue } from '../lib/app/deliver/drain.ts';
import { ping } from '../lib/app/deliver/ping.ts';
import { envelope } from '../lib/core/notify/presets.ts';
import { CHANNELS } from '../lib/adapters/channels/registry.ts';
import { openStore, type SqliteStore } from '../lib/adapters/store/sqlite/index.ts';
import { publishDue } from '../lib/app/sweep/publish.ts';
import { createLearning } from '../lib/app/sweep/learning.ts';
import { createPacer } from '../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../lib/app/sweep/sweep.ts';
import { track } from '../lib/app/sweep/track.ts';
import {
  failed,
  jobId,
  ok,
  POLICY,
  PROJECT,
  recordingTelemetry,
  report,
  scriptedChannel,
  scriptedClouds,
  START,
  subscription,
  succeeded,
  testClock,
  dispatchStored,
} from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** The job of the vendor's example: a server created by one sub-job in four minutes. */
const job: JobSpec = {
  origin: 'hwc-ecs',
  projectId: PROJECT,
  jobId: '2c9eb2c5544cbf6101544f0602af2b4f',
  name: 'web-7',
  labels: { team: 'platform' },
  requestedBy: 'terraform',
  correlationId: 'run-4711',
};
const created = report({
  beganAt: '2026-03-01T12:00:01.604Z',
  endedAt: '2026-03-01T12:01:08.593Z',
  subJobs: { total: 1, succeeded: 1, failed: 0, running: 0 },
});
const SERVER =
  'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/ecsDetail?instanceId=';
/** Forty such jobs took 40 to 79 s. */
const took = Array.from({ length: 40 }, (_, n) => (40 + n) * 1_000).reduce(addTo, NO_SKETCH);
const usual = { ...newDurations('hwc-ecs', 'createServer', 0), ended: 40, calls: 160, took };
const gone: Observation = {
  kind: 'not_found',
  proof: 'confirmed',
  routeConfirmed: false,
  detail: 'HTTP 400 Common.0011',
};
const refused = {
  code: 'Ecs.0204',
  reason: 'Quota exceeded for cores: requested 8, but already used 24 of 24 cores.',
  subJobs: [
    {
      jobId: '2c9eb2c5544cbf6101544f0635672b60',
      jobType: 'createSingleServer',
      code: 'Ecs.0204',
      reason: 'Quota exceeded for cores',
    },
  ],
  subJobsOmitted: 0,
};
const running: Observation = {
  kind: 'running',
  status: 'RUNNING',
  report: report({ beganAt: created.beganAt }),
};

const STEP_MS = 5_000;

type Told = Exclude<EventKind, TargetEventKind | 'ping' | 'summary'>;

/** What the cloud answers, check after check, until the event of that kind is published. */
const STORIES: Record<Told, (nth: number, jobId: string) => Observation> = {
  'job.succeeded': (nth) =>
    nth < 3
      ? running
      : {
          kind: 'succeeded',
          status: 'SUCCESS',
          report: {
            ...created,
            entities: { sub_jobs: [{ server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d' }] },
            consoleUrl: `${SERVER}bae51750-0089-41a1-9b18-5c777978ff6d`,
          },
        },
  'job.failed': (nth) =>
    nth < 3
      ? running
      : {
          kind: 'failed',
          status: 'FAIL',
          report: {
            ...created,
            error: refused,
            subJobs: { total: 1, succeeded: 0, failed: 1, running: 0 },
          },
        },
  'job.lost': (nth) => (nth < 3 ? running : gone),
  'job.overdue': () => running,
  'job.unreachable': (_, asked) =>
    asked === job.jobId ? { kind: 'malformed', detail: 'HTTP 200: unknown status SUSPENDED' } : running,
  'job.payment_pending': () => ({
    kind: 'awaiting_payment',
    status: 'PENDING_PAYMENT',
    report: report({ beganAt: null }),
  }),
  'group.ended': (nth, asked) =>
    asked === job.jobId ? STORIES['job.failed'](nth, asked) : STORIES['job.succeeded'](nth, asked),
  'group.failing': (nth, asked) => (asked === job.jobId ? STORIES['job.failed'](nth, asked) : running),
  'group.overdue': (_, asked) => (asked === job.jobId ? running : STORIES['job.succeeded'](3, asked)),
  'origin.unreachable': () => ({
    kind: 'denied',
    detail: 'HTTP 401 APIGW.0301: Incorrect IAM authentication',
  }),
  'origin.at_risk': () => ({ kind: 'unavailable', detail: 'HTTP 502: an HTML page' }),
  'origin.recovered': (nth) => (nth < 12 ? { kind: 'unavailable', detail: 'HTTP 502, not JSON' } : running),
};

/** Tracked beside it, where one is not enough. */
const other = { ...job, jobId: '2c9eb2c5544cbf6101544f0602af2b50', name: 'web-8' };

async function publisherOf(answer: (nth: number, jobId: string) => Observation, ofGroup = false) {
  const clock = testClock();
  const published: Event[] = [];
  await store.durations.create([usual]);
  const deps: SweepDeps = {
    learning: createLearning(store.durations, POLICY, clock.now),
    store,
    clouds: scriptedClouds(({ jobId }, nth) => answer(nth, jobId)),
    clock: clock.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    pacer: createPacer(),
    budget: 10,
    bus: {
      async publish(events) {
        published.push(...events);
        return events.map(() => ({ outcome: 'accepted' as const }));
      },
    },
  };
  await track(
    { ...deps, jobs: store.jobs, groups: store },
    ofGroup
      ? [
          { ...job, group: 'apply-42' },
          { ...other, group: 'apply-42', expect: 2 },
        ]
      : [job],
  );
  return { clock, published, deps };
}

/** Runs until the publisher has emitted an event of the kind, and returns it as the bus carries it. */
async function tell(kind: Told): Promise<object> {
  const { clock, published, deps } = await publisherOf(STORIES[kind], kind.startsWith('group.'));
  // That one job alone cannot be asked about is known from another one.
  if (kind === 'job.unreachable') await track({ ...deps, jobs: store.jobs }, [other]);
  for (let n = 0; n < 20_000; n += 1) {
    const found = published.find((e) => e.kind === kind);
    if (found) return envelope(found);
    await passToDue(clock);
    await sweep(deps);
  }
  throw new Error(`no ${kind} was published`);
}

/** Time passes in steps of five seconds, of which those are left out in which nothing is due. */
async function passToDue(clock: ReturnType<typeof testClock>): Promise<void> {
  const rows = [
    ...(await store.jobs.list({ limit: 10 })).rows,
    ...(await store.origins.list({ limit: 10 })).rows,
    ...(await store.groups.list({ limit: 10 })).rows,
  ];
  const next = Math.min(...rows.flatMap(({ due }) => due?.at ?? []));
  clock.pass(Math.max(1, Math.ceil((next - clock.now()) / STEP_MS)) * STEP_MS);
}

const broken: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
/** What the target answers, attempt after attempt. */
const ANSWERS: Record<TargetEventKind, (nth: number) => Receipt> = {
  'subscription.failing': () => broken,
  'subscription.disabled': () => ({ kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true }),
  'subscription.recovered': (nth) => (nth < 10 ? broken : ok),
  'delivery.failed': () => broken,
};

/** What an endpoint emits of itself. */
async function tellOfTarget(kind: TargetEventKind): Promise<object> {
  const { clock, published, deps } = await publisherOf(STORIES['job.succeeded']);
  const subscriptions = { all: async () => [subscription('ci')] };
  const channel = scriptedChannel((_, nth) => ANSWERS[kind](nth));
  while (published.length === 0) {
    clock.pass(5_000);
    await sweep(deps);
  }
  const doorbell = { ring: async () => {} };
  await dispatchStored({ ...store, subscriptions, doorbell, clock: clock.now }, published);
  const channels = { slack: channel, email: channel, webhook: channel };
  const delivering = { store, subscriptions, channels, rules: CHANNELS, clock: clock.now };
  for (;;) {
    const [row] = (await store.deliveries.list({ limit: 1 })).rows;
    clock.pass(Math.max(0, row!.due!.at - clock.now()));
    await deliver({ ...delivering, telemetry: deps.telemetry }, row!);
    await publishDue(deps, 10);
    const found = published.find((e) => e.kind === kind);
    if (found) return envelope(found);
  }
}

/** Somebody tries a subscription. */
async function tellPing(): Promise<object> {
  const deps = { ...store, doorbell: { ring: async () => {} }, clock: testClock().now };
  const [delivery] = await ping(deps, subscription('ci'), 'Anna');
  return envelope((await store.events.get(delivery!.event.metadata.id))!.event);
}

/** What is gathered for a target that gets more than people can read. */
async function tellSummary(): Promise<object> {
  const clock = testClock();
  const subscriptions = { all: async () => [subscription('ops', { channel: 'slack' })] };
  const channel = scriptedChannel(() => ok);
  const deps = {
    store,
    subscriptions,
    channels: { slack: channel, email: channel, webhook: channel },
    rules: CHANNELS,
    clock: clock.now,
    telemetry: recordingTelemetry(),
  };
  const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  const ended = Array.from({ length: 16 }, (_, n) => {
    const tracked = newJob({ ...job, jobId: jobId(n), name: `web-${n}` }, info, START, START);
    const settled = decide(tracked, n % 2 ? succeeded : failed, START, POLICY).job;
    return jobEvent(settled, settled.outbox[0]!);
  });
  const doorbell = { ring: async () => {} };
  await dispatchStored({ ...store, subscriptions, doorbell, clock: clock.now }, ended);
  for (let n = 0; n < 200; n += 1) {
    for (const endpoint of await endpointsDue(deps, 9)) await drain(deps, endpoint, () => true);
    const told = channel.sent.find(({ event }) => event.kind === 'summary');
    if (told) return envelope(told.event);
    clock.pass(500);
  }
  throw new Error('nothing was summed up');
}

const isOfTarget = (kind: EventKind): kind is TargetEventKind => kind in ANSWERS;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

describe('events/', () => {
  it.each(EVENT_KINDS)('%s.json is what the publisher emits', async (kind) => {
    const emitted = await (isOfTarget(kind)
      ? tellOfTarget(kind)
      : kind === 'ping'
        ? tellPing()
        : kind === 'summary'
          ? tellSummary()
          : tell(kind));
    await expect(json(emitted)).toMatchFileSnapshot(`../events/${kind}.json`);
  });

  it.each(EVENT_KINDS)('%s.schema.json is the schema that the code uses', async (kind) => {
    const member = eventSchemas().event.options.find((option) => option.shape.kind.value === kind)!;
    const { metadata, data } = member.shape;
    const schema = z.toJSONSchema(
      z.object({
        source: z.literal('jobchime'),
        'detail-type': z.literal(kind),
        detail: z.object({ metadata, data }),
      }),
      { io: 'input' },
    );
    await expect(json({ $id: `jobchime/${kind}`, title: kind, ...schema })).toMatchFileSnapshot(
      `../events/${kind}.schema.json`,
    );
  });

  it('holds a sample and a schema for every kind, and nothing else', () => {
    const expected = EVENT_KINDS.flatMap((kind) => [`${kind}.json`, `${kind}.schema.json`]);
    const found = readdirSync(new URL('../events', import.meta.url)).filter((f) => f.endsWith('.json'));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});
