import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { checkBuffer } from '../../../lib/app/sweep/check-buffer.ts';
import { sweepWindow, type WindowSwept } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { untrack } from '../../../lib/app/sweep/untrack.ts';
import {
  jobId,
  POLICY,
  PROJECT,
  report,
  running,
  scriptedClouds,
  spec,
  START,
  succeeded,
  unavailable,
} from '../../kit.ts';
import { sweepWorld } from './world.ts';

const MINUTE = 60_000;
const WINDOW = 50_000;

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** Minutes as the schedule brings them; `answer` is told how long the job has been tracked. */
function setUp(answer: (age: number, job: { jobId: string }) => Observation, rate = 50) {
  const asked: string[] = [];
  const { clock, events, deps } = sweepWorld(store, (now) => {
    const scripted = scriptedClouds((job) => {
      asked.push(job.jobId);
      return answer(now() - START, job);
    });
    return { ...scripted, describe: (name: string) => ({ ...scripted.describe(name)!, rate }) };
  });
  const sleep = async (ms: number) => clock.pass(ms);
  let nth = 0;
  const minute = async (): Promise<WindowSwept> => {
    clock.pass(START + nth++ * MINUTE - clock.now());
    return sweepWindow(deps, { until: clock.now() + WINDOW, sleep });
  };
  const minutes = async (count: number): Promise<WindowSwept[]> => {
    const windows: WindowSwept[] = [];
    for (let i = 0; i < count; i += 1) windows.push(await minute());
    return windows;
  };
  const hand = (count: number) =>
    track(
      { ...deps, jobs: store.jobs },
      Array.from({ length: count }, (_, n) => spec(n + 1)),
    );
  return { deps, clock, asked, events, minute, minutes, hand };
}

const rowOf = async (n: number): Promise<Job> => (await store.jobs.get(`hwc-ecs/${PROJECT}/${jobId(n)}`))!;
const endsAfter = (ms: number) => (age: number) => (age < ms ? running : succeeded);

