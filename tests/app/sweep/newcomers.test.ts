/** A job that is new while its origin is in an outage: the others may be what is wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Store } from '../../../lib/ports.ts';
import { openAt, startDynamo, type Dynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { denied, jobId, running, START, succeeded, throttled, unavailable } from '../../kit.ts';
import { HOMES, MINUTE, SECOND, sweeping, type Home } from './world.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

async function over(
  work: (store: Store) => Promise<void>,
  kind: 'SQLite' | 'DynamoDB' = 'SQLite',
): Promise<void> {
  const store =
    kind === 'SQLite' ? openStore(':memory:') : openAt(dynamo.endpoint, await dynamo.newTable(), () => START);
  await work(store);
  await store.close();
}

const bare: Observation = {
  kind: 'not_found',
  proof: 'unconfirmed',
  routeConfirmed: false,
  detail: 'HTTP 404',
};
const garbage: Observation = { kind: 'malformed', detail: 'the answer has no status' };
const numberOf = (id: string): number => Number.parseInt(id, 16);
/** Of `origin.unreachable` has been told, and the back-off is as long as it gets, most of it still to come. */
async function untilInOutage({ run, clock }: ReturnType<typeof sweeping>, store: Store): Promise<void> {
  const left = async (): Promise<number> => (await store.origins.get('hwc-ecs'))!.pausedUntil - clock.now();
  await run(15 * MINUTE);
  while ((await left()) < 3 * MINUTE) await run(MINUTE);
}
/** On AWS a window begins every minute and lasts for 50 s. */
const soon = (home: Home): number => (home === 'AWS' ? MINUTE : 15 * SECOND);

describe.each([
  { home: 'one machine', kind: 'SQLite' },
  { home: 'AWS', kind: 'DynamoDB' },
] as const)('a job that is new in an outage, on $home with $kind', ({ home, kind }) => {
  it.each([
    ['one job is not known', 1, bare],
    ['two jobs are answered by what nobody understands', 2, garbage],
  ])('is asked at once where %s, and its answer ends the outage', (_, count, odd) =>
    over(async (store) => {
      const all = sweeping(store, (__, job) => (numberOf(job.jobId) <= 2 ? odd : succeeded), home);
      const { hand, run, kinds, about, clouds } = all;
      await hand(count);
      await untilInOutage(all, store);
      expect(kinds()).toEqual(['origin.unreachable']);
      const before = clouds.asked.length;
      await hand(1, 9);
      await run(soon(home));
      expect(clouds.asked[before]?.jobId).toBe(jobId(9));
      expect(about(jobId(9))).toEqual(['job.succeeded']);
      expect(kinds('origin')).toEqual(['origin.unreachable', 'origin.recovered']);
      expect(await store.origins.get('hwc-ecs')).toMatchObject({ state: 'ok', pausedUntil: 0 });
    }, kind),
  );
});

