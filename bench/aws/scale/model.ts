import { createEventBridgeBus } from '../../../lib/adapters/bus/eventbridge.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { originsWaiting, waitingAmong } from '../../../lib/app/sweep/due-checks.ts';
import { planShards } from '../../../lib/app/sweep/plan-shards.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { DEFAULT_POLICY } from '../../../lib/core/jobs/policy.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { checkQueue } from '../../../lib/core/row.ts';
import type { Clouds, Store } from '../../../lib/ports.ts';
import { CAPACITY } from '../../../lib/wire/aws/sweep.ts';
import { createCloud, REPORT, RUNS_MS, submission } from '../cloud.ts';
import { LATENCY } from '../latency.ts';
import { virtualTime, type VirtualTime } from '../time.ts';
import { shareOf } from './quota.ts';
import limits from '../../../deploy/limits.cjs';

export interface Load {
  origins: number;
  /** Jobs that are handed in, and that end, in a second: of all origins. */
  jobsPerSecond: number;
  minutes: number;
  /** Processor time of a check, as it was measured. */
  cpuUs: number;
}
export interface Modelled {
  /** Runs of the sweep side by side, that of the schedule among them. */
  workers: number;
  checksPerSecond: number;
  endsPerMinute: number;
  /** From the end of a job until it was found out, on the average, and what was left undone at the end of a minute. */
  lateMs: number;
  lagMs: number;
  /** Seconds for which all of them together run in a minute. */
  awakeSeconds: number;
  /** Of the processor share of the busiest worker. */
  busy: number;
}

const START = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
const SECOND = 1_000;
const WINDOW_MS = 50_000;
const BUDGET = 200;
const MAX_ORIGINS = 2_000;
const WARM_MINUTES = 2;

/**
 * The real sweep with its real plan, in a time that need not be waited for: the table takes its time for each call, the cloud for
 * each answer, and a worker does one thing after the other with its share of a processor.
 */
export async function model({ origins, jobsPerSecond, minutes, cpuUs }: Load): Promise<Modelled> {
  const time = virtualTime(START);
  const kept = openStore(':memory:');
  const store = distant(kept, time);
  const counted = { checks: 0, ends: 0, lateMs: 0, lagMs: 0, workers: 0, awakeMs: 0 };
  const cloud = createCloud(time, (lateMs) => {
    counted.checks += 1;
    if (lateMs === null) return;
    counted.ends += 1;
    counted.lateMs += lateMs;
  });
  await seed(kept, cloud, origins, jobsPerSecond);
  const costMs = cpuUs / 1_000 / shareOf(limits['sweep']!.memory);
  const client = { send: ({ input }: { input: { Entries: unknown[] } }) => taken(time, input.Entries) };
  const workers = new Map<number, ReturnType<typeof worker>>();
  function worker() {
    let free = START;
    let usedMs = 0;
    const clouds: Clouds = {
      ...cloud,
      async check(job) {
        free = Math.max(time.now(), free) + costMs;
        usedMs += costMs;
        await time.until(free);
        return cloud.check(job);
      },
    };
    const bus = createEventBridgeBus({
      client: client as never,
      busName: 'jobchime',
      clock: time.now,
      sleep: time.sleep,
    });
    return { clouds, bus, pacer: createPacer(), used: () => usedMs };
  }
  const nth = (n: number) => workers.get(n) ?? workers.set(n, worker()).get(n)!;
  const telemetry = { line: () => {} };
  const shared = { store, telemetry, clock: time.now, policy: DEFAULT_POLICY, budget: BUDGET };

  async function minute(n: number): Promise<void> {
    const until = time.now() + WINDOW_MS;
    const run = async (of: number, more: object, waiting: (before: number) => Promise<string[]>) => {
      const began = time.now();
      const { clouds, bus, pacer } = nth(of);
      const deps = { ...shared, clouds, bus, pacer, lease: { holder: `${n}-${of}`, until }, ...more };
      const swept = await sweepWindow(deps, { until, sleep: time.sleep, waiting });
      counted.awakeMs += time.now() - began;
      return swept;
    };
    const plan = { jobs: store.jobs, clouds: cloud, policy: DEFAULT_POLICY };
    const [, ...others] = await planShards(plan, until, CAPACITY);
    const handed = new Set(others.flat());
    await time.sleep(LATENCY.queue);
    const first = run(0, {}, async (before) =>
      (await originsWaiting(store.jobs, before, MAX_ORIGINS)).filter((origin) => !handed.has(origin)),
    );
    const rest = others
      .slice(0, limits['sweep']!.concurrency)
      .map((shard, of) => run(of + 1, { isHelper: true }, waitingAmong(store.jobs, shard)));
    const ended = await Promise.all([first, ...rest]);
    counted.workers = Math.max(counted.workers, ended.length);
    if (n >= WARM_MINUTES) counted.lagMs = Math.max(counted.lagMs, ...ended.map(({ lagMs }) => lagMs));
  }

  const all = WARM_MINUTES + minutes;
  const begin = START + WARM_MINUTES * MINUTE;
  const end = START + all * MINUTE;
  const handingIn = async (): Promise<void> => {
    let next = Math.ceil(jobsPerSecond * LIFE_S);
    for (let second = 0; second < all * 60; second += 1) {
      await time.until(START + second * SECOND);
      const last = Math.ceil(jobsPerSecond * (LIFE_S + second + 1));
      const rows: Job[] = [];
      for (; next < last; next += 1) {
        const row = rowOf(next, origins, time.now(), time.now() + DEFAULT_POLICY.firstCheck);
        cloud.begin(row.jobId);
        rows.push(row);
      }
      if (rows.length > 0) await time.take(0, () => kept.jobs.create(rows));
    }
  };
  const watched = async () => {
    await time.until(begin);
    const before = { ...counted, used: usedOf(workers) };
    await time.until(end);
    return { before, after: { ...counted, used: usedOf(workers) } };
  };
  const minuteByMinute = Array.from({ length: all }, async (_, n) => {
    await time.until(START + n * MINUTE);
    await minute(n);
  });
  const [{ before, after }] = await time.run(Promise.all([watched(), handingIn(), ...minuteByMinute]));
  await kept.close();
  const seconds = minutes * 60;
  const ends = after.ends - before.ends;
  return {
    workers: counted.workers,
    checksPerSecond: (after.checks - before.checks) / seconds,
    endsPerMinute: ends / minutes,
    lateMs: (after.lateMs - before.lateMs) / ends,
    lagMs: counted.lagMs,
    awakeSeconds: (after.awakeMs - before.awakeMs) / 1_000 / minutes,
    busy: Math.max(...after.used.map((used, n) => used - (before.used[n] ?? 0))) / (seconds * 1_000),
  };
}

