import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createSubscriptions } from '../../../lib/app/deliver/all-subscriptions.ts';
import { endMutes, unmute } from '../../../lib/app/deliver/unmute.ts';
import { windowsOf } from '../../../lib/core/input/window-fields.ts';
import { newMute, patternOfMute, type Muted } from '../../../lib/core/notify/mute.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { endOf, toldEvents, windowWorld } from '../../contract/windows.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, subscription } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const HOUR = 3_600_000;
const ops = subscription('ops', { channel: 'slack' });

function setUp() {
  const world = windowWorld(store, [ops]);
  const { deps, clock } = world;
  const subscriptions = createSubscriptions({
    fixed: () => world.live.subscriptions,
    stored: store.subscriptions,
    revision: store.routingRevision,
    mutes: store.mutes,
    open: () => null,
    forget() {},
    clock: clock.now,
    telemetry: deps.telemetry,
  });
  deps.subscriptions = subscriptions;
  const mute = (which: Muted, failuresAtOnce = false) =>
    store.mutes.create([
      newMute(
        'mut_1',
        { which, until: clock.now() + HOUR, why: 'a rollout', by: 'Anna', failuresAtOnce },
        clock.now(),
      ),
    ]);
  const doorbell = { ring: async () => {} };
  const end = () => endMutes({ store, doorbell, clock: clock.now }, 100);
  const kinds = () => world.sent.map(({ event }) => event.kind);
  return { ...world, subscriptions, mute, end, kinds };
}
const eight = (): Event[] => Array.from({ length: 8 }, (_, n) => endOf(n + 1, 4));

describe('what is muted', () => {
  it('is told in one message when the mute is over, each event once', async () => {
    const { mute, happen, pass, clock, sent, rows } = setUp();
    await mute({ name: 'web-*' });
    await happen(...eight(), events['origin.recovered']);
    await pass(60_000);
    expect(sent.map(({ event }) => event.kind)).toEqual(['origin.recovered']);
    expect((await rows()).filter(({ gathered }) => gathered?.mute === 'mut_1')).toHaveLength(8);
    clock.pass(HOUR);
    await pass(5_000);
    expect(sent.slice(1).map(({ event }) => event.data)).toMatchObject([
      { why: 'mute', events: 8, counts: { succeeded: 6, failed: 2 } },
    ]);
    expect(toldEvents(await rows())).toHaveLength(9);
  });

  it('is told as soon as somebody ends the mute, and the row says who', async () => {
    const { mute, happen, pass, clock, sent, end, deps, subscriptions } = setUp();
    await mute({ subscription: 'ops' });
    await happen(...eight());
    await pass(5_000);
    expect(sent).toEqual([]);
    expect(await unmute({ store, clock: clock.now }, 'mut_1', 'Bert')).toMatchObject({ endedBy: 'Bert' });
    subscriptions.changed();
    await end();
    clock.pass(3_000);
    await end();
    await pass(5_000);
    expect(sent.map(({ event }) => event.kind)).toEqual(['summary']);
    expect(deps.clock()).toBeLessThan(clock.now() + 1);
    expect(await unmute({ store, clock: clock.now }, 'mut_2', 'Bert')).toBeNull();
  });

  it.each(['wait', 'at_once'] as const)(
    'waits for the end of quiet hours where the mute ends in them, but for failures that do not wait for that: %s',
    async (failures) => {
      const { mute, happen, pass, clock, sent, live } = setUp();
      const quiet = windowsOf({ quiet: { from: '12:30', to: '14:00', failures } })!;
      live.subscriptions = [{ ...ops, windows: quiet }];
      await mute({ name: 'web-*' });
      await happen(...eight());
      await pass(5_000);
      clock.pass(HOUR);
      await pass(60_000, 10_000);
      expect(sent).toHaveLength(failures === 'wait' ? 0 : 1);
      clock.pass(HOUR);
      await pass(5_000);
      expect(sent.map(({ event }) => event.data)).toMatchObject([{ why: 'mute', events: 8 }]);
    },
  );

  it.each([2, 8])(
    'for a month is tried again like any other message where the target answers with an error: %i events',
    async (many) => {
      const { happen, pass, clock, sent, answer, rows } = setUp();
      const until = clock.now() + 30 * 24 * HOUR;
      const by = { why: 'a freeze', by: 'Anna', failuresAtOnce: false };
      await store.mutes.create([newMute('mut_1', { which: { name: 'web-*' }, until, ...by }, clock.now())]);
      await happen(...eight().slice(0, many));
      await pass(5_000);
      clock.pass(30 * 24 * HOUR);
      answer.now = { kind: 'retry', reason: 'server_error', detail: '503' };
      await pass(2_000);
      answer.now = ok;
      await pass(120_000, 10_000);
      expect((await rows()).map(({ state }) => state)).not.toContain('failed');
      expect(sent.length).toBeGreaterThan(0);
      expect(toldEvents(await rows())).toHaveLength(many);
    },
  );

  it('leaves failures out where somebody says so', async () => {
    const { mute, happen, pass, kinds } = setUp();
    await mute({ kind: 'job.*' }, true);
    await happen(...eight());
    await pass(10_000);
    expect(kinds()).toEqual(['job.failed', 'job.failed']);
  });

  it('holds urgent events too, since somebody named them', async () => {
    const { mute, happen, pass, kinds } = setUp();
    await mute({ origin: 'hwc-ecs' });
    await happen(events['origin.unreachable'], events['job.failed'], endOf(1));
    await pass(5_000);
    expect(kinds()).toEqual(['job.succeeded']);
  });

  it.each<Muted>([
    { labels: { team: 'web', env: 'pr*' } },
    { name: 'web-*', origin: 'otc-*', kind: 'job.failed' },
    { origin: 'otc-ecs' },
    { origin: 'otc-ecs', kind: 'origin.*' },
    { subscription: 'ops' },
    { kind: 'subscription.recovered' },
  ])('has a pattern that events can match: %j', (which) => {
    expect(patternOfMute(which)).toMatchObject({ ok: true });
  });
});