describe.each(HOMES)('a job that is new in an outage, on %s', (home) => {
  it.each([
    ['a refused token', denied],
    ['a 502', unavailable],
  ])('is asked at once after %s, and those that wait for the back-off come then', (_, trouble) =>
    over(async (store) => {
      let isWell = false;
      const all = sweeping(store, () => (isWell ? succeeded : trouble), home);
      const { hand, run, kinds } = all;
      await hand(3);
      await untilInOutage(all, store);
      isWell = true;
      await hand(1, 9);
      await run(soon(home) + soon(home));
      expect(kinds()).toEqual([
        'origin.unreachable',
        'job.succeeded',
        'origin.recovered',
        ...Array.from({ length: 3 }, () => 'job.succeeded'),
      ]);
    }),
  );

  it('is found behind others that are not known either', () =>
    over(async (store) => {
      const all = sweeping(store, (_, job) => (numberOf(job.jobId) <= 30 ? bare : succeeded), home);
      const { hand, run, about, clouds } = all;
      await hand(1);
      await untilInOutage(all, store);
      const before = clouds.asked.length;
      await hand(20, 2);
      await hand(1, 99);
      await run(2 * MINUTE);
      expect(about(jobId(99))).toEqual(['job.succeeded']);
      const asked = clouds.asked.slice(before).map((job) => job.jobId);
      const sofar = asked.slice(0, asked.indexOf(jobId(99)));
      expect(new Set(sofar).size).toBe(sofar.length);
    }));

  it('is asked again after a minute where the cloud does not know a job in its first seconds', () =>
    over(async (store) => {
      let made = Infinity;
      const all = sweeping(
        store,
        (age, job) => (numberOf(job.jobId) === 1 || age < made + 30 * SECOND ? bare : succeeded),
        home,
      );
      const { hand, run, about, clock } = all;
      await hand(1);
      await untilInOutage(all, store);
      made = clock.now() - START;
      await hand(1, 9);
      await run(home === 'AWS' ? 3 * MINUTE : 90 * SECOND);
      expect(about(jobId(9))).toEqual(['job.succeeded']);
    }));

  it.each([
    ['a refused token', denied],
    ['a 502', unavailable],
  ])('does not defeat the back-off where hundreds come while the answer is %s', (_, trouble) =>
    over(async (store) => {
      const { hand, run, clouds } = sweeping(store, () => trouble, home);
      await hand(3);
      await run(20 * MINUTE);
      const before = clouds.asked.length;
      await hand(300, 100);
      await run(10 * MINUTE);
      // One of them, and what is asked every five minutes anyway.
      expect(clouds.asked.length - before).toBeLessThanOrEqual(5);
      expect(clouds.asked.length - before).toBeGreaterThan(1);
    }),
  );

  it('makes nobody else wait longer, however many come', () =>
    over(async (store) => {
      const all = sweeping(store, () => unavailable, home);
      const { hand, run, clock, clouds } = all;
      await hand(3);
      await untilInOutage(all, store);
      const before = clouds.asked.length;
      const { pausedUntil, failures } = (await store.origins.get('hwc-ecs'))!;
      for (let n = 0; clock.now() + 2 * MINUTE < pausedUntil; n += 1) {
        await hand(1, 100 + n);
        await run(MINUTE);
        expect(clouds.asked).toHaveLength(before + n + 1);
        expect(await store.origins.get('hwc-ecs')).toMatchObject({ pausedUntil, failures });
      }
    }));

  it.each([
    ['throttled', { ...throttled, retryAfterMs: 10 * MINUTE }],
    ['told to come back later', { ...unavailable, retryAfterMs: 10 * MINUTE }],
  ] as [string, Observation][])('waits with all others where they were %s', (_, trouble) =>
    over(async (store) => {
      const { hand, run, clouds } = sweeping(store, () => trouble, home);
      await hand(1);
      await run(MINUTE);
      expect(clouds.asked).toHaveLength(1);
      await hand(50, 100);
      await run(8 * MINUTE);
      expect(clouds.asked).toHaveLength(1);
    }),
  );

  it('waits where too many requests came, by the row of a build that knew no halts', () =>
    over(async (store) => {
      const trouble = { ...throttled, retryAfterMs: 10 * MINUTE };
      const { hand, run, clouds } = sweeping(store, () => trouble, home);
      await hand(1);
      await run(MINUTE);
      const { haltedUntil, ...row } = (await store.origins.get('hwc-ecs'))!;
      expect(haltedUntil).toBeGreaterThan(0);
      await store.origins.save(row);
      await hand(5, 100);
      await run(8 * MINUTE);
      expect(clouds.asked).toHaveLength(1);
    }));

  it('waits for nothing that was said before the origin answered', () =>
    over(async (store) => {
      const told = { kind: 'unavailable', detail: 'HTTP 503', retryAfterMs: 55 * MINUTE } as const;
      let seen: Observation = told;
      const { hand, run, clouds } = sweeping(store, () => seen, home);
      await hand(1);
      await run(MINUTE);
      // What was under way then is answered after all.
      const row = (await store.origins.get('hwc-ecs'))!;
      await store.origins.save({ ...row, pausedUntil: 0 });
      seen = running;
      await hand(1, 2);
      await run(2 * MINUTE);
      expect(await store.origins.get('hwc-ecs')).toMatchObject({ state: 'ok' });
      seen = unavailable;
      await run(15 * MINUTE);
      const before = clouds.asked.length;
      seen = succeeded;
      await hand(1, 9);
      await run(soon(home) + soon(home));
      expect(clouds.asked[before]?.jobId).toBe(jobId(9));
    }));
});

describe('a new job', () => {
  it('is asked no sooner than ten seconds after the last check that failed, however many come', () =>
    over(async (store) => {
      const { hand, run, clouds, clock } = sweeping(store, () => unavailable);
      const at: number[] = [];
      const ask = clouds.check;
      clouds.check = (job, signal) => {
        at.push(clock.now());
        return ask(job, signal);
      };
      await hand(3);
      await run(20 * MINUTE);
      const began = clock.now();
      for (let n = 0; n < 20; n += 1) {
        await hand(2, 100 + 2 * n);
        await run(5 * SECOND);
      }
      const since = at.filter((ms) => ms >= began);
      expect(since.length).toBeGreaterThan(5);
      const gaps = since.slice(1).map((ms, n) => ms - since[n]!);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10 * SECOND);
    }));

  it('is asked about again where nobody wrote down what it was answered', () =>
    over(async (store) => {
      const all = sweeping(store, (_, job) => (numberOf(job.jobId) === 1 ? bare : succeeded));
      const { hand, run, clouds, deps, kinds } = all;
      await hand(1);
      await untilInOutage(all, store);
      await hand(1, 9);
      const { save } = store.jobs;
      deps.survive = () => {};
      store.jobs.save = () => Promise.reject(new Error('killed here'));
      await run(10 * SECOND);
      store.jobs.save = save;
      await run(MINUTE);
      expect(clouds.asked.filter((job) => job.jobId === jobId(9)).length).toBeGreaterThan(1);
      expect(kinds('job')).toEqual(['job.succeeded']);
    }));
});