const usedOf = (workers: ReadonlyMap<number, { used(): number }>): number[] =>
  [...workers.values()].map((one) => one.used());

async function taken(time: VirtualTime, entries: readonly unknown[]): Promise<object> {
  await time.sleep(LATENCY.bus);
  return { Entries: entries.map((_, n) => ({ EventId: String(n) })) };
}

/** From being handed in until its end is found out. */
const LIFE_S = (RUNS_MS + 15_000) / SECOND;

/** As if jobs had come and gone at this rate for a long time. */
async function seed(
  store: Store,
  cloud: ReturnType<typeof createCloud>,
  origins: number,
  jobsPerSecond: number,
): Promise<void> {
  const rows = Array.from({ length: Math.ceil(jobsPerSecond * LIFE_S) }, (_, n): Job => {
    const trackedAt = START - LIFE_S * SECOND + (n / jobsPerSecond) * SECOND;
    const job = rowOf(n, origins, trackedAt, trackedAt);
    cloud.begin(job.jobId, trackedAt);
    const seen = decide(
      job,
      { kind: 'running', status: 'RUNNING', report: REPORT },
      START,
      DEFAULT_POLICY,
    ).job;
    const at = START + ((n * 0.618_034) % 1) * DEFAULT_POLICY.checkEvery;
    return { ...seen, due: { queue: checkQueue(job.origin), at }, nextCheckAt: at };
  });
  for (let at = 0; at < rows.length; at += 500) await store.jobs.create(rows.slice(at, at + 500));
}

function rowOf(n: number, origins: number, trackedAt: number, firstCheckAt: number): Job {
  const { jobIds, ...said } = submission(n, origins);
  const info = { origin: said.origin, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  return newJob({ ...said, jobId: jobIds[0]! }, info, trackedAt, firstCheckAt);
}

/** The same store, a table of DynamoDB away, and without what that cannot do. */
function distant(store: Store, time: VirtualTime): Store {
  const away = <T extends object>(table: T): T =>
    Object.fromEntries(
      Object.entries(table).map(([name, verb]) => [
        name,
        typeof verb === 'function'
          ? (...args: unknown[]) => time.take(LATENCY.dynamo, async () => (verb as Verb)(...args))
          : verb,
      ]),
    ) as T;
  const { together, ...rest } = store;
  void together;
  return Object.fromEntries(
    Object.entries(rest).map(([name, table]) => [name, typeof table === 'object' ? away(table) : table]),
  ) as unknown as Store;
}
type Verb = (...args: unknown[]) => unknown;
