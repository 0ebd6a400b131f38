/** One message for each job or group, that is kept up to date; what comes after its first event is told below it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, targetOn } from '../../lib/adapters/channels/registry.ts';
import { botAddress } from '../../lib/adapters/channels/slack/address.ts';
import { createSlack } from '../../lib/adapters/channels/slack/sender.ts';
import { resolveGathered } from '../../lib/app/deliver/close-window.ts';
import { deliver, type DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { redeliver } from '../../lib/app/deliver/redeliver.ts';
import { expire } from '../../lib/app/upkeep/expire.ts';
import type { Event, JobEvent } from '../../lib/core/jobs/event.ts';
import { digest } from '../../lib/core/jobs/event-id.ts';
import type { Subscription } from '../../lib/core/notify/subscription.ts';
import type { Store } from '../../lib/ports.ts';
import { localExchange } from '../adapters/channels/kit.ts';
import { CHANNEL, slackService, TOKEN } from '../adapters/channels/slack-service.ts';
import { jobSample, SAMPLES } from '../core/notify/samples.ts';
import { endOf } from './windows.ts';
import { dispatchStored, recordingTelemetry, subscription, testClock } from '../kit.ts';

/** An event of one job, or of one that was tracked at another time. */
export function jobEventOf(kind: JobEvent['kind'], sequence: number, trackedAt?: string): Event {
  const event = jobSample(kind, {
    ...(kind === 'job.failed' && {
      outcome: 'failed',
      status: 'FAIL',
      error: { code: 'Ecs.0219', reason: 'no host left', subJobs: [], subJobsOmitted: 0 },
    }),
    ...(trackedAt !== undefined && { trackedAt }),
  });
  const id = `evt_${digest(kind, sequence, trackedAt ?? '')}`;
  return { ...event, metadata: { ...event.metadata, id, sequence } };
}

/** Deliveries to a bot in Slack, which a clock of the test's own moves. */
export async function livingWorld(store: Store, clock = testClock()) {
  let word: string | undefined;
  const slack = await slackService({ now: clock.now, refuses: () => word });
  const target = targetOn('slack', () => botAddress(slack.api, CHANNEL, TOKEN));
  const ops: Subscription = { ...subscription('ops', { channel: 'slack' }), targets: [target] };
  const channel = createSlack({ exchange: localExchange });
  const telemetry = recordingTelemetry();
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => [ops] },
    channels: { slack: channel },
    clock: clock.now,
    telemetry,
    rules: CHANNELS,
  };
  const doorbell = { ring: async () => {} };
  const happen = (...events: Event[]) =>
    dispatchStored({ ...store, subscriptions: deps.subscriptions, clock: clock.now, doorbell }, events);
  const pass = async (ms: number, step = 500) => {
    for (const until = clock.now() + ms; clock.now() < until; clock.pass(step)) {
      for (const endpoint of await endpointsDue(deps, 9)) await drain(deps, endpoint, () => true);
      await resolveGathered({ ...deps, doorbell }, 1_000);
    }
  };
  const rows = async () => (await store.deliveries.list({ limit: 500 })).rows;
  const places = async () => (await store.places.list({ limit: 500 })).rows;
  const refuse = (it?: string) => void (word = it);
  return { clock, slack, target, ops, deps, doorbell, happen, pass, rows, places, refuse, telemetry };
}

