import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalBus } from '../../../lib/adapters/bus/local.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { dispatch } from '../../../lib/app/deliver/dispatch.ts';
import { routing } from '../../../lib/app/inspect/routing.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../lib/app/sweep/sweep.ts';
import { tellGroup } from '../../../lib/app/sweep/tell-group.ts';
import { submit } from '../../../lib/app/sweep/submit.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { untrack } from '../../../lib/app/sweep/untrack.ts';
import type { Event, GroupEvent } from '../../../lib/core/jobs/event.ts';
import { isGroupEvent } from '../../../lib/core/jobs/event.ts';
import type { JobSpec } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Store } from '../../../lib/ports.ts';
import {
  contended,
  failed,
  jobId,
  pattern,
  POLICY,
  PROJECT,
  recordingTelemetry,
  running,
  scriptedClouds,
  spec,
  subscription,
  succeeded,
  testClock,
} from '../../kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Long enough for a check of what is tracked, and for the count that follows. */
const ROUND_MS = 40_000;

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

function world(over: (store: Store) => Store = (it) => it) {
  const clock = testClock();
  const answers = new Map<string, Observation>();
  const published: Event[] = [];
  const subscriptions = {
    all: async () => [
      subscription('hook'),
      subscription('people', { channel: 'slack', on: 'failures' }),
      // No event of a group says anything of labels.
      subscription('web', {
        channel: 'slack',
        pattern: pattern({ detail: { data: { job: { labels: { team: ['web'] } } } } }),
      }),
      subscription('single', {
        channel: 'slack',
        on: 'endings',
        fold: 'none',
        addresses: ['https://hooks.test/s'],
      }),
    ],
  };
  const used = over(store);
  const folding = { ...used, rules: CHANNELS };
  const routing = { ...used, subscriptions, doorbell: { ring: async () => {} }, clock: clock.now, folding };
  const local = createLocalBus((events) => dispatch(routing, events));
  const deps: SweepDeps = {
    store: used,
    bus: {
      async publish(events) {
        published.push(...events);
        return local.publish(events);
      },
    },
    clouds: scriptedClouds((job) => answers.get(job.jobId) ?? running),
    clock: clock.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    pacer: createPacer(),
    budget: 2_000,
  };
  const tracking = { ...deps, jobs: store.jobs, groups: store };
  const kit = {
    clock,
    deps,
    routing,
    published,
    ofGroup: (): GroupEvent[] => published.filter(isGroupEvent),
    ends: (n: number, how: Observation = succeeded) => void answers.set(jobId(n), how),
    track: (numbers: number[], more: Partial<JobSpec> = {}, projects: string[] | null = null) =>
      track(
        { ...tracking, projects },
        numbers.map((n) => spec(n, { group: 'apply-42', name: `web-${n}`, ...more })),
      ),
    async rounds(count = 3): Promise<void> {
      for (let n = 0; n < count; n += 1) {
        clock.pass(ROUND_MS);
        await sweep(deps);
      }
    },
    group: async (key = '-/apply-42/1') => (await store.groups.get(key))!,
    told: async (name: string): Promise<string[]> =>
      (await store.deliveries.list({ limit: 5_000 })).rows
        .filter((row) => row.subscription === name)
        .map(
          (row) =>
            `${row.state === 'folded' ? (row.fold?.into ? 'in the group' : 'waiting') : 'sent'} ${row.event.kind}`,
        )
        .toSorted(),
  };
  return kit;
}

const range = (count: number, from = 1): number[] => Array.from({ length: count }, (_, n) => from + n);

