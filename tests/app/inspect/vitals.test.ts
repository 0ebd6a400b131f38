import { expect, it } from 'vitest';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { vitals } from '../../../lib/app/inspect/vitals.ts';
import { failed, POLICY, spec, START } from '../../kit.ts';
import { dueToPublish } from '../../../lib/core/jobs/due.ts';

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

it('the vitals show what waits, and for how long beyond its time', async () => {
  const store = openStore(':memory:');
  const at = (now: number) => vitals({ store, clock: () => now });
  expect(await at(START)).toEqual({
    outstanding: 0,
    checkLagMs: 0,
    outboxRows: 0,
    outboxAgeMs: 0,
    deliveriesWaiting: 0,
    deliveryLagMs: 0,
    deliveriesHeld: 0,
  });
  const other = { ...info, origin: 'otc-ecs' };
  const settled = decide(newJob(spec(3), info, START, START), failed, START, POLICY).job;
  await store.jobs.create([
    newJob(spec(1), info, START, START + 5_000),
    newJob(spec(2, { origin: 'otc-ecs' }), other, START, START + 9_000),
    { ...settled, due: dueToPublish(START + 1_000) },
  ]);
  expect(await at(START + 5_000)).toMatchObject({
    outstanding: 2,
    checkLagMs: 0,
    outboxRows: 1,
    outboxAgeMs: 4_000,
  });
  expect(await at(START + 7_000)).toMatchObject({ outstanding: 2, checkLagMs: 2_000, outboxAgeMs: 6_000 });
  await store.close();
});
