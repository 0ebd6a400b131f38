/**
 * What people get when much happens at once: a few messages, in which every event is counted once, and every failure within a minute. Counted in the
 * time of a clock that the test moves.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import { closeWindow, resolveGathered } from '../../lib/app/deliver/close-window.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { advanceRecoveries, startRecovery, survey } from '../../lib/app/deliver/recover.ts';
import { redeliver } from '../../lib/app/deliver/redeliver.ts';
import { windowsOf } from '../../lib/core/input/window-fields.ts';
import { events } from '../core/jobs/events.ts';
import { drain, endpointsDue } from '../../lib/app/deliver/drain.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import { groupEvent, jobEvent } from '../../lib/core/jobs/event.ts';
import { newEventRow } from '../../lib/core/jobs/event-row.ts';
import { newGroup } from '../../lib/core/jobs/group.ts';
import { tallyOf } from '../../lib/core/jobs/group-tally.ts';
import { newMember } from '../../lib/core/jobs/member.ts';
import { newJob, type JobEventKind } from '../../lib/core/jobs/job.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import { inPlaceOf, via, type Delivery, type Receipt } from '../../lib/core/notify/delivery.ts';
import { briefOf } from '../../lib/core/notify/brief.ts';
import { gathered, toldBy } from '../../lib/core/notify/window.ts';
import type { Subscription } from '../../lib/core/notify/subscription.ts';
import type { Store } from '../../lib/ports.ts';
import {
  dispatchStored,
  failed,
  ok,
  POLICY,
  recordingTelemetry,
  scriptedChannel,
  spec,
  START,
  subscription,
  succeeded,
  testClock,
} from '../kit.ts';

const INFO = { origin: 'otc-ecs', service: 'ecs', cloud: 'otc', region: 'eu-de' };
/** The end of the nth job; of every `failures`th a failure. */
export function endOf(n: number, failures = 10, at = START): Event {
  const job = newJob(spec(n, { origin: 'otc-ecs', name: `web-${n}` }), INFO, at, at);
  const settled = decide(job, n % failures === 0 ? failed : succeeded, at, POLICY).job;
  return jobEvent(settled, settled.outbox[0]!);
}

const TICK_MS = 500;
const KINDS: JobEventKind[] = ['job.overdue', 'job.succeeded'];

/** Deliveries on their way to channels that take everything; somebody looks for what is due at every tick. */
export function windowWorld(store: Store, subscriptions: readonly Subscription[], tickMs = TICK_MS) {
  const clock = testClock();
  const answer: { now: Receipt; of?: (event: Event) => Receipt } = { now: ok };
  const channel = scriptedChannel(({ event }) => answer.of?.(event) ?? answer.now);
  const sentAt: number[] = [];
  const send = (message: Parameters<typeof channel.send>[0]) => {
    sentAt.push(clock.now());
    return channel.send(message);
  };
  const live = { subscriptions };
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => live.subscriptions },
    channels: Object.fromEntries(Object.keys(CHANNELS).map((name) => [name, { send }])),
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: CHANNELS,
  };
  const doorbell = { ring: async () => {} };
  const happen = (...events: Event[]) =>
    dispatchStored({ ...store, subscriptions: deps.subscriptions, clock: clock.now, doorbell }, events);
  const tick = async () => {
    for (const endpoint of await endpointsDue(deps, 100)) await drain(deps, endpoint, () => true);
    await resolveGathered({ ...deps, doorbell }, 1_000);
  };
  const pass = async (ms: number, step = tickMs) => {
    for (const until = clock.now() + ms; clock.now() < until; clock.pass(step)) await tick();
    await tick();
  };
  const rows = async () => {
    const all: Delivery[] = [];
    for (let after: string | undefined; ;) {
      const page = await store.deliveries.list({ limit: 500, ...(after && { after }) });
      all.push(...page.rows);
      if (!page.next) return all;
      after = page.next;
    }
  };
  return { clock, deps, live, answer, sent: channel.sent, sentAt, happen, tick, pass, rows };
}