export function livingContract(
  name: string,
  makeStore: () => Promise<{ store: Store; close(): Promise<void> }>,
  which: 'core' | 'all' = 'all',
): void {
  describe(`messages that are kept up to date over ${name}`, () => {
    let opened: Awaited<ReturnType<typeof makeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());

    it('a job has one message, which shows its newest state, and what came after the first event stands below it', async () => {
      const { happen, pass, slack, rows } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      await pass(3_000);
      expect(slack.shown).toMatchObject([{ text: expect.stringContaining('⚠️'), changes: 0 }]);
      await happen(jobEventOf('job.failed', 2));
      await pass(3_000);
      const [message, reply, ...none] = slack.shown;
      expect(none).toEqual([]);
      expect(message).toMatchObject({ text: expect.stringContaining('no host left'), changes: 1 });
      // Nobody is notified of a change: a failure is shown in the channel, too.
      expect(reply).toMatchObject({
        thread: message!.ts,
        broadcast: true,
        text: expect.stringContaining('no host left'),
      });
      expect((await rows()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    });

    it('an event that is older than what the message shows is told below it, and the message stays', async () => {
      const { happen, pass, slack } = await livingWorld(opened.store);
      await happen(jobEventOf('job.succeeded', 2));
      await pass(2_000);
      await happen(jobEventOf('job.overdue', 1));
      await pass(3_000);
      expect(slack.shown).toMatchObject([
        { text: expect.stringContaining('✅'), changes: 0 },
        { text: expect.stringContaining('⚠️'), broadcast: false },
      ]);
    });

    it('where a later event overtakes one that is being shown, the message shows the later one', async () => {
      const { happen, pass, slack, deps, clock, places } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      await pass(2_000);
      const inner = deps.channels['slack']!;
      let isFirst = true;
      // The later event is told by another worker while the change of the earlier one is on its way.
      const slow: DeliverDeps = {
        ...deps,
        channels: {
          slack: {
            async send(message) {
              if (message.living?.how !== 'update' || !isFirst) return inner.send(message);
              isFirst = false;
              clock.pass(2_000);
              await happen(jobEventOf('job.failed', 3));
              for (const row of (await opened.store.deliveries.list({ limit: 9 })).rows)
                if (row.event.kind === 'job.failed') await deliver(deps, row);
              return inner.send(message);
            },
          },
        },
      };
      await happen(jobEventOf('job.unreachable', 2));
      const [endpoint] = await endpointsDue(slow, 1);
      await drain(slow, endpoint!, () => true);
      await pass(3_000);
      expect(slack.shown[0]).toMatchObject({ text: expect.stringContaining('no host left') });
      expect(await places()).toMatchObject([{ sequence: 3, shown: true }]);
    });

    it('a message that somebody deleted is posted anew by the next event', async () => {
      const { happen, pass, slack, rows, places } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      await pass(2_000);
      slack.shown.length = 0;
      await happen(jobEventOf('job.failed', 2));
      await pass(5_000);
      expect(slack.shown).toMatchObject([{ text: expect.stringContaining('no host left') }]);
      expect(slack.shown[0]!.thread).toBeUndefined();
      expect((await rows()).every(({ state }) => state === 'delivered')).toBe(true);
      expect(await places()).toMatchObject([{ state: 'posted', spot: { ts: slack.shown[0]!.ts } }]);
    });

    it('what was posted and not recorded is known by its place, and not posted again', async () => {
      const { happen, pass, deps, slack, rows } = await livingWorld(opened.store);
      await happen(jobEventOf('job.failed', 1));
      await pass(2_000);
      // Its worker died before it could say so.
      const [row] = await rows();
      const attempts = row!.attempts.map((one) => ({ ...one, reason: null }));
      const due = { queue: `deliver:${row!.endpoint}`, at: 0 };
      await opened.store.deliveries.save({ ...row!, state: 'sending', attempts, due });
      await rescue(deps);
      await pass(3_000);
      expect(slack.shown).toHaveLength(1);
      expect((await rows())[0]).toMatchObject({
        state: 'delivered',
        attempts: [{ reason: 'uncertain' }, { reason: 'ok', detail: 'its message shows it already' }],
      });
    });

    it('a claim whose worker died keeps nobody waiting for longer than a claim lasts', async () => {
      const { happen, pass, deps, slack } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      const dying: DeliverDeps = {
        ...deps,
        channels: { slack: { send: () => new Promise(() => {}) } },
      };
      const [endpoint] = await endpointsDue(dying, 1);
      void drain(dying, endpoint!, () => true);
      await expect.poll(async () => (await opened.store.places.list({ limit: 1 })).rows).toHaveLength(1);
      // Nobody takes it up: its own next attempt would take over its claim.
      const [dead] = (await opened.store.deliveries.list({ limit: 1 })).rows;
      const due = { ...dead!.due!, at: dead!.due!.at + 3_600_000 };
      await opened.store.deliveries.save({ ...dead!, due });
      await happen(jobEventOf('job.failed', 2));
      await pass(50_000, 5_000);
      expect(slack.shown).toEqual([]);
      await pass(15_000, 1_000);
      expect(slack.shown.filter(({ thread }) => thread === undefined)).toMatchObject([
        { text: expect.stringContaining('no host left') },
      ]);
    });

    it('where nothing has changed for a month, the place is forgotten', async () => {
      const { happen, pass, deps, clock, places } = await livingWorld(opened.store);
      await happen(jobEventOf('job.failed', 1));
      await pass(2_000);
      clock.pass(31 * 24 * 3_600_000);
      await expire({ ...deps, store: opened.store, retention: 1e12 }, 100);
      expect(await places()).toEqual([]);
    });
    // What follows takes many ticks, and asks no more of a store.
    if (which === 'core') return;

    it('what is good news stands below the message only', async () => {
      const { happen, pass, slack } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      await pass(2_000);
      await happen(jobEventOf('job.succeeded', 2));
      await pass(3_000);
      expect(slack.shown).toMatchObject([
        { text: expect.stringContaining('✅'), changes: 1 },
        { text: expect.stringContaining('✅'), broadcast: false },
      ]);
    });

    it('a group has one message, and each run of a job that is tracked again', async () => {
      const { happen, pass, slack } = await livingWorld(opened.store);
      const failing = SAMPLES['group.failing']!;
      const ended = SAMPLES['group.ended'] ?? SAMPLES['group.ended.failed']!;
      const at = (event: Event, sequence: number): Event => ({
        ...event,
        subject: failing.subject,
        metadata: { ...event.metadata, id: `evt_${digest(event.kind)}`, sequence },
      });
      await happen(at(failing, 1));
      await pass(2_000);
      await happen(at(ended, 2));
      await pass(3_000);
      expect(slack.shown.map(({ thread }) => thread)).toEqual([undefined, slack.shown[0]!.ts]);
      await happen(jobEventOf('job.failed', 1, '2026-03-01T12:00:05.000Z'));
      await pass(2_000);
      await happen(jobEventOf('job.failed', 1, '2026-03-02T12:00:05.000Z'));
      await pass(2_000);
      expect(slack.shown.filter(({ thread }) => thread === undefined)).toHaveLength(3);
    });

    it.each([
      ['channel_not_found', 'gone'],
      ['is_archived', 'gone'],
      ['not_in_channel', 'gone'],
      ['invalid_auth', 'auth_error'],
      ['account_inactive', 'auth_error'],
      ['token_revoked', 'auth_error'],
    ])('%s disables the target, tells others, and forgets the claim', async (word, reason) => {
      const { happen, pass, refuse, rows, places, target } = await livingWorld(opened.store);
      refuse(word);
      await happen(jobEventOf('job.failed', 1));
      await pass(2_000);
      expect(await rows()).toMatchObject([{ state: 'held', reason }]);
      expect(await opened.store.endpoints.get(target.endpoint)).toMatchObject({
        state: 'disabled',
        reason,
        outbox: [{ kind: 'subscription.disabled' }],
      });
      expect(await places()).toEqual([]);
    });

    it('leaves Slack alone for as long as it says, and spends no attempt', async () => {
      const { happen, pass, refuse, rows, slack } = await livingWorld(opened.store);
      refuse('ratelimited');
      await happen(jobEventOf('job.failed', 1));
      await pass(25_000, 1_000);
      expect(slack.calls).toHaveLength(1);
      refuse();
      await pass(10_000);
      expect(await rows()).toMatchObject([{ state: 'delivered', spent: 1 }]);
      expect(slack.shown).toHaveLength(1);
    });

    it('what somebody asks for once more is told below the message', async () => {
      const { happen, pass, deps, doorbell, slack, rows } = await livingWorld(opened.store);
      await happen(jobEventOf('job.failed', 1));
      await pass(2_000);
      await redeliver({ ...deps, doorbell }, (await rows())[0]!.key, 'Anna');
      await pass(3_000);
      expect(slack.shown).toMatchObject([{}, { thread: slack.shown[0]!.ts, broadcast: true }]);
    });

    it('while there is too much, what has a message already is told there', async () => {
      const { happen, pass, slack } = await livingWorld(opened.store);
      await happen(jobEventOf('job.overdue', 1));
      await pass(2_000);
      await happen(...Array.from({ length: 20 }, (_, n) => endOf(n + 1, 1_000)));
      await pass(8_000);
      await happen(jobEventOf('job.failed', 2));
      await pass(4_000);
      expect(slack.shown[0]).toMatchObject({ text: expect.stringContaining('no host left'), changes: 1 });
      expect(slack.shown.at(-1)).toMatchObject({ thread: slack.shown[0]!.ts, broadcast: true });
    });

    it('while there is too much, the windows that follow one another have one message, which counts them all', async () => {
      const { happen, pass, slack, places, rows } = await livingWorld(opened.store);
      // 8 a minute for a quarter of an hour.
      for (let n = 0; n < 30; n += 1) {
        await happen(...Array.from({ length: 4 }, (_, i) => endOf(4 * n + i + 1, 9)));
        await pass(30_000, 5_000);
      }
      await pass(400_000, 10_000);
      const place = (await places()).find(({ sum }) => sum)!;
      const rollups = slack.shown.filter(({ ts, thread }) => [ts, thread].includes(place.spot!.ts));
      const [message, ...replies] = rollups;
      expect(message!.thread).toBeUndefined();
      expect(replies.length).toBeGreaterThan(1);
      expect(replies.every(({ thread }) => thread === message!.ts)).toBe(true);
      const summaries = (await rows()).filter((row) => row.window);
      const counts = summaries.map(
        (row) => (row.event as unknown as { data: { events: number } }).data.events,
      );
      expect(place).toMatchObject({
        shown: true,
        sum: { events: counts.reduce((all, one) => all + one, 0) },
      });
      expect(summaries).toHaveLength(rollups.length);
      expect(JSON.stringify(message!.blocks)).toContain(String(place.sum!.events));
      expect(message!.changes).toBe(replies.length);
    });
  });
}