describe('a group', () => {
  it('that expects so many jobs ends when these have ended, and says how and of whom', async () => {
    const w = world();
    await w.track(range(3), { expect: 3, requestedBy: 'terraform' });
    w.ends(1);
    w.ends(2, failed);
    await w.rounds();
    expect(w.ofGroup().map(({ kind }) => kind)).toEqual(['group.failing']);
    expect(w.ofGroup()[0]!.data).toMatchObject({
      outcome: null,
      counts: { total: 3, outstanding: 1, succeeded: 1, failed: 1 },
      first: { jobId: jobId(2), name: 'web-2', code: 'Ecs.0204', reason: 'quota exceeded' },
    });
    w.ends(3, failed);
    await w.rounds();
    expect(w.ofGroup()).toHaveLength(2);
    expect(w.ofGroup()[1]).toMatchObject({
      kind: 'group.ended',
      subject: 'group/-/apply-42/1',
      metadata: { sequence: 2 },
      data: {
        group: { name: 'apply-42', run: 1, requestedBy: 'terraform', expect: 3 },
        closedBy: 'expect',
        outcome: 'partial',
        counts: { total: 3, outstanding: 0, succeeded: 1, failed: 2 },
        failures: [{ outcome: 'failed', code: 'Ecs.0204', count: 2, jobs: ['web-2', 'web-3'] }],
      },
    });
    await w.rounds(2);
    expect(await w.group()).toMatchObject({ state: 'ended', outbox: [], due: null });
  });

  it('is open until nobody has joined for a while, and who joins is waited for', async () => {
    const w = world();
    await w.track([1]);
    w.ends(1);
    await w.rounds();
    w.clock.pass(POLICY.groupQuiet - 5 * MINUTE);
    await w.track([2]);
    w.ends(2);
    w.clock.pass(5 * MINUTE);
    await w.rounds(1);
    expect(w.ofGroup()).toEqual([]);
    w.clock.pass(POLICY.groupQuiet);
    await w.rounds(1);
    expect(w.ofGroup()).toMatchObject([
      { kind: 'group.ended', data: { closedBy: 'quiet', outcome: 'succeeded', counts: { total: 2 } } },
    ]);
  });

  it('that nobody closes is closed by its age, and still waits for those that have not ended', async () => {
    const w = world();
    await w.track([1, 2]);
    w.ends(1);
    await w.rounds();
    w.clock.pass(POLICY.groupAge);
    await w.rounds(1);
    expect(await w.group()).toMatchObject({ state: 'closed', closedBy: 'age' });
    w.ends(2);
    await w.rounds();
    expect(w.ofGroup().at(-1)).toMatchObject({
      data: { closedBy: 'age', outcome: 'succeeded', counts: { overdue: 1 } },
    });
  });

  it('tells once of what is overdue, and counts the rest', async () => {
    const w = world();
    await w.track([1, 2, 3], { deadlineAt: w.clock.now() + HOUR, expect: 3 });
    w.clock.pass(HOUR);
    await w.rounds();
    expect(w.ofGroup()).toMatchObject([
      { kind: 'group.overdue', data: { counts: { overdue: 3, outstanding: 3 } } },
    ]);
    expect(await w.told('people')).toEqual([
      'sent group.overdue',
      ...range(3).map(() => 'waiting job.overdue'),
    ]);
  });

  it('of which all jobs were removed is empty, which is no success', async () => {
    const w = world();
    const [one] = await w.track([1], { expect: 1 });
    const key = one!.outcome === 'tracked' ? one!.job.key : '';
    await untrack(
      { jobs: store.jobs, telemetry: w.deps.telemetry, groups: { ...store, clock: w.clock.now } },
      key,
    );
    await w.rounds();
    expect(w.ofGroup()).toMatchObject([
      { data: { outcome: 'empty', counts: { total: 1, removed: 1, succeeded: 0 } } },
    ]);
  });

  it('counts a member that is lost, and does not change when that turns up after all', async () => {
    const w = world();
    const gone: Observation = { kind: 'not_found', proof: 'confirmed', routeConfirmed: true, detail: 'gone' };
    await w.track([1], { expect: 1, labels: { team: 'web' } });
    w.ends(1, gone);
    for (let n = 0; n < 40; n += 1) {
      w.clock.pass(HOUR);
      await sweep(w.deps);
    }
    expect(w.ofGroup()).toMatchObject([{ data: { outcome: 'failed', counts: { lost: 1 } } }]);
    w.ends(1);
    for (let n = 0; n < 3; n += 1) {
      w.clock.pass(2 * HOUR);
      await sweep(w.deps);
    }
    expect(w.ofGroup()).toHaveLength(1);
    // The message of the group did not count that, so it is told for itself.
    expect(await w.told('web')).toEqual(['in the group job.lost', 'sent group.ended', 'sent job.succeeded']);
  });

  it('that has ended is joined no more: late jobs are its next run', async () => {
    const w = world();
    await w.track([1], { expect: 1 });
    w.ends(1);
    await w.rounds();
    const [late] = await w.track([2], { expect: 1 });
    expect(late).toMatchObject({ job: { group: { name: 'apply-42', run: 2 } } });
    w.ends(2, failed);
    await w.rounds();
    const ended = w.ofGroup();
    expect(ended.map(({ data }) => [data.group.run, data.outcome])).toEqual([
      [1, 'succeeded'],
      [2, 'failed'],
    ]);
    expect(new Set(ended.map(({ metadata }) => metadata.id)).size).toBe(2);
  });

  it('that expects fewer than join waits for all that have joined before its end', async () => {
    const w = world();
    await w.track(range(5), { expect: 2 });
    w.ends(1);
    w.ends(2);
    await w.rounds();
    expect(w.ofGroup()).toEqual([]);
    for (const n of [3, 4, 5]) w.ends(n);
    await w.rounds();
    expect(w.ofGroup()).toMatchObject([{ data: { closedBy: 'expect', counts: { total: 5, succeeded: 5 } } }]);
  });

  it('counts a job that is handed in twice once, and makes no new run for it', async () => {
    const w = world();
    await w.track([1, 1], { expect: 2 });
    w.ends(1);
    await w.rounds();
    expect(w.ofGroup()).toEqual([]);
    await w.track([2], { expect: 2 });
    w.ends(2);
    await w.rounds();
    const [again] = await w.track([1], { expect: 2 });
    expect(again).toMatchObject({ outcome: 'already_tracked', differs: [] });
    expect((await store.groups.list({ limit: 9 })).rows).toHaveLength(1);
  });

  it('keeps its jobs: one that is in another stays there, and that is said', async () => {
    const w = world();
    await w.track([1], { expect: 1 });
    const [other] = await w.track([1], { group: 'other' });
    expect(other).toMatchObject({ differs: [{ field: 'group', stays: 'apply-42' }] });
    expect(await store.groups.get('-/other/1')).toBeNull();
  });

  it('takes in a job that was tracked without one, also where that has ended', async () => {
    const w = world();
    await track({ ...w.deps, jobs: store.jobs, groups: store }, [spec(1), spec(2)]);
    w.ends(1);
    await w.rounds();
    await w.track([1, 2], { expect: 2 });
    w.ends(2);
    await w.rounds();
    expect(w.ofGroup()).toMatchObject([
      { data: { outcome: 'succeeded', counts: { total: 2, succeeded: 2 } } },
    ]);
  });

  it('takes in a job anew that was removed, or says that it could not', async () => {
    const w = world();
    await w.track([1, 2], { expect: 3 });
    const groups = { ...store, clock: w.clock.now };
    await untrack({ ...w.deps, jobs: store.jobs, groups }, `hwc-ecs/${PROJECT}/${jobId(1)}`);
    const others = { left: Infinity };
    const members = contended(store.members, others);
    const busy = { ...w.deps, jobs: store.jobs, groups: { ...groups, members } };
    const again = [spec(1, { group: 'apply-42', expect: 3 })];
    await expect(track(busy, again)).rejects.toThrow('the group apply-42 is changed by others all the time');
    others.left = 3;
    await track(busy, again);
    const { rows } = await store.members.list({ limit: 9 });
    expect(rows.map(({ state }) => state)).toEqual(['open', 'open']);
  });

  it('is joined by jobs that come over a bus', async () => {
    const w = world();
    const detail = { origin: 'hwc-ecs', jobIds: [jobId(1), jobId(2)], group: 'apply-42', expect: 2 };
    await submit({ ...w.deps, jobs: store.jobs, groups: store }, detail);
    w.ends(1);
    w.ends(2);
    await w.rounds();
    expect(w.ofGroup()).toMatchObject([{ data: { closedBy: 'expect', counts: { total: 2, succeeded: 2 } } }]);
  });

  it('is another one for who is limited to a project', async () => {
    const w = world();
    await w.track([1], { expect: 1 });
    await w.track([2], { expect: 1 }, ['b', 'a']);
    expect((await store.groups.list({ limit: 9 })).rows.map(({ key }) => key).toSorted()).toEqual([
      '-/apply-42/1',
      'a+b/apply-42/1',
    ]);
  });

  it('of a thousand jobs that end at once is told of once, by two sweeps side by side', async () => {
    const w = world();
    const many = range(1_000);
    await w.track(many, { expect: 1_000 });
    for (const n of many) w.ends(n, n % 100 === 0 ? failed : succeeded);
    for (let n = 0; n < 60 && (await w.group()).state !== 'ended'; n += 1) {
      w.clock.pass(ROUND_MS);
      await Promise.all([sweep(w.deps), sweep(w.deps)]);
    }
    expect(new Set(w.ofGroup().map(({ metadata }) => metadata.id)).size).toBe(
      w.ofGroup().at(-1)!.metadata.sequence,
    );
    expect(w.ofGroup().at(-1)).toMatchObject({
      kind: 'group.ended',
      data: { outcome: 'partial', counts: { total: 1_000, succeeded: 990, failed: 10 } },
    });
    await w.rounds(8);
    const told = await w.told('people');
    expect(told.filter((it) => it === 'in the group job.failed')).toHaveLength(10);
    expect(told.filter((it) => it.startsWith('sent')).length).toBeLessThanOrEqual(2);
  });

  it('is counted again where a job ends while its members are being counted', async () => {
    let meanwhile: (() => Promise<void>) | null = null;
    const w = world((it) => ({
      ...it,
      members: {
        ...it.members,
        async list(query) {
          const page = await it.members.list(query);
          const once = meanwhile;
          meanwhile = null;
          await once?.();
          return page;
        },
      },
    }));
    await w.track([1, 2], { expect: 2 });
    w.ends(1);
    await w.rounds();
    const key = `hwc-ecs/${spec(2).projectId}/${jobId(2)}`;
    meanwhile = async () => {
      const job = (await store.jobs.get(key))!;
      const emitted = ['job.succeeded' as const];
      const ended = { ...job, state: 'succeeded' as const, detectedAt: w.clock.now(), emitted, due: null };
      await store.jobs.save(ended);
      await tellGroup({ ...store, clock: w.clock.now }, ended);
    };
    w.clock.pass(11 * MINUTE);
    await sweep(w.deps);
    expect(meanwhile).toBeNull();
    for (let n = 0; n < 2; n += 1) {
      w.clock.pass(2_000);
      await sweep(w.deps);
    }
    expect(w.ofGroup()).toMatchObject([{ kind: 'group.ended', data: { counts: { succeeded: 2 } } }]);
  });

  it('is joined by many at once, each of whom is counted', async () => {
    const w = world();
    await Promise.all(range(150).map((n) => w.track([n], { expect: 150 })));
    expect(await w.group()).toMatchObject({ joined: 150 });
    expect((await store.groups.list({ limit: 9 })).rows).toHaveLength(1);
  });

  it('finds members whose jobs are gone, and those whose end nobody told it', async () => {
    const w = world();
    await w.track([1, 2], { expect: 2 });
    // Processes died: one after it had removed a job, one that had told nobody of an end.
    const [one, two] = await Promise.all(
      [1, 2].map((n) => store.jobs.get(spec(n).origin + `/${spec(n).projectId}/${jobId(n)}`)),
    );
    await store.jobs.remove(one!);
    w.ends(2);
    await store.jobs.save({
      ...two!,
      state: 'succeeded',
      detectedAt: w.clock.now(),
      emitted: ['job.succeeded'],
      due: null,
    });
    await w.rounds(1);
    expect(w.ofGroup()).toEqual([]);
    w.clock.pass(11 * MINUTE);
    await w.rounds(2);
    expect(w.ofGroup()).toMatchObject([{ data: { counts: { total: 2, removed: 1, succeeded: 1 } } }]);
  });
});