describe('the checks of a window', () => {
  it('cost no write while a job goes on as before', async () => {
    const { asked, events, minutes, hand } = setUp(endsAfter(4 * MINUTE));
    await hand(1);
    await minutes(5);
    expect(events.map(({ kind }) => kind)).toEqual(['job.succeeded']);
    // One each minute as the window begins, one 30 s later; the first one comes 5 s after tracking.
    expect(asked).toHaveLength(9);
    // Tracked, seen running, ended, published.
    expect((await rowOf(1)).version).toBe(4);
  });

  it('read each row about once in a window, however often it is checked', async () => {
    const { deps, minute, hand } = setUp(() => running);
    await hand(40);
    await minute();
    let read = 0;
    const due: typeof store.jobs.due = async (...query) => {
      const rows = await store.jobs.due(...query);
      read += rows.length;
      return rows;
    };
    deps.store = { ...store, jobs: { ...store.jobs, due } };
    await minute();
    expect(read).toBeLessThan(1.5 * 40);
  });

  it('ask the table once in two seconds, and look for no other check where one that is known comes as soon', async () => {
    const { hand } = setUp(() => running);
    await hand(3);
    const first = (await rowOf(1)).due!.at;
    let asked = 0;
    const due: typeof store.jobs.due = (...query) => {
      asked += 1;
      return store.jobs.due(...query);
    };
    const waiting = async () => ['hwc-ecs'];
    const checks = checkBuffer({ ...store.jobs, due }, START + WINDOW, POLICY, { waiting });
    const askedBy = async (work: () => Promise<unknown>): Promise<[found: unknown, asked: number]> => {
      const before = asked;
      const found = await work();
      return [Array.isArray(found) ? found.length : found, asked - before];
    };
    const at = first + 5_000;
    // Once for what a clock that was set back left.
    expect(await askedBy(() => checks.due('hwc-ecs', at, 200))).toEqual([3, 2]);
    expect(await askedBy(() => checks.due('hwc-ecs', at + 1_000, 200))).toEqual([3, 0]);
    expect(await askedBy(() => checks.due('hwc-ecs', at + 2_000, 200))).toEqual([3, 1]);
    const [known, none] = await askedBy(() => checks.next(at, at + 1_000));
    expect([known, none]).toEqual([await checks.next(at, Infinity), 0]);
    expect(known).toBeLessThanOrEqual(at);
    expect((await askedBy(() => checks.next(at)))[1]).toBe(1);
    // What is not known yet is waited for until it may be read.
    const fresh = checkBuffer(store.jobs, START + WINDOW, POLICY, { waiting });
    expect(await fresh.due('hwc-ecs', first - 500, 200)).toEqual([]);
    expect(await fresh.next(first - 500, first + 500)).toBe(first + 1_500);
  });

  it('find what the index shows late', async () => {
    const { hand } = setUp(() => running);
    await hand(1);
    const { due } = await rowOf(1);
    const shownAt = due!.at + 1_500;
    const table: typeof store.jobs = {
      ...store.jobs,
      due: async (queue, now, ...rest) => (now < shownAt ? [] : store.jobs.due(queue, now, ...rest)),
    };
    const checks = checkBuffer(table, START + WINDOW, POLICY);
    expect(await checks.due('hwc-ecs', due!.at + 1_000, 200)).toEqual([]);
    expect(await checks.due('hwc-ecs', due!.at + 3_000, 200)).toMatchObject([{ jobId: jobId(1) }]);
  });

  it('do not believe an index that is behind: what has ended is not checked again', async () => {
    const { hand } = setUp(() => running);
    await hand(1);
    const before = await rowOf(1);
    const table: typeof store.jobs = { ...store.jobs, due: async () => [before] };
    const checks = checkBuffer(table, START + WINDOW, POLICY);
    const at = before.due!.at;
    expect(await checks.due('hwc-ecs', at, 200)).toHaveLength(1);
    await checks.keep(before, { ...before, state: 'succeeded', due: null });
    expect(await checks.due('hwc-ecs', at + 1_500, 200)).toEqual([]);
  });

  it('are as often as the policy says, and on time', async () => {
    const { deps, minutes, hand } = setUp(endsAfter(80_000));
    await hand(1);
    await minutes(2);
    const row = await rowOf(1);
    expect(row.state).toBe('succeeded');
    expect(row.detectedAt! - START).toBeLessThan(80_000 + 1.1 * deps.policy.checkEvery);
  });

  it('write at once what they find out, and leave the row in its place', async () => {
    const progress = (done: number): Observation => ({
      kind: 'running',
      status: 'RUNNING',
      report: report({ subJobs: { total: 3, succeeded: done, failed: 0, running: 3 - done } }),
    });
    const { minutes, hand } = setUp((age) => progress(Math.floor(age / MINUTE)));
    await hand(1);
    const { due } = await rowOf(1);
    await minutes(3);
    const row = await rowOf(1);
    expect(row.report?.subJobs.succeeded).toBe(2);
    expect(row.version).toBe(4);
    expect(row.due).toEqual(due);
  });

  it('write when they are due only beyond the next window', async () => {
    const unpaid: Observation = { kind: 'awaiting_payment', status: 'PENDING_PAYMENT', report: report() };
    const { clock, asked, minutes, hand } = setUp(() => unpaid);
    await hand(1);
    await minutes(3);
    expect(asked).toHaveLength(1);
    expect((await rowOf(1)).due!.at).toBeGreaterThan(clock.now() + 3 * MINUTE);
  });

  it('count how often a job was not found, which is written', async () => {
    const gone: Observation = {
      kind: 'not_found',
      detail: 'Common.0011',
      proof: 'confirmed',
      routeConfirmed: true,
    };
    const { minutes, hand, events } = setUp((age) => (age < MINUTE ? running : gone));
    await hand(1);
    await minutes(6);
    const { notFound, version } = await rowOf(1);
    expect(notFound?.count).toBe(3);
    await minutes(4);
    // Once it is full nothing is emitted, and neither is that the job is still gone.
    expect((await rowOf(1)).version).toBeLessThanOrEqual(version + 1);
    expect(events).toEqual([]);
  });

  it('renew the place of a row every five minutes, however long its job goes on', async () => {
    const { clock, minute, hand } = setUp(() => running);
    await hand(1);
    for (let nth = 0; nth < 30; nth += 1) {
      await minute();
      const { due, nextCheckAt, version } = await rowOf(1);
      expect(clock.now() - due!.at).toBeLessThan(6 * MINUTE);
      expect(clock.now() - nextCheckAt).toBeLessThan(6 * MINUTE);
      expect(version).toBeLessThanOrEqual(2 + nth / 4);
    }
  });

  it('end with every job looked at where all fit in', async () => {
    const { minutes, hand, asked } = setUp(() => running, 5);
    await hand(100);
    const [, second] = await minutes(2);
    expect(new Set(asked).size).toBe(100);
    expect(second!.lagMs).toBeLessThan(20_000);
  });

  it('say when a job was checked, also where checks are put off by turns', async () => {
    const { clock, minutes, hand } = setUp(() => running, 2);
    await hand(300);
    await minutes(12);
    // What is put off says when it was checked and when it is again.
    for (const { checkedAt, nextCheckAt, due } of (await store.jobs.list({ limit: 300 })).rows) {
      expect(clock.now() - checkedAt!).toBeLessThan(5 * MINUTE);
      expect(nextCheckAt).toBe(due!.at);
    }
  });

  it('come round to every job where they are too many for one window, and say how late they are', async () => {
    const { minutes, hand, asked } = setUp(() => running, 2);
    await hand(300);
    const windows = await minutes(4);
    expect(new Set(asked).size).toBe(300);
    expect(asked.length).toBeLessThan(450);
    expect(windows[1]!.lagMs).toBeGreaterThan(60_000);
  });

  it('take up all of more jobs than are held at once', async () => {
    const { minutes, hand, events } = setUp(() => succeeded, 500);
    for (let page = 0; page < 3; page += 1) await hand(1_200);
    await minutes(2);
    expect(events).toHaveLength(1_200);
  });

  it('go on after a worker died in the middle of them', async () => {
    let alive = false;
    const { deps, minute, minutes, hand, asked, events } = setUp(endsAfter(3 * MINUTE), 5);
    await hand(20);
    const keep = store.jobs.save;
    let saves = 0;
    deps.store = {
      ...store,
      jobs: {
        ...store.jobs,
        save: async (row) => {
          if (!alive && (saves += 1) > 7) throw new Error('killed');
          return keep(row);
        },
      },
    };
    await minute().catch(() => {});
    alive = true;
    await minutes(5);
    expect(new Set(asked).size).toBe(20);
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(20);
    expect(events).toHaveLength(20);
  });

  it('see a job that is tracked in the middle, also one that was forgotten and is tracked anew', async () => {
    const { deps, clock, minute, hand, asked, events } = setUp((age) => (age < MINUTE ? running : succeeded));
    await hand(1);
    const first = await rowOf(1);
    let done = false;
    const ask = deps.clouds.check;
    deps.clouds.check = async (job) => {
      const seen = await ask(job);
      if (!done && clock.now() - START > 30_000) {
        done = true;
        await untrack({ jobs: store.jobs, telemetry: deps.telemetry }, first.key);
        await hand(2);
      }
      return seen;
    };
    await minute();
    expect(asked.filter((id) => id === jobId(2))).toHaveLength(1);
    const anew = await rowOf(1);
    expect(anew.createdAt).toBeGreaterThan(first.createdAt);
    await minute();
    expect(events.map(({ subject }) => subject).toSorted()).toEqual([first.key, (await rowOf(2)).key]);
  });

  it('publish each end once when two workers have the same window', async () => {
    const { deps, clock, events, hand } = setUp(endsAfter(2 * MINUTE));
    await hand(10);
    const sleep = async (ms: number) => {
      clock.pass(ms / 2);
      await new Promise(setImmediate);
    };
    for (let nth = 0; nth < 4; nth += 1) {
      clock.pass(Math.max(0, START + nth * MINUTE - clock.now()));
      const window = { until: clock.now() + WINDOW, sleep };
      await Promise.all([sweepWindow(deps, window), sweepWindow({ ...deps, pacer: createPacer() }, window)]);
    }
    expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(10);
    expect((await store.jobs.list({ state: 'succeeded', limit: 20 })).rows).toHaveLength(10);
  });

  it('wait while the origin is in trouble, and go on', async () => {
    const { minutes, hand, events } = setUp((age) => (age < 2 * MINUTE ? unavailable : succeeded));
    await hand(3);
    await minutes(6);
    expect(events.filter(({ kind }) => kind === 'job.succeeded')).toHaveLength(3);
  });
});
