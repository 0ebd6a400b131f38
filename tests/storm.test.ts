/**
 * 1,000 jobs that end within one minute, 950 of them in one group, on their whole way to every channel that people read: each service is
 * a server on this machine that refuses what it is documented to refuse, by the clock of the test.
 */
import { expect, it } from 'vitest';
import { createLocalBus } from '../lib/adapters/bus/local.ts';
import { createEmail } from '../lib/adapters/channels/email/sender.ts';
import { CHANNELS, targetOn, type KnownChannel } from '../lib/adapters/channels/registry.ts';
import { botAddress } from '../lib/adapters/channels/slack/address.ts';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { resolveGathered } from '../lib/app/deliver/close-window.ts';
import type { DeliverDeps } from '../lib/app/deliver/deliver.ts';
import { deliveriesFor, dispatch } from '../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue } from '../lib/app/deliver/drain.ts';
import { createPacer } from '../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../lib/app/sweep/sweep.ts';
import { track } from '../lib/app/sweep/track.ts';
import type { Event } from '../lib/core/jobs/event.ts';
import type { Delivery } from '../lib/core/notify/delivery.ts';
import type { Subscription } from '../lib/core/notify/subscription.ts';
import { toldBy } from '../lib/core/notify/window.ts';
import type { Message } from '../lib/ports.ts';
import { sendersOverHttp } from '../lib/wire/local/senders.ts';
import { dingtalkService, feishuService, wecomService } from './adapters/channels/bot-services.ts';
import { localExchange } from './adapters/channels/kit.ts';
import { CHANNEL, slackService, TOKEN } from './adapters/channels/slack-service.ts';
import { workflow } from './adapters/channels/teams-service.ts';
import {
  failed,
  POLICY,
  recordingTelemetry,
  running,
  scriptedClouds,
  spec,
  START,
  subscription,
  succeeded,
  testClock,
} from './kit.ts';

const JOBS = 1_000;
const IN_GROUP = 950;
/** Every 40th fails, in the group and out of it. */
const fails = (n: number): boolean => n % 40 === 7;
const endsAt = (n: number): number => START + 10_000 + Math.round((n * 60_000) / JOBS);
const TICK_MS = 1_000;
const SECRET = 'SECjobchime0000testsecret';

