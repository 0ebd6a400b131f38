import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import type { Job, JobSpec } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { deliverEnd } from '../../../lib/app/deliver/deliver-end.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import type { Subscriptions } from '../../../lib/ports.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { submit } from '../../../lib/app/sweep/submit.ts';
import { track, type TrackDeps, type Tracked } from '../../../lib/app/sweep/track.ts';
import {
  contended,
  POLICY,
  recordingTelemetry,
  scriptedClouds,
  spec,
  START,
  subscription,
  succeeded,
  testClock,
  dispatchStored,
} from '../../kit.ts';

const sealer = createSealer(randomBytes(32));
const one = subscription('ci', { addresses: ['https://ci.example.com/hooks'], on: 'failures' });
const known = [
  subscription('ops', { channel: 'slack', on: 'failures' }),
  subscription('web', { channel: 'slack', on: 'failures' }),
  { ...one, targets: one.targets.map((it) => ({ ...it, signingKeys: [() => 'whsec_x'] })) },
];
const subscriptions: Subscriptions = { all: async () => known, unseal: sealer.open };

let store: SqliteStore;
let deps: TrackDeps & { telemetry: ReturnType<typeof recordingTelemetry> };
const clock = testClock();
beforeEach(() => {
  store = openStore(':memory:');
  const ending = { ...store, subscriptions, clock: clock.now };
  deps = {
    jobs: store.jobs,
    clouds: scriptedClouds(() => succeeded),
    clock: clock.now,
    policy: POLICY,
    telemetry: recordingTelemetry(),
    notifyProblem: async () => null,
    seal: sealer.seal,
    deliverEnd: (job, notify) => deliverEnd(ending, job, notify),
  };
});
afterEach(() => store.close());

const tracked = async (over: Partial<JobSpec> = {}): Promise<Tracked> =>
  (await track(deps, [spec(1, over)]))[0]!;
async function row(): Promise<Job> {
  return (await store.jobs.list({ limit: 1 })).rows[0]!;
}
/** The job ends, and its event is on the bus or, with `false`, still in the row. */
async function ends(published = true): Promise<Job> {
  const { job } = decide(await row(), succeeded, START + 60_000, POLICY);
  await store.jobs.save(published ? { ...job, outbox: [], due: null } : job);
  if (published) await publishRow(job);
  return job;
}
const publishRow = (job: Job): Promise<void> =>
  dispatchStored(
    {
      ...store,
      subscriptions,
      clock: clock.now,
      doorbell: { ring: async () => {} },
    },
    [jobEvent(job, job.outbox.at(-1)!)],
  );
const deliveries = async (): Promise<string[]> =>
  (await store.deliveries.list({ limit: 50 })).rows.map((it) => it.subscription).toSorted();