/** Every event that was sent on its own or told of in a message of a window, by its id; once for each time. */
export function toldEvents(rows: readonly Delivery[]): string[] {
  const windows = rows.filter((row) => row.window);
  return rows
    .filter((row) => !row.window)
    .flatMap((row) => {
      const within = windows.filter((window) => window.window!.members && toldBy(window)(row));
      for (const window of within) expect(window.key).toBe(row.gathered?.window);
      const times = within.length + (row.state === 'delivered' ? 1 : 0);
      return Array.from({ length: times }, () => row.event.metadata.id);
    });
}

const eventsOf = (event: Event): number => (event.kind === 'summary' ? event.data.events : 1);

export function windowsContract(
  name: string,
  makeStore: () => Promise<{ store: Store; close(): Promise<void> }>,
  { jobs, failures, tickMs = TICK_MS }: { jobs: number; failures: number; tickMs?: number },
): void {
  describe(`windows over ${name}`, () => {
    let opened: Awaited<ReturnType<typeof makeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());
    const ops = subscription('ops', { channel: 'slack' });
    const worldOf = (...subscriptions: Subscription[]) => windowWorld(opened.store, subscriptions, tickMs);

    it(`tell of ${jobs} jobs that end within a minute in at most 20 messages, each counted once and every failure within a minute`, async () => {
      const { happen, pass, clock, rows, sent, sentAt } = worldOf(ops);
      const foundAt = new Map<string, number>();
      const each = Math.ceil((jobs * tickMs) / 60_000);
      for (let n = 1; n <= jobs; n += each) {
        const ends = Array.from({ length: Math.min(each, jobs - n + 1) }, (_, i) => endOf(n + i, failures));
        for (const end of ends) foundAt.set(end.metadata.id, clock.now());
        await happen(...ends);
        await pass(tickMs);
      }
      await pass(400_000, 10_000);
      expect(sent.length).toBeLessThanOrEqual(20);
      const all = await rows();
      expect(all.every((row) => row.due === null)).toBe(true);
      expect(toldEvents(all).toSorted()).toEqual([...foundAt.keys()].toSorted());
      expect(sent.reduce((sum, { event }) => sum + eventsOf(event), 0)).toBe(jobs);
      const told = sent.map(({ event }) =>
        event.kind === 'summary' ? (event.data.counts['failed'] ?? 0) : Number(event.kind === 'job.failed'),
      );
      expect(told.reduce((sum, n) => sum + n, 0)).toBe(Math.floor(jobs / failures));
      const visibleAt = new Map(sent.map(({ deliveryId }, i) => [deliveryId, sentAt[i]!]));
      for (const row of all.filter(({ event }) => event.kind === 'job.failed')) {
        const by = row.gathered ? all.find(({ key }) => key === row.gathered!.window)! : row;
        expect(visibleAt.get(by.id)! - foundAt.get(row.event.metadata.id)!).toBeLessThanOrEqual(60_000);
      }
    }, 60_000);

    it('let the first events of a quiet target go at once, and the next ones after a minute of calm', async () => {
      const { happen, tick, pass, sent } = worldOf(ops);
      await happen(endOf(1));
      await tick();
      expect(sent.map(({ event }) => event.kind)).toEqual(['job.succeeded']);
      await happen(...Array.from({ length: 9 }, (_, n) => endOf(n + 2)));
      await pass(120_000);
      expect(sent.map(({ event }) => event.kind).toSorted()).toEqual([
        'job.failed',
        ...Array.from({ length: 4 }, () => 'job.succeeded'),
        'summary',
      ]);
      await happen(endOf(99));
      await tick();
      expect(sent.at(-1)!.event.kind).toBe('job.succeeded');
    });

    it('hold what happens in quiet hours, but for urgent events, and tell of it when they end', async () => {
      // The clock of the tests begins at 13:00 in Berlin.
      const quiet = subscription('ops', {
        channel: 'slack',
        windows: windowsOf({ quiet: { from: '12:00', to: '14:00' } }, 'Europe/Berlin')!,
      });
      const { happen, pass, sent, clock, rows } = worldOf(quiet);
      await happen(events['origin.unreachable'], ...Array.from({ length: 8 }, (_, n) => endOf(n + 1, 4)));
      await pass(60_000);
      expect(sent.map(({ event }) => event.kind)).toEqual(['origin.unreachable']);
      clock.pass(58 * 60_000);
      await pass(62_000);
      expect(sent.slice(1).map(({ event }) => event.data)).toMatchObject([
        { why: 'quiet_hours', events: 8, counts: { succeeded: 6, failed: 2 } },
      ]);
      expect((await rows()).every(({ due }) => due === null)).toBe(true);
    });

    it('of what is too much are closed when quiet hours begin, and say nothing within them', async () => {
      // They begin half an hour after the first event.
      const quiet = subscription('ops', {
        channel: 'slack',
        windows: windowsOf({ rollup: { every: '1h' }, quiet: { from: '12:30', to: '14:00' } })!,
      });
      const { happen, pass, sent, sentAt, clock, rows } = worldOf(quiet);
      const begin = clock.now() + 30 * 60_000;
      for (const n of [0, 1]) {
        await happen(...Array.from({ length: 12 }, (_, i) => endOf(12 * n + i + 1, 99)));
        await pass(90_000, 5_000);
      }
      clock.pass(begin - clock.now());
      await pass(3_600_000, 600_000);
      expect(sentAt.filter((at) => at > begin && at < begin + 90 * 60_000)).toEqual([]);
      expect(sent.reduce((sum, { event }) => sum + eventsOf(event), 0)).toBe(24);
      expect(toldEvents(await rows())).toHaveLength(24);
    });

    it('let the few events of quiet hours go one by one when they end', async () => {
      const quiet = subscription('ops', {
        channel: 'slack',
        windows: windowsOf({ quiet: { from: '12:00', to: '12:30' } })!,
      });
      const { happen, pass, sent, clock } = worldOf(quiet);
      await happen(endOf(1), endOf(2));
      await pass(1_000);
      clock.pass(30 * 60_000);
      await pass(5_000);
      expect(sent.map(({ event }) => event.kind)).toEqual(['job.succeeded', 'job.succeeded']);
    });

    it('make a digest of everything but failures, at a time in a zone', async () => {
      const daily = subscription('ops', {
        channel: 'slack',
        windows: windowsOf({ digest: { at: '14:30' } }, 'Europe/Berlin')!,
      });
      const { happen, pass, sent, clock, rows } = worldOf(daily);
      await happen(...Array.from({ length: 6 }, (_, n) => endOf(n + 1, 3)));
      await pass(10_000);
      expect(sent.map(({ event }) => event.kind)).toEqual(['job.failed', 'job.failed']);
      clock.pass(90 * 60_000);
      await pass(5_000);
      expect(sent.slice(2).map(({ event }) => event.data)).toMatchObject([
        { why: 'digest', events: 4, counts: { succeeded: 4 } },
      ]);
      expect(toldEvents(await rows())).toHaveLength(6);
    });

    it('send what somebody asks for singly, and count it in no message', async () => {
      const { happen, tick, pass, deps, sent, rows } = worldOf(ops);
      await happen(...Array.from({ length: 9 }, (_, n) => endOf(n + 1, 100)));
      await pass(10_000);
      const waiting = (await rows()).filter(({ state }) => state === 'gathered');
      expect(waiting.length).toBeGreaterThan(2);
      const doorbell = { ring: async () => {} };
      await redeliver({ ...deps, doorbell }, waiting[0]!.key, 'Anna');
      await pass(2_000);
      expect(sent.at(-1)!.deliveryId).toBe(waiting[0]!.id);
      await pass(60_000);
      await tick();
      const all = await rows();
      expect(toldEvents(all).toSorted()).toEqual(
        all
          .filter((row) => !row.window)
          .map((row) => row.event.metadata.id)
          .toSorted(),
      );
    });

    it('have their message sent again by who recovers any event of it, once, and counted once', async () => {
      const { happen, pass, deps, sent, answer, rows, clock } = worldOf(ops);
      await happen(...Array.from({ length: 5 }, (_, n) => endOf(n + 1, 100)));
      await pass(10_000);
      answer.now = { kind: 'never', reason: 'rejected', detail: 'HTTP 400', disable: false };
      await happen(...Array.from({ length: 60 }, (_, n) => endOf(n + 6, 20)));
      await pass(60_000);
      const lost = (await rows()).filter(({ state }) => state === 'failed');
      const message = lost.find(({ window }) => window)!;
      const told = lost.length - 1 + eventsOf(message.event as Event);
      expect(told).toBe(60);
      answer.now = ok;
      sent.length = 0;
      const recovering = { ...deps, store: opened.store, doorbell: { ring: async () => {} }, aheadMs: 2_000 };
      const asked = (more: { labels?: Record<string, string>; projects?: string[] } = {}) => ({
        how: 'recover' as const,
        by: 'ops',
        token: 't1',
        which: { since: START, until: clock.now(), projects: null, ...more },
        perSecond: 10,
      });
      const count = async (...more: Parameters<typeof asked>) =>
        (await survey(recovering, asked(...more), () => true)).progress;
      expect(await count()).toMatchObject({ events: 65, sent: lost.length });
      expect(await count({ labels: { team: 'nobody' } })).toMatchObject({ sent: 0 });
      expect(await count({ projects: [spec(1).projectId] })).toMatchObject({ sent: lost.length - 1 });
      await startRecovery(recovering, 'rcv_1', asked());
      for (let n = 0; n < 30; n += 1) {
        await advanceRecoveries(recovering);
        await pass(1_000);
      }
      expect(sent.map(({ deliveryId }) => deliveryId).toSorted()).toEqual(
        lost.map(({ id }) => id).toSorted(),
      );
      expect(sent.reduce((sum, { event }) => sum + eventsOf(event), 0)).toBe(60);
      expect(await opened.store.recoveries.get('rcv_1')).toMatchObject({
        state: 'done',
        progress: { events: 65, sent: lost.length },
      });
      expect(toldEvents(await rows())).toHaveLength(65);
    });

    it('tell whom several jobs name of those that are still tracked, whichever of them opened the window', async () => {
      const { happen, pass, rows, sent } = worldOf();
      const notify = ['mailto:me@example.com'];
      const ends = Array.from({ length: 12 }, (_, n) => endOf(n + 1, 100));
      const jobs = Array.from({ length: 12 }, (_, n) => newJob(spec(n + 1, { notify }), INFO, START, START));
      // The spec of `endOf` names another origin, so the keys are those of its events.
      await opened.store.jobs.create(jobs.map((job, n) => ({ ...job, key: ends[n]!.subject })));
      await happen(...ends);
      await pass(5_000);
      const open = (await rows()).find(({ state }) => state === 'gathering')!;
      const first = (await opened.store.jobs.get(open.via!))!;
      await opened.store.jobs.remove(first);
      await pass(60_000);
      expect((await rows()).find(({ key }) => key === open.key)!.state).toBe('delivered');
      expect(sent.reduce((sum, { event }) => sum + eventsOf(event), 0)).toBeGreaterThanOrEqual(11);
    });

    describe('that jobs have named the target of', () => {
      const notify = ['mailto:me@example.com'];
      const begin = async () => {
        const w = worldOf();
        const ends = Array.from({ length: 12 }, (_, n) => endOf(n + 1, 100));
        const jobs = ends.map(({ subject }, n) => ({
          ...newJob(spec(n + 1, { notify }), INFO, START, START),
          key: subject,
        }));
        await opened.store.jobs.create(jobs);
        await w.happen(...ends);
        await w.pass(5_000);
        const open = (await w.rows()).find(({ state }) => state === 'gathering')!;
        const untrack = async (...keys: string[]) => {
          for (const key of keys) {
            const job = await opened.store.jobs.get(key);
            if (job) await opened.store.jobs.remove(job);
          }
        };
        return { ...w, jobs, open, untrack };
      };

      it.each(['is tried again', 'waits for a worker that died after closing it'])(
        'still tell whoever else has named it, where all but one of them are untracked while the message %s',
        async (when) => {
          const { pass, sent, answer, open, untrack, deps, clock } = await begin();
          if (when === 'is tried again') {
            answer.now = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
            await pass(45_000);
          } else {
            clock.pass(45_000);
            const deliveries: Store['deliveries'] = {
              ...opened.store.deliveries,
              save: async (row) => {
                if (row.state === 'bundled') throw new Error('died');
                return opened.store.deliveries.save(row);
              },
            };
            const row = (await deliveries.get(open.key))!;
            await expect(closeWindow({ ...deps, store: { deliveries } }, row)).rejects.toThrow('died');
          }
          const closed = (await opened.store.deliveries.get(open.key))!;
          const named = closed.window!.named!;
          expect(named.length).toBeGreaterThan(3);
          await untrack(open.via!, ...named.slice(0, -1));
          const before = sent.length;
          answer.now = ok;
          await pass(90_000, 5_000);
          expect(await opened.store.deliveries.get(open.key)).toMatchObject({ state: 'delivered' });
          expect(eventsOf(sent[before]!.event)).toBe(closed.window!.members!.length);
        },
      );

      it('tell nobody where all of them are untracked', async () => {
        const { pass, sent, open, untrack, jobs } = await begin();
        await untrack(...jobs.map(({ key }) => key));
        const before = sent.length;
        await pass(60_000);
        expect(sent).toHaveLength(before);
        expect(await opened.store.deliveries.get(open.key)).toMatchObject({
          state: 'failed',
          reason: 'subscription_removed',
        });
      });

      it('are as the message of a group, which still tells whoever else has named it', async () => {
        const { pass, sent, jobs, untrack, answer, clock } = await begin();
        const wish = { projects: null, name: 'apply-42', requestedBy: null };
        const [made] = await opened.store.groups.create([newGroup(wish, 1, START)]);
        const group = made!.row;
        const members = jobs.map(({ key }) => newMember(group, key, START));
        await opened.store.members.create(members);
        const { told } = tallyOf(members, group);
        const event = groupEvent(group, { kind: 'group.ended', at: START, sequence: 1, told });
        await opened.store.events.create([newEventRow(event, START)]);
        await pass(60_000);
        // So long after that there is no longer too much.
        clock.pass(600_000);
        const [first] = (await opened.store.deliveries.list({ limit: 1, state: 'delivered' })).rows;
        const [made2] = await opened.store.deliveries.create([
          via(inPlaceOf(first!, event, clock.now()), jobs[0]!.key),
        ]);
        answer.now = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
        await pass(3_000);
        await untrack(...jobs.slice(0, -1).map(({ key }) => key));
        answer.now = ok;
        await pass(60_000);
        expect(await opened.store.deliveries.get(made2!.row.key)).toMatchObject({ state: 'delivered' });
        expect(sent.at(-1)!.event.kind).toBe('group.ended');
      });
    });

    it('keep the order of the events of a job: none is told of in a window while an earlier one is tried', async () => {
      const ordered = subscription('ops', { channel: 'slack', ordered: true });
      const { happen, pass, answer, sent, rows } = worldOf(ordered);
      const job = { ...newJob(spec(1, { origin: 'otc-ecs' }), INFO, START, START), emitted: [...KINDS] };
      await opened.store.jobs.create([job]);
      const [overdue, ended] = KINDS.map((kind, i) => jobEvent(job, { kind, at: START, sequence: i + 1 }));
      const down: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
      answer.of = ({ kind }) => (kind === 'job.overdue' ? down : ok);
      await happen(overdue!);
      await pass(4_000);
      // Enough at once that what follows is gathered, and would be told of while the first is still tried.
      await happen(...Array.from({ length: 9 }, (_, n) => endOf(n + 2, 100)));
      await pass(4_000);
      await happen(ended!);
      await pass(50_000, 5_000);
      delete answer.of;
      await pass(900_000, 5_000);
      const all = await rows();
      const messageOf = ({ metadata: { id } }: Event): Delivery => {
        const row = all.find(({ event, window }) => !window && event.metadata.id === id)!;
        return row.gathered ? all.find(({ key }) => key === row.gathered!.window)! : row;
      };
      const lastSent = (row: Delivery): number =>
        sent.findLastIndex(({ deliveryId }) => deliveryId === row.id);
      expect(all.some(({ window }) => window)).toBe(true);
      expect([overdue!, ended!].map((event) => messageOf(event).state)).toEqual(['delivered', 'delivered']);
      expect(lastSent(messageOf(overdue!))).toBeLessThan(lastSent(messageOf(ended!)));
    });

    it('keep that order where one event of a job waits for a window and the next would be told of in an earlier one', async () => {
      const windows = windowsOf({ digest: { every: '15m' } })!;
      const { happen, pass, sent, rows } = worldOf(
        subscription('ops', { channel: 'slack', ordered: true, windows }),
      );
      const job = { ...newJob(spec(1, { origin: 'otc-ecs' }), INFO, START, START), emitted: [...KINDS] };
      await opened.store.jobs.create([job]);
      const [overdue, ended] = KINDS.map((kind, i) => jobEvent(job, { kind, at: START, sequence: i + 1 }));
      // The digest is made at 12:15; what is bad is gathered a few seconds before that, and told of after it.
      await pass(880_000, 16_000);
      await happen(...Array.from({ length: 9 }, (_, n) => endOf(n + 2, 1, START + 880_000)));
      await pass(8_000);
      await happen(overdue!, ended!, endOf(20, 100), endOf(21, 100));
      await pass(2_000_000, 5_000);
      const all = await rows();
      const lastSent = ({ metadata: { id } }: Event): number => {
        const row = all.find(({ event, window }) => !window && event.metadata.id === id)!;
        const message = row.gathered ? all.find(({ key }) => key === row.gathered!.window)! : row;
        expect(message.state).toBe('delivered');
        return sent.findLastIndex(({ deliveryId }) => deliveryId === message.id);
      };
      expect(all.some(({ window }) => window?.why === 'rate')).toBe(true);
      expect(lastSent(overdue!)).toBeLessThan(lastSent(ended!));
    });

    it('let out who comes after his window was closed, and count him once', async () => {
      const { happen, pass, rows } = worldOf(ops);
      await happen(...Array.from({ length: 9 }, (_, n) => endOf(n + 1, 100)));
      await pass(10_000);
      const open = (await rows()).find(({ state }) => state === 'gathering')!;
      await pass(60_000);
      expect((await rows()).find(({ key }) => key === open.key)!.state).toBe('delivered');
      const late = endOf(99);
      await happen(late);
      const row = (await rows()).find(({ event }) => event.metadata.id === late.metadata.id)!;
      await opened.store.deliveries.save(gathered(row, open, briefOf(late)));
      await pass(400_000, 10_000);
      const all = await rows();
      expect(all.every(({ due }) => due === null)).toBe(true);
      expect(toldEvents(all).filter((id) => id === late.metadata.id)).toHaveLength(1);
      expect(toldEvents(all)).toHaveLength(10);
    });
  });
}
