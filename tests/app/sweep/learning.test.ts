import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openAt, startDynamo, type Dynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createLearning } from '../../../lib/app/sweep/learning.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { MAX_TYPES } from '../../../lib/core/jobs/learnt.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Store } from '../../../lib/ports.ts';
import { POLICY, report, START } from '../../kit.ts';
import { HOMES, HOUR, MINUTE, SECOND, sweeping, type Home } from './world.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

/** As each home keeps its rows. */
async function ownOf(home: Home): Promise<Store> {
  if (home === 'one machine') return store;
  const opened = openAt(dynamo.endpoint, await dynamo.newTable());
  onTestFinished(() => opened.close());
  return opened;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Jobs that take four minutes each, begun one every ten seconds, and what the cloud says of them. */
const TOOK = 4 * MINUTE;
const begunAt = (jobId: string): number => START + Number.parseInt(jobId, 16) * 10 * SECOND;
function answer(now: number, jobId: string, jobType = 'createServer'): Observation {
  const began = begunAt(jobId);
  const beganAt = iso(began);
  if (now < began + TOOK) return { kind: 'running', status: 'RUNNING', report: report({ jobType, beganAt }) };
  const ended = report({ jobType, beganAt, endedAt: iso(began + TOOK) });
  return { kind: 'succeeded', status: 'SUCCESS', report: ended };
}

function world(home: Home, of: Store = store, policy = POLICY, jobType?: (jobId: string) => string) {
  const w = sweeping(of, (age, { jobId }) => answer(START + age, jobId, jobType?.(jobId)), home);
  const learning = createLearning(of.durations, policy, w.clock.now);
  Object.assign(w.deps, { learning, policy, pacer: createPacer() });
  return { ...w, learning };
}

/** Hands jobs in as they begin, and lets the clock go on until all have ended. `isKilled`: what is not worth a write by then is lost. */
async function live(w: ReturnType<typeof world>, from: number, to: number, isKilled = false): Promise<void> {
  for (let n = from; n <= to; n += 6) {
    const untilThen = begunAt(n.toString(16)) + MINUTE - w.clock.now();
    if (untilThen > 0) await w.run(untilThen);
    await w.hand(Math.min(6, to - n + 1), n);
    await w.learning.flush();
  }
  await w.run(10 * MINUTE);
  await w.learning.flush(!isKilled);
}

describe.each(HOMES)('what ends on %s', (home) => {
  it('teaches how long such jobs take, and their events say so from then on', async () => {
    const w = world(home);
    await live(w, 1, 60);
    const row = await store.durations.get('hwc-ecs/createServer');
    expect(row).toMatchObject({ origin: 'hwc-ecs', jobType: 'createServer', ended: 60 });
    expect(row!.calls).toBeGreaterThan(60 * 2);
    const ends = w.events as (Event & { data: { usual?: unknown } })[];
    expect(ends).toHaveLength(60);
    expect(ends[0]!.data).not.toHaveProperty('usual');
    const { p50, count } = ends.at(-1)!.data.usual as { p50: number; count: number };
    expect(p50 / TOOK).toBeCloseTo(1, 1);
    expect(count).toBeGreaterThanOrEqual(20);
  });

  it('is known to the next process too, also after a kill, which asks less often with `auto`', async () => {
    const kept = await ownOf(home);
    const callsOf = async (from: number, count: number, policy: typeof POLICY): Promise<number> => {
      const w = world(home, kept, policy);
      if (from > 1) w.clock.pass(begunAt(from.toString(16)) - START);
      await live(w, from, from + count - 1, true);
      return w.clouds.asked.length / count;
    };
    const fixed = await callsOf(1, 30, POLICY);
    const learnt = await callsOf(1_001, 12, { ...POLICY, checkAuto: true });
    expect(learnt).toBeLessThan(fixed / 2);
  });
});

describe('what is learnt', () => {
  const lesson = (w: ReturnType<typeof world>, jobId: string, jobType = 'createServer') => {
    const job = { origin: 'hwc-ecs', seen: 'running', state: 'outstanding', createdAt: START, seenAt: START };
    const ended = answer(START + HOUR, jobId, jobType) as { report: unknown };
    const before = { ...job, report: ended.report } as never;
    const after = { ...job, state: 'succeeded', seenAt: START + HOUR, report: ended.report } as never;
    w.learning.note(before, after, START + HOUR);
  };

  const running = (w: ReturnType<typeof world>, jobId: string, jobType: string) => {
    const job = { origin: 'hwc-ecs', seen: 'running', state: 'outstanding', createdAt: START, seenAt: START };
    const { report } = answer(begunAt(jobId), jobId, jobType) as { report: unknown };
    w.learning.note({ ...job, report } as never, { ...job, report } as never, START);
  };

  it('is written now and then, not for each job', async () => {
    const w = world('one machine');
    w.clock.pass(HOUR);
    for (let n = 1; n <= 400; n += 1) {
      lesson(w, (n % 100).toString(16));
      await w.learning.flush();
    }
    await w.learning.flush(true);
    const row = await store.durations.get('hwc-ecs/createServer');
    expect(row!.ended).toBe(400);
    expect(row!.version).toBeLessThan(100);
  });

  it('adds up where several workers learn at once, and where a write loses its race', async () => {
    const [one, other] = [world('one machine'), world('one machine')];
    for (let n = 1; n <= 10; n += 1) lesson(n % 2 ? one : other, n.toString(16));
    await Promise.all([one.learning.flush(), other.learning.flush()]);
    expect((await store.durations.get('hwc-ecs/createServer'))!.ended).toBe(10);

    const { durations } = store;
    let refused = 0;
    const raced = { ...durations, save: async () => ((refused += 1), { outcome: 'raced' as const }) };
    const unlucky = world('one machine', { ...store, durations: raced });
    lesson(unlucky, 'a');
    await unlucky.learning.flush();
    expect(refused).toBeGreaterThan(1);
    raced.save = durations.save as never;
    lesson(unlucky, 'b');
    await unlucky.learning.flush(true);
    expect((await durations.get('hwc-ecs/createServer'))!.ended).toBe(12);
  });

  it('is kept of some types alone, whatever a cloud calls its jobs', async () => {
    const w = world('one machine');
    for (let n = 1; n <= 2 * MAX_TYPES; n += 1) lesson(w, n.toString(16), `type ${n}`);
    await w.learning.flush(true);
    const { rows } = await store.durations.list({ limit: 1_000 });
    expect(rows).toHaveLength(MAX_TYPES);
    expect(rows.reduce((sum, { ended }) => sum + ended, 0)).toBe(2 * MAX_TYPES);
  });

  it('is kept of no more types where several workers see different ones', async () => {
    const both = [world('one machine'), world('one machine')];
    for (const [at, w] of both.entries()) {
      for (let n = 1; n < MAX_TYPES; n += 1) lesson(w, n.toString(16), `type ${at}.${n}`);
    }
    for (const w of both) await w.learning.flush(true);
    const { rows } = await store.durations.list({ limit: 1_000 });
    expect(rows).toHaveLength(MAX_TYPES);
    expect(rows.reduce((sum, { ended }) => sum + ended, 0)).toBe(2 * (MAX_TYPES - 1));
  });

  it('takes no more memory and no more rows for ten thousand types than for some, whether they end or not', async () => {
    let writes = 0;
    const { durations } = store;
    const counted =
      <A extends unknown[], T>(verb: (...args: A) => T) =>
      (...args: A): T => {
        writes += 1;
        return verb(...args);
      };
    const w = world('one machine', {
      ...store,
      durations: { ...durations, create: counted(durations.create), save: counted(durations.save) },
    });
    for (let n = 1; n <= 10_000; n += 1) {
      const [jobId, jobType] = [(n % 100).toString(16), `type ${n}`];
      if (n % 2) lesson(w, jobId, jobType);
      else running(w, jobId, jobType);
    }
    await w.learning.flush(true);
    const { rows } = await store.durations.list({ limit: 20_000 });
    expect(rows.length).toBeLessThanOrEqual(MAX_TYPES);
    // What was held until then is what is written now.
    expect(writes).toBeLessThanOrEqual(MAX_TYPES);
    expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(10_000);
    expect(JSON.stringify(rows).length).toBeLessThan(MAX_TYPES * 2_000);
  });

  it('is read once in a window', async () => {
    let reads = 0;
    const counted: Store = {
      ...store,
      durations: {
        ...store.durations,
        list(query) {
          reads += 1;
          return store.durations.list(query);
        },
      },
    };
    const w = world('AWS', counted);
    await w.hand(20);
    w.clock.pass(10 * SECOND);
    const until = w.clock.now() + 50 * SECOND;
    await sweepWindow(w.deps, { until, sleep: async (ms) => w.clock.pass(ms) });
    expect(w.clouds.asked.length).toBeGreaterThanOrEqual(40);
    expect(reads).toBe(1);
  });
});

describe('a budget that does not suffice', () => {
  it.each(HOMES)('is spent where an end is likely: half the delay on %s', async (home) => {
    const delays = async (of: SqliteStore, teach: boolean): Promise<number> => {
      const w = world(home, of);
      const { describe } = w.clouds;
      if (!teach) delete w.deps.learning;
      // Some 24 jobs are outstanding at any time; at one call in five seconds each has its turn every two minutes.
      w.clouds.describe = (origin) => ({ ...describe(origin)!, rate: 0.2 });
      await live(w, 1, 300);
      const late = (w.events as { metadata: { time: string }; data: { endedAt: string } }[])
        .slice(100)
        .map(({ metadata, data }) => Date.parse(metadata.time) - Date.parse(data.endedAt));
      return late.reduce((sum, ms) => sum + ms, 0) / late.length;
    };
    const unlearnt = openStore(':memory:');
    const fair = await delays(unlearnt, false);
    await unlearnt.close();
    expect(await delays(store, true)).toBeLessThan(fair / 2);
  });
});