describe('a job that is tracked again', () => {
  it('is sent to those who are named now, too, and names nobody twice', async () => {
    await tracked({ notify: ['slack:ops'] });
    const url = 'https://ci.example.com/s3cret';
    const again = await tracked({ notify: ['slack:ops', 'slack:web', url] });
    expect(again).toMatchObject({
      outcome: 'already_tracked',
      added: ['slack:web', 'https://ci.example.com/…'],
      differs: [],
    });
    expect(await tracked({ notify: [url, url] })).toMatchObject({ added: [] });
    expect((await row()).notify).toHaveLength(3);
    await ends();
    expect(await deliveries()).toEqual([expect.stringMatching(/^notify_/), 'ops', 'web']);
  });

  it.each([true, false])(
    'is told by its end where it has ended, its event published: %s',
    async (published) => {
      await tracked({ notify: ['slack:ops'] });
      const job = await ends(published);
      expect(await tracked({ notify: ['slack:web'] })).toMatchObject({
        outcome: 'already_tracked',
        job: { state: 'succeeded' },
        added: ['slack:web'],
      });
      // Before that, nothing is stored of the event; the publisher finds the recipients in the row.
      expect(await deliveries()).toEqual(published ? ['ops', 'web'] : []);
      await publishRow(job);
      const rows = (await store.deliveries.list({ limit: 50 })).rows;
      const [told] = rows.filter((it) => it.subscription === 'web');
      expect(told).toMatchObject({ state: 'pending', event: { kind: 'job.succeeded', subject: job.key } });
      await tracked({ notify: ['slack:web', 'slack:ops'] });
      expect(await deliveries()).toEqual(['ops', 'web']);
    },
  );

  it('is sent also where it was published before events were kept', async () => {
    await tracked();
    await ends();
    const [event] = await store.events.feed(null, 1);
    await store.events.remove(event!);
    await tracked({ notify: ['slack:web'] });
    expect(await deliveries()).toEqual(['web']);
    expect((await store.events.feed(null, 9)).map((row) => row.event)).toEqual([event!.event]);
  });

  it('is sent also where the process died before that', async () => {
    await tracked();
    await ends();
    const dies = { ...deps, deliverEnd: () => Promise.reject(new Error('killed')) };
    await expect(track(dies, [spec(1, { notify: ['slack:web'] })])).rejects.toThrow('killed');
    expect(await deliveries()).toEqual([]);
    await tracked({ notify: ['slack:web'] });
    expect(await deliveries()).toEqual(['web']);
  });

  it('takes whom it names into a row that is written meanwhile, also by its end', async () => {
    await tracked();
    const { jobs } = store;
    let raced = 0;
    const racing = {
      ...deps,
      jobs: {
        ...jobs,
        save: async (job: Job) => {
          if (raced++ === 0) await ends();
          return jobs.save(job);
        },
      },
    };
    const [again] = await track(racing, [spec(1, { notify: ['slack:web'] })]);
    expect(again).toMatchObject({ outcome: 'already_tracked', job: { state: 'succeeded' } });
    expect(await deliveries()).toEqual(['web']);
  });

  it('is tracked anew where somebody removes it meanwhile', async () => {
    await tracked();
    const { jobs } = store;
    const racing = {
      ...deps,
      jobs: {
        ...jobs,
        save: async (job: Job) => {
          await jobs.remove(await row());
          return jobs.save(job);
        },
      },
    };
    const [again] = await track(racing, [spec(1, { notify: ['slack:web'] })]);
    expect(again).toMatchObject({ outcome: 'tracked', job: { notify: ['slack:web'] } });
  });

  it('names five at most', async () => {
    const five = ['slack:ops', 'slack:web', 'webhook:ci', 'mailto:a@example.com', 'mailto:b@example.com'];
    await tracked({ notify: five });
    expect(await tracked({ notify: ['mailto:c@example.com'] })).toEqual({
      outcome: 'refused',
      problems: [
        {
          field: 'notify',
          problem: 'would name more than 5 for this job, which is tracked already and names 5',
        },
      ],
    });
    expect((await row()).version).toBe(1);
  });

  it('stays as it was, and what differs is said', async () => {
    await tracked({ name: 'web-7', labels: { team: 'web' }, deadlineAt: START + 3_600_000 });
    const again = await tracked({
      name: 'web-8',
      labels: { team: 'web', env: 'prod' },
      deadlineAt: START + 7_200_000,
      correlationId: 'c1',
      requestedBy: 'somebody else',
    });
    expect(again).toMatchObject({
      outcome: 'already_tracked',
      job: { version: 1 },
      differs: [
        { field: 'name', stays: 'web-7' },
        { field: 'labels', stays: 'team=web' },
        { field: 'deadlineAt', stays: '2026-03-01T13:00:00.000Z' },
        { field: 'correlationId', stays: null },
      ],
    });
    const repeated = { name: 'web-7', labels: { team: 'web' }, deadlineAt: START + 3_630_000 };
    expect(await tracked(repeated)).toMatchObject({ differs: [] });
    expect(await tracked()).toMatchObject({ differs: [] });
  });

  it('is said in the log to differ where it came over a bus', async () => {
    await tracked({ name: 'web-7' });
    const { origin, projectId, jobId } = spec(1);
    await submit(deps, { origin, projectId, jobIds: [jobId], name: 'web-8' });
    expect(deps.telemetry.lines.at(-1)).toMatchObject({ event: 'job.differs', differs: ['name'] });
  });
});

it('a job that others write to without end is not said to be tracked by whom it does not name', async () => {
  const jobs = contended(store.jobs, { left: Infinity });
  const given = [spec(1, { notify: ['slack:web'] })];
  await track(deps, [spec(1)]);
  await expect(track({ ...deps, jobs }, given)).rejects.toThrow('hand it in again');
  expect(await track({ ...deps, jobs: contended(store.jobs, { left: 7 }) }, given)).toMatchObject([
    { outcome: 'already_tracked', added: ['slack:web'] },
  ]);
});
