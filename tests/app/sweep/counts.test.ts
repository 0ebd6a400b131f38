/** How many requests a cloud gets in an hour, whatever it answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { answer } from '../../adapters/clouds/fixture.ts';
import { jobId } from '../../kit.ts';
import { HOMES, HOUR, MINUTE, sweeping, type Home } from './world.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const says = (status: number, body: unknown, id: string): Observation =>
  read(dialectOf('huawei', 'ecs')!, id, answer(status, body));
const ANSWERS: Record<string, (id: string) => Observation> = {
  RUNNING: (id) => says(200, { job_id: id, status: 'RUNNING' }, id),
  '502': (id) => says(502, '', id),
  'an unknown word': (id) => says(200, { job_id: id, status: 'SUSPENDED' }, id),
  '400': (id) => says(400, { code: 'Ecs.0001', message: 'x' }, id),
  '404': (id) => says(404, '', id),
  '405': (id) => says(405, '', id),
  '407': (id) => says(407, '', id),
  '410': (id) => says(410, '', id),
};

async function anHour(jobs: number, what: string, home: Home) {
  const world = sweeping(store, (_, job) => ANSWERS[what]!(job.jobId), home);
  await world.hand(jobs);
  await world.run(HOUR);
  return world;
}

describe('the requests of an hour', () => {
  it.each(HOMES)('are two a minute for a job that runs, on %s', async (home) => {
    const { clouds } = await anHour(1, 'RUNNING', home);
    expect(clouds.asked.length).toBeGreaterThan(105);
    expect(clouds.asked.length).toBeLessThan(125);
  });

  const TROUBLE = HOMES.flatMap((home) =>
    Object.keys(ANSWERS)
      .filter((what) => what !== 'RUNNING')
      .map((what) => ({ home, what })),
  );
  it.each(TROUBLE)('are no more than twenty for a job with $what, on $home', async ({ what, home }) => {
    const { clouds, kinds } = await anHour(1, what, home);
    expect(clouds.asked.length).toBeLessThanOrEqual(20);
    expect(clouds.asked.length).toBeGreaterThanOrEqual(10);
    expect(kinds()).toEqual(['origin.unreachable']);
  });

  it.each(TROUBLE)('are no more than a hundred for 50 jobs with $what, on $home', async ({ what, home }) => {
    const { clouds, kinds } = await anHour(50, what, home);
    expect(clouds.asked.length).toBeLessThanOrEqual(100);
    expect(kinds()).toEqual(['origin.unreachable']);
  });

  it.each(HOMES)(
    'lead to one message about each of two odd jobs, where the only other one is seldom asked about, on %s',
    async (home) => {
      const unpaid = (id: string): Observation => says(200, { job_id: id, status: 'PENDING_PAYMENT' }, id);
      const world = sweeping(
        store,
        (_, job) => (job.jobId === jobId(3) ? unpaid : ANSWERS['an unknown word']!)(job.jobId),
        home,
      );
      await world.hand(3);
      await world.run(5 * HOUR);
      expect(world.kinds('job').toSorted()).toEqual([
        'job.payment_pending',
        'job.unreachable',
        'job.unreachable',
      ]);
      // The first time it may be the origin, for all that is known.
      expect(world.kinds('origin').length).toBeLessThanOrEqual(2);
    },
  );

  const ALONE = HOMES.flatMap((home) =>
    ['an unknown word', '400', '502', '405'].map((what) => ({ home, what })),
  );
  it.each(ALONE)(
    'back off for one job with $what among others that run, and tell of it once, on $home',
    async ({ what, home }) => {
      const world = sweeping(
        store,
        (_, job) => ANSWERS[job.jobId === jobId(1) ? what : 'RUNNING']!(job.jobId),
        home,
      );
      await world.hand(5);
      await world.run(3 * HOUR);
      const asked = (id: string): number => world.clouds.asked.filter((job) => job.jobId === id).length;
      expect(asked(jobId(1))).toBeLessThanOrEqual(3 * 20);
      for (const n of [2, 3, 4, 5]) expect(asked(jobId(n))).toBeGreaterThan(3 * 100);
      expect(world.kinds()).toEqual(['job.unreachable']);
      const [told] = world.events;
      expect(told).toMatchObject({ subject: expect.stringContaining(jobId(1)), data: { outcome: null } });
      expect(Date.parse(told!.metadata.time) - Date.parse('2026-03-01T12:00:00Z')).toBeLessThan(20 * MINUTE);
    },
  );
});