it('1,000 jobs that end within a minute are at most 20 messages to each target: every job counted once, every failure seen within a minute', async () => {
  const clock = testClock();
  const { now } = clock;
  const store = openStore(':memory:');
  const [hook, bot] = [await slackService({ now }), await slackService({ now })];
  const teams = await workflow({ now });
  const feishu = await feishuService({ now, secret: SECRET });
  const dingtalk = await dingtalkService({ now, secret: SECRET });
  const wecom = await wecomService({ now });
  const mails: string[] = [];
  const to = (id: string, channel: KnownChannel, address: string, secret?: string): Subscription => ({
    ...subscription(id, { channel }),
    targets: [targetOn(channel, () => address, secret === undefined ? undefined : [() => secret])],
  });
  const people = [
    to('hook', 'slack', hook.hook),
    to('bot', 'slack', botAddress(bot.api, CHANNEL, TOKEN)),
    to('teams', 'teams', teams.url),
    to('feishu', 'feishu', feishu.url, SECRET),
    to('dingtalk', 'dingtalk', dingtalk.url, SECRET),
    to('wecom', 'wecom', wecom.url),
    to('mail', 'email', 'ops@example.com'),
  ];
  const transport = {
    send: async ({ text }: { text: string }) => {
      mails.push(text.replaceAll(/\s+/g, ' '));
      return { kind: 'sent' as const, detail: '250' };
    },
  };
  const subscriptions = { all: async () => people };
  const telemetry = recordingTelemetry();
  const doorbell = { ring: async () => {} };
  const folding = { ...store, rules: CHANNELS };
  const routing = { ...store, subscriptions, doorbell, clock: now, folding };
  const clouds = scriptedClouds(({ jobId }) => {
    const n = Number.parseInt(jobId, 16);
    return now() < endsAt(n) ? running : fails(n) ? failed : succeeded;
  });
  const sweeping: SweepDeps = {
    store,
    clock: now,
    telemetry,
    clouds,
    policy: { ...POLICY, firstCheck: 5_000, checkEvery: 20_000 },
    pacer: createPacer(),
    budget: 500,
    bus: createLocalBus((events) => dispatch(routing, events), {
      deliveries: (events, from) => deliveriesFor(routing, events, from),
      ring: doorbell.ring,
    }),
  };
  /** When its service has taken a delivery, in the time of the test. */
  const takenAt = new Map<string, number>();
  const senders = {
    ...sendersOverHttp({ exchange: localExchange, version: '0' }),
    email: createEmail({ transport, from: 'jobchime@example.com' }),
  };
  const channels = Object.fromEntries(
    Object.entries(senders).map(([name, channel]) => [
      name,
      {
        async send(message: Message) {
          const receipt = await channel.send(message);
          if (receipt.kind === 'sent' && !takenAt.has(message.deliveryId))
            takenAt.set(message.deliveryId, now());
          return receipt;
        },
      },
    ]),
  );
  const delivering: DeliverDeps = {
    store,
    clock: now,
    telemetry,
    subscriptions,
    rules: CHANNELS,
    channels,
  };

  const specs = Array.from({ length: JOBS }, (_, n) =>
    spec(n + 1, {
      name: `web-${n + 1}`,
      ...(n < IN_GROUP && { group: 'apply-42', expect: IN_GROUP }),
    }),
  );
  await track({ ...sweeping, jobs: store.jobs, groups: store }, specs);
  const tick = async (): Promise<void> => {
    await sweep(sweeping);
    const due = await endpointsDue(delivering, 100);
    await Promise.all(due.map((endpoint) => drain(delivering, endpoint, () => true)));
    await resolveGathered({ ...delivering, doorbell }, 1_000);
    clock.pass(TICK_MS);
  };
  for (let n = 0; n < 110; n += 1) await tick();
  for (let n = 0; n < 40; n += 1) {
    await tick();
    clock.pass(9 * TICK_MS);
  }

  const rows: Delivery[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.deliveries.list({ limit: 500, ...(after && { after }) });
    rows.push(...page.rows);
    if (!page.next) break;
    after = page.next;
  }
  const byKey = new Map(rows.map((row) => [row.key, row]));
  /** The messages that people were sent in which this one is counted. */
  const toldIn = (row: Delivery): Delivery[] => {
    if (row.state === 'folded') return toldIn(byKey.get(row.fold!.into!)!);
    const within = rows.filter((window) => window.window?.members && toldBy(window)(row));
    return row.state === 'delivered' ? [row, ...within] : within;
  };
  const events = new Map<string, Event>();
  for (const row of rows) {
    const stored = await store.events.get(row.event.metadata.id);
    if (stored) events.set(stored.key, stored.event);
  }
  const seen: Record<string, number> = {
    hook: hook.shown.length,
    bot: bot.shown.length,
    teams: teams.runs.length,
    feishu: feishu.shown.length,
    dingtalk: dingtalk.shown.length,
    wecom: wecom.shown.length,
    mail: mails.length,
  };
  const texts: Record<string, string[]> = {
    hook: hook.shown.map((it) => JSON.stringify(it)),
    bot: bot.shown.map((it) => JSON.stringify(it)),
    teams: teams.received.map(({ body }) => body),
    feishu: feishu.shown,
    dingtalk: dingtalk.shown,
    wecom: wecom.shown,
    mail: mails,
  };
  expect(teams.runs.filter((fault) => fault !== null)).toEqual([]);
  for (const { id } of people) {
    const own = rows.filter((row) => row.subscription === id);
    const sent = own.filter(({ state }) => state === 'delivered');
    expect([id, seen[id]]).toEqual([id, sent.length]);
    expect(sent.length, id).toBeLessThanOrEqual(20);
    expect(own.filter(({ due }) => due !== null).length, id).toBe(0);
    const jobs = own.filter(({ event }) => event.kind.startsWith('job.'));
    expect(new Set(jobs.map(({ event }) => event.subject)).size, id).toBe(JOBS);
    expect(
      jobs.map((row) => toldIn(row).length).filter((times) => times !== 1),
      id,
    ).toEqual([]);
    // What was sent says the same: those of the group, and the others one by one or in windows.
    const ended = own.find(({ event }) => event.kind === 'group.ended')!;
    const { data } = events.get(ended.event.metadata.id) as Extract<Event, { kind: 'group.ended' }>;
    const failures = Array.from({ length: IN_GROUP }, (_, n) => n + 1).filter(fails).length;
    expect(data.counts).toMatchObject({ total: IN_GROUP, failed: failures });
    const singles = sent.filter(({ event }) => event.kind.startsWith('job.'));
    const windows = sent.filter((row) => row.window).map((row) => row.event as unknown as Summary);
    const groups = own.filter(({ event }) => event.kind.startsWith('group.'));
    const gathered = groups.filter(({ state }) => state === 'bundled').length;
    const counted = windows.reduce((sum, one) => sum + one.data.events, 0) + singles.length - gathered;
    expect([id, counted]).toEqual([id, JOBS - IN_GROUP]);
    const succeeded = IN_GROUP - failures;
    const say = texts[id]!.filter((text) => text.includes(`${succeeded} of ${IN_GROUP} jobs succeeded`));
    // A bot says it in the message of the group, and below it.
    expect([id, say.length]).toEqual([id, id === 'bot' ? 2 : 1]);
    // Between its first failure and its end it said how many had ended, and no more often than every ten seconds.
    if (id === 'bot') {
      const changes = bot.calls.filter(({ method }) => method === 'chat.update');
      const counts = changes.flatMap(
        ({ body }) => /(\d+) of 950 jobs ended/.exec(String(body['text'])) ?? [],
      );
      expect(counts.length / 2).toBeGreaterThanOrEqual(3);
      expect(counts.length / 2).toBeLessThanOrEqual(7);
    }
    // A failure of the group is seen as soon as people are told that the group fails.
    const failing = own.find(({ event }) => event.kind === 'group.failing')!;
    for (const row of jobs.filter(({ event }) => event.kind === 'job.failed')) {
      const [message] = toldIn(row.state === 'folded' ? failing : row);
      const late = takenAt.get(message!.id)! - row.createdAt;
      expect(late, `${id} ${row.event.subject}`).toBeLessThanOrEqual(60_000);
    }
  }
  await store.close();
}, 120_000);

interface Summary {
  data: { events: number };
}
