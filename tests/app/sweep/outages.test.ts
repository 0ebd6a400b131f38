/** What an origin in trouble may do to jobs that run: nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { answer } from '../../adapters/clouds/fixture.ts';
import { failed, jobId, running, START, succeeded, unavailable } from '../../kit.ts';
import { HOMES, HOUR, MINUTE, SECOND, sweeping } from './world.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** As the reader of the clouds' answers takes them. */
const says = (status: number, body: unknown): Observation =>
  read(dialectOf('huawei', 'ecs')!, jobId(1), answer(status, body));
const UNKNOWN = says(400, { code: 'Common.0011', message: 'Failed to query the system task.' });
const BAD_GATEWAY = says(502, '');
const EMPTY = says(404, '');

const OUTAGES: Record<string, (nth: number) => Observation> = {
  'a 404 without a body': () => EMPTY,
  "Kong's 404": () => says(404, { message: 'no Route matched with those values' }),
  "Go's 404": () => says(404, '404 page not found\n'),
  'a 404 in JSON': () => says(404, { code: 404, message: 'Not Found' }),
  'Common.0011': () => UNKNOWN,
  'Common.0011 and 502 by turns': (nth) => (nth % 2 === 0 ? UNKNOWN : BAD_GATEWAY),
  'a 404 and 502 by turns': (nth) => (nth % 2 === 0 ? EMPTY : BAD_GATEWAY),
};
const JOBS = 20;
const BEGINS = 5 * MINUTE;
const TABLE = HOMES.flatMap((home) =>
  Object.keys(OUTAGES).flatMap((what) => [1, 2.5, 5, 60].map((minutes) => ({ home, what, minutes }))),
);

describe('an outage in which everything is answered by', () => {
  it.each(TABLE)(
    '$what for $minutes min loses none of 20 running jobs, on $home',
    async ({ home, what, minutes }) => {
      const ends = BEGINS + minutes * MINUTE;
      // Every second one ends while nobody can see it, the others after that.
      const endsAt = (n: number): number => (n % 2 === 0 ? ends - n * SECOND : ends + n * 10 * SECOND);
      const numberOf = (id: string): number => Number.parseInt(id, 16);
      let asked = 0;
      const { hand, run, kinds, about, events } = sweeping(
        store,
        (age, job) => {
          if (age >= BEGINS && age < ends) return OUTAGES[what]!((asked += 1));
          const n = numberOf(job.jobId);
          if (age < endsAt(n)) return running;
          return n % 5 === 0 ? failed : succeeded;
        },
        home,
      );
      await hand(JOBS);
      await run(ends + 15 * MINUTE);
      expect(kinds('job.lost')).toEqual([]);
      for (let n = 1; n <= JOBS; n += 1) {
        expect(about(jobId(n))).toEqual([n % 5 === 0 ? 'job.failed' : 'job.succeeded']);
      }
      const nothingElse = what.includes('404') && !what.includes('turns');
      if (minutes < 60 || what === 'Common.0011') expect(kinds('origin')).toEqual([]);
      else if (nothingElse) {
        expect(kinds('origin')).toEqual(['origin.unreachable', 'origin.recovered']);
        const [told] = events.filter((e) => e.kind === 'origin.unreachable');
        expect(told).toMatchObject({ data: { reason: 'misrouted' } });
        const after = Date.parse(told!.metadata.time) - START - BEGINS;
        expect(after).toBeGreaterThanOrEqual(5 * MINUTE);
        expect(after).toBeLessThan(11 * MINUTE);
        const { since } = told!.data as { since: string };
        expect(Math.abs(Date.parse(since) - START - BEGINS)).toBeLessThan(MINUTE);
      }
    },
  );
});

describe('a job that is not known', () => {
  it('in its first ten minutes, in a slow region, is not lost', async () => {
    const { hand, run, kinds } = sweeping(store, (age) =>
      age < 10 * MINUTE ? UNKNOWN : age < 20 * MINUTE ? running : succeeded,
    );
    await hand(3);
    await run(25 * MINUTE);
    expect(kinds('job')).toEqual(['job.succeeded', 'job.succeeded', 'job.succeeded']);
  });

  it('is lost on bare 404s only where another job is answered after its first one', async () => {
    const others = { well: true };
    const { hand, run, about } = sweeping(store, (_, job) =>
      job.jobId === jobId(1) ? EMPTY : others.well ? running : unavailable,
    );
    await hand(1, 2);
    await run(10 * MINUTE);
    // An answer from before proves nothing.
    others.well = false;
    await hand(1);
    await run(HOUR);
    expect(about(jobId(1))).toEqual([]);
    others.well = true;
    await run(30 * MINUTE);
    expect(about(jobId(1))).toEqual(['job.lost']);
  });

  it.each(HOMES)(
    'and was published as lost is published again when it turns up and ends, on %s',
    async (home) => {
      const { hand, run, events, clouds, about } = sweeping(
        store,
        (age) => (age < HOUR ? UNKNOWN : age < 10 * HOUR ? running : succeeded),
        home,
      );
      await hand(1);
      await run(40 * MINUTE);
      expect(about(jobId(1))).toEqual(['job.lost']);
      const asked = clouds.asked.length;
      await run(12 * HOUR);
      expect(events.map((e) => [e.kind, e.metadata.sequence])).toEqual([
        ['job.lost', 1],
        ['job.succeeded', 2],
      ]);
      // It is checked about once an hour, a little more often at first.
      expect(clouds.asked.length - asked).toBeLessThanOrEqual(16);
      expect((await store.jobs.queues('', Number.MAX_SAFE_INTEGER, 10)).length).toBe(0);
    },
  );
});