describe('the message of a group', () => {
  it('stands for those of its members where people read, and for none where programs do', async () => {
    const w = world();
    await w.track(range(3), { expect: 3, labels: { team: 'web' } });
    w.ends(1);
    await w.rounds();
    w.ends(2, failed);
    await w.rounds();
    w.ends(3, failed);
    await w.rounds();
    expect(await w.told('hook')).toEqual([
      'sent group.ended',
      'sent group.failing',
      'sent job.failed',
      'sent job.failed',
      'sent job.succeeded',
    ]);
    expect(await w.told('people')).toEqual([
      'in the group job.failed',
      'in the group job.failed',
      'sent group.ended',
      'sent group.failing',
    ]);
    // What its pattern wants are events of jobs: it gets what stands in their place.
    expect(await w.told('web')).toEqual([
      'in the group job.failed',
      'in the group job.failed',
      'in the group job.succeeded',
      'sent group.ended',
      'sent group.failing',
    ]);
    expect(await w.told('single')).toEqual([
      'sent group.ended',
      'sent job.failed',
      'sent job.failed',
      'sent job.succeeded',
    ]);
  });

  it('stands for an event of a member, too, that a bus brings after the end', async () => {
    const w = world();
    await w.track([1], { expect: 1, labels: { team: 'web' } });
    w.ends(1);
    const { publish } = w.deps.bus;
    const late: Event[] = [];
    // The bus owns the events of jobs, and takes its time with them.
    w.deps.bus.publish = async (events) => {
      late.push(...events.filter((event) => !isGroupEvent(event)));
      return events.map(() => ({ outcome: 'accepted' as const }));
    };
    await w.rounds(5);
    expect(await w.group()).toMatchObject({ state: 'ended', due: null });
    expect(await w.told('web')).toEqual([]);
    w.deps.bus.publish = publish;
    // The bus is not told that all is well, and brings them again: else they would wait for ever.
    const folding = { ...w.routing.folding, groups: contended(store.groups, { left: Infinity }) };
    await expect(dispatch({ ...w.routing, folding }, late)).rejects.toThrow(
      'is changed by others all the time',
    );
    await dispatch(w.routing, late);
    expect(await w.told('web')).toEqual(['waiting job.succeeded']);
    await w.rounds(3);
    expect(await w.told('web')).toEqual(['in the group job.succeeded', 'sent group.ended']);
    expect(await w.group()).toMatchObject({ due: null });
  });

  it('reaches whom its members name also where the first of them is not tracked any more', async () => {
    const w = world();
    await w.track(range(3), { expect: 3 });
    for (const row of (await store.jobs.list({ limit: 9 })).rows)
      await store.jobs.save({ ...row, notify: ['mailto:me@example.com'] });
    for (const n of [1, 2]) {
      w.ends(n);
      await w.rounds();
    }
    const waiting = (await store.deliveries.list({ state: 'folded', limit: 9 })).rows;
    const first = waiting.toSorted((a, b) => a.due!.at - b.due!.at)[0]!;
    expect(
      await untrack(
        { ...w.deps, jobs: store.jobs, groups: { ...store, clock: w.clock.now } },
        first.event.subject,
      ),
    ).toBe('removed');
    w.ends(3);
    await w.rounds(5);
    const mine = (await store.deliveries.list({ limit: 99 })).rows.filter(
      ({ channel }) => channel === 'email',
    );
    const message = mine.find(({ event }) => event.kind === 'group.ended')!;
    expect(await store.jobs.get(message.via!)).not.toBeNull();
    expect(mine.filter(({ fold }) => fold?.into === message.key)).toHaveLength(2);
    expect(mine.find(({ key }) => key === first.key)).toMatchObject({ reason: 'subscription_removed' });
  });

  it('is waited for where its event is not there yet, and nothing is taken for told before', async () => {
    const w = world();
    await w.track([1], { expect: 1, labels: { team: 'web' } });
    w.ends(1);
    const { events } = store;
    w.deps.store = { ...store, events: { ...events, get: async () => null } };
    await w.rounds(4);
    expect(await w.group()).toMatchObject({ state: 'ended' });
    expect(await w.told('web')).toEqual(['waiting job.succeeded']);
    w.deps.store = store;
    await w.rounds(4);
    expect(await w.told('web')).toEqual(['in the group job.succeeded', 'sent group.ended']);
  });

  it('is what routing says of the event of a member', async () => {
    const w = world();
    await w.track([1, 2], { expect: 2 });
    w.ends(1, failed);
    await w.rounds();
    const event = w.published.find(({ kind }) => kind === 'job.failed')!;
    const { routes } = await routing({ store, ...w.routing }, event, w.clock.now());
    expect(routes.find(({ subscription }) => subscription === 'people')?.targets).toMatchObject([
      { fate: 'waits', why: 'the message of group -/apply-42/1 tells of it', at: null },
    ]);
    expect(routes.find(({ subscription }) => subscription === 'hook')?.targets).toMatchObject([
      { fate: 'sent' },
    ]);
  });
});
