import { dispatch, type DispatchDeps } from '../lib/app/deliver/dispatch.ts';
import type { Event } from '../lib/core/jobs/event.ts';
import { newEventRow } from '../lib/core/jobs/event-row.ts';
import type { Job, JobSpec } from '../lib/core/jobs/job.ts';
import type { Observation, Report } from '../lib/core/jobs/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../lib/core/jobs/policy.ts';
import type { Receipt } from '../lib/core/notify/delivery.ts';
import { endpointId } from '../lib/core/notify/endpoint.ts';
import { compilePattern } from '../lib/core/notify/pattern.ts';
import { PRESETS } from '../lib/core/notify/presets.ts';
import { CHANNELS } from '../lib/adapters/channels/registry.ts';
import type { AllRules } from '../lib/core/notify/channel.ts';
import type { ChannelName, Subscription } from '../lib/core/notify/subscription.ts';
import type { Row } from '../lib/core/row.ts';
import type { CloudOrigin, Clouds, Message, Store, Table, Telemetry } from '../lib/ports.ts';

export const START = Date.parse('2026-03-01T12:00:00Z');
export const PROJECT = '0123456789abcdef0123456789abcdef';
export const POLICY: Policy = DEFAULT_POLICY;

/** A clock that stands still until it is told to move. */
export function testClock(start = START): { now: () => number; pass: (ms: number) => void } {
  let at = start;
  return { now: () => at, pass: (ms) => void (at += ms) };
}

export const report = (over: Partial<Report> = {}): Report => ({
  jobType: 'createServer',
  beganAt: '2026-03-01T12:00:01.000Z',
  endedAt: null,
  error: null,
  subJobs: { total: 0, succeeded: 0, failed: 0, running: 0 },
  entities: {},
  ...over,
});

export const running: Observation = { kind: 'running', status: 'RUNNING', report: report() };
export const succeeded: Observation = {
  kind: 'succeeded',
  status: 'SUCCESS',
  report: report({ endedAt: '2026-03-01T12:04:08.000Z', entities: { server_id: 'bae51750' } }),
};
export const failed: Observation = {
  kind: 'failed',
  status: 'FAIL',
  report: report({
    endedAt: '2026-03-01T12:04:08.000Z',
    error: { code: 'Ecs.0204', reason: 'quota exceeded', subJobs: [], subJobsOmitted: 0 },
  }),
};
export const unavailable: Observation = { kind: 'unavailable', detail: 'HTTP 502' };
export const throttled: Observation = { kind: 'throttled', detail: 'APIGW.0308', retryAfterMs: 60_000 };
export const denied: Observation = { kind: 'denied', detail: 'APIGW.0301' };

export const jobId = (n: number): string => n.toString(16).padStart(32, '0');
export const spec = (n: number, over: Partial<JobSpec> = {}): JobSpec => ({
  origin: 'hwc-ecs',
  projectId: PROJECT,
  jobId: jobId(n),
  ...over,
});

type Asked = Pick<Job, 'origin' | 'projectId' | 'jobId'>;
/** Clouds whose answers the test gives; it records who was asked about. */
export function scriptedClouds(
  answer: (job: Asked, nth: number) => Observation | Promise<Observation>,
  origins: readonly string[] = ['hwc-ecs', 'otc-ecs'],
): Clouds & { asked: Asked[] } {
  const asked: Asked[] = [];
  const describe = (origin: string): CloudOrigin | null =>
    origins.includes(origin)
      ? {
          info: {
            origin,
            service: 'ecs',
            cloud: 'huawei',
            region: 'eu-west-101',
            consoleUrl: 'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/vmList',
          },
          projectId: PROJECT,
          credentials: 'keys',
          account: `account of ${origin}`,
          concurrency: 4,
          rate: 1_000,
        }
      : null;
  return {
    asked,
    describe,
    async check(job) {
      if (!describe(job.origin))
        return { kind: 'misrouted', detail: `origin '${job.origin}' is not configured` };
      asked.push(job);
      return answer(job, asked.filter((a) => a.jobId === job.jobId).length);
    },
  };
}

export type Line = { level: string; event: string } & Record<string, unknown>;
export function recordingTelemetry(): Telemetry & { lines: Line[] } {
  const lines: Line[] = [];
  return { lines, line: (level, event, fields) => void lines.push({ level, event, ...fields }) };
}

export function pattern(raw: unknown): Subscription['pattern'] {
  const compiled = compilePattern(raw);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.pattern;
}

export function subscription(
  id: string,
  over: Partial<Subscription> & { addresses?: string[]; on?: keyof typeof PRESETS } = {},
): Subscription {
  const { addresses = [`https://hooks.test/${id}`], on = 'everything', ...rest } = over;
  const channel: ChannelName = rest.channel ?? 'webhook';
  return {
    id,
    name: id,
    pattern: pattern(PRESETS[on]),
    channel,
    targets: addresses.map((address) => ({
      endpoint: endpointId(channel, address),
      shown: address,
      address: () => address,
    })),
    ...rest,
  };
}

/** A channel that remembers what it sent and answers what it is told to. */
export function scriptedChannel(answer: (message: Message, nth: number) => Receipt | Promise<Receipt>): {
  send: (message: Message) => Promise<Receipt>;
  sent: Message[];
} {
  const sent: Message[] = [];
  return {
    sent,
    async send(message) {
      sent.push(message);
      return answer(message, sent.filter((m) => m.deliveryId === message.deliveryId).length);
    },
  };
}

export const ok: Receipt = { kind: 'sent', detail: 'HTTP 200' };

/** Every channel, with a schedule that a test can wait for, and as fast as its targets answer. */
export const rulesWith = (schedule: readonly number[]): AllRules =>
  Object.fromEntries(
    Object.entries(rulesWithoutRate()).map(([name, rules]) => [name, { ...rules, schedule }]),
  );
export const rulesWithoutRate = (): AllRules =>
  Object.fromEntries(
    Object.entries(CHANNELS as AllRules).map(([name, { schedule, claimMs, concurrency }]) => [
      name,
      { schedule, claimMs, concurrency },
    ]),
  );

/** Stores events as publishing does, and dispatches them. */
export async function dispatchStored(
  deps: DispatchDeps & Pick<Store, 'events'>,
  all: readonly Event[],
): Promise<void> {
  await deps.events.create(all.map((event) => newEventRow(event, deps.clock())));
  await dispatch(deps, all);
}

/**
 * A table in which somebody else writes to a row right before each write, as many times as are `left`: a writer then
 * has lost the race.
 */
export function contended<R extends Row, T extends Table<R>>(
  table: T & Table<R>,
  others: { left: number },
): T {
  const first = async (row: R): Promise<void> => {
    if (others.left <= 0) return;
    others.left -= 1;
    const there = await table.get(row.key);
    await (there ? table.save(there) : table.create([row]));
  };
  return {
    ...table,
    create: async (rows) => {
      for (const row of rows) await first(row);
      return table.create(rows);
    },
    save: async (row) => {
      await first(row);
      return table.save(row);
    },
    remove: async (row) => {
      await first(row);
      return table.remove(row);
    },
  };
}
