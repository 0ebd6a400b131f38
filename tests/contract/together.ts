import { describe, expect, it, beforeEach, afterEach } from 'vitest';
import { createLocalBus } from '../../lib/adapters/bus/local.ts';
import { deliveriesFor, dispatch } from '../../lib/app/deliver/dispatch.ts';
import { emitJob } from '../../lib/app/sweep/publish.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import type { Job } from '../../lib/core/jobs/job.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import type { Store } from '../../lib/ports.ts';
import { failed, POLICY, recordingTelemetry, START, subscription } from '../kit.ts';
import { saved, stored } from './helpers.ts';
import { deliveries, events, jobs } from './rows.ts';
import type { MakeStore } from './table.ts';

/** What comes of the end of a job is the same in every store, whether it is one write there or several. */
export function togetherContract(name: string, makeStore: MakeStore): void {
  describe(`an end over ${name}`, () => {
    let store: Store;
    let close: () => Promise<void>;
    const rung: Delivery[] = [];
    beforeEach(async () => {
      rung.length = 0;
      ({ store, close } = await makeStore());
    });
    afterEach(() => close());

    const emitting = (patternBreaks = false) => {
      const deps = {
        ...store,
        subscriptions: { all: async () => [subscription('all'), subscription('bad', { on: 'failures' })] },
        doorbell: { ring: async (rows: readonly Delivery[]) => void rung.push(...rows) },
        clock: () => START,
      };
      const bus = createLocalBus((all) => dispatch(deps, all), {
        ring: deps.doorbell.ring,
        deliveries: async (all, from) => {
          if (patternBreaks) throw new Error('a pattern breaks');
          return deliveriesFor(deps, all, from);
        },
      });
      return { store, bus, clock: deps.clock, telemetry: recordingTelemetry() };
    };
    const end = (job: Job): Job => decide(job, failed, START, POLICY, 0).job;

    it.each([
      ['', false],
      [', in steps where nobody can say beforehand who wants it', true],
    ])('is stored with its event and deliveries, its outbox empty%s', async (_, patternBreaks) => {
      const [job] = await stored(store.jobs, jobs.fresh('a'));
      const answer = await emitJob(emitting(patternBreaks), end(job!), store.jobs.save);
      expect(answer.outcome).toBe('saved');
      expect(await store.jobs.get('a')).toMatchObject({ state: 'failed', outbox: [], due: null });
      const [event] = (await store.events.list({ limit: 9 })).rows;
      expect(event).toMatchObject({ state: 'job.failed', event: { subject: 'a' } });
      const rows = (await store.deliveries.list({ limit: 9 })).rows;
      expect(rows.map((row) => row.subscription).toSorted()).toStrictEqual(['all', 'bad']);
      expect(rung.map((row) => row.key).toSorted()).toStrictEqual(rows.map((row) => row.key).toSorted());
    });

    it('that loses its race leaves nothing behind', async () => {
      const [job] = await stored(store.jobs, jobs.fresh('a'));
      const present = await saved(store.jobs, job!);
      const answer = await emitJob(emitting(), end(job!), store.jobs.save);
      expect(answer).toStrictEqual({ outcome: 'raced' });
      expect(await store.jobs.get('a')).toStrictEqual(present);
      expect((await store.events.list({ limit: 9 })).rows).toStrictEqual([]);
      expect((await store.deliveries.list({ limit: 9 })).rows).toStrictEqual([]);
      expect(rung).toStrictEqual([]);
    });
  });

  describe(`together over ${name}`, () => {
    let opened: Awaited<ReturnType<MakeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());

    it('leaves what is there as it is, and what is wrong with one row leaves all as it was', async (test) => {
      const { store } = opened;
      const { together } = store;
      // Every row is a write of its own there.
      if (!together) return test.skip();
      const [job] = await stored(store.jobs, jobs.fresh('a'));
      const [there] = await stored(store.events, events.fresh('e'));
      const given = { table: 'jobs' as const, row: job!, events: [{ ...there!, createdAt: START + 9 }] };
      const odd = { ...deliveries.fresh('d'), due: { queue: 'q', at: Number.NaN } };
      await expect(together({ ...given, deliveries: [deliveries.fresh('c'), odd] })).rejects.toThrow();
      expect(await store.jobs.get('a')).toStrictEqual(job);
      expect(await store.deliveries.get('c')).toBeNull();
      const answer = await together({ ...given, deliveries: [deliveries.fresh('d')] });
      expect(answer).toStrictEqual({ outcome: 'saved', row: { ...job!, version: 2 } });
      expect(await store.events.get('e')).toStrictEqual(there);
      expect(await store.deliveries.get('d')).toStrictEqual({ ...deliveries.fresh('d'), version: 1 });
    });
  });
}
