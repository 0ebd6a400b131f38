/** What a relay says later of a mail that it had taken: SES by an event, a mail server in its answer to the recipient. */
import { describe, expect, it } from 'vitest';
import { takeMailFeedback } from '../../../lib/app/deliver/mail-feedback.ts';
import { enable, releaseHeld } from '../../../lib/app/deliver/release.ts';
import { createSubscriptions } from '../../../lib/app/deliver/all-subscriptions.ts';
import { publishDue } from '../../../lib/app/sweep/publish.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { type Event } from '../../../lib/core/jobs/event.ts';
import { TRY_EVERY_MS } from '../../../lib/core/notify/endpoint.ts';
import type { MailFeedback } from '../../../lib/ports.ts';
import { subscription } from '../../kit.ts';
import { delivering, endedJob, endOf } from './kit.ts';

const ANN = 'ann@example.com';

/** A service with one address that got a mail. */
async function setUp() {
  const store = openStore(':memory:');
  const fixed = [subscription('team', { channel: 'email', addresses: [ANN] })];
  const world = delivering(store, fixed);
  const { clock, telemetry, channel, deps, doorbell } = world;
  const subscriptions = createSubscriptions({
    fixed: () => fixed,
    stored: store.subscriptions,
    revision: store.routingRevision,
    open: () => null,
    unseal: () => null,
    forget: () => {},
    clock: clock.now,
    telemetry,
  });
  deps.subscriptions = subscriptions;
  async function happen(n: number): Promise<void> {
    clock.pass(10);
    await store.jobs.create([endedJob(n)]);
    await world.happen(endOf(n));
    await work();
  }
  async function work(): Promise<void> {
    await releaseHeld({ store, subscriptions, doorbell, clock: clock.now }, 100);
    await world.deliverAll();
  }
  const { rows } = world;
  const endpoints = async () => (await store.endpoints.list({ limit: 9 })).rows;
  const take = async (what: MailFeedback['what'], delivery?: string, detail = '5.1.1: no such user') =>
    takeMailFeedback(
      { store, clock: clock.now, telemetry },
      { delivery: delivery ?? (await rows())[0]!.key, what, detail },
    );
  async function published(): Promise<Event[]> {
    const events: Event[] = [];
    const bus = {
      publish: async (all: readonly Event[]) => {
        events.push(...all);
        return all.map(() => ({ outcome: 'accepted' as const }));
      },
    };
    await publishDue({ store, bus, clock: clock.now, telemetry }, 10);
    return events.filter(({ kind }) => kind === 'subscription.disabled');
  }
  const resume = () => enable(store, fixed[0]!, { alsoUnsubscribed: true });
  await happen(1);
  return { store, clock, telemetry, channel, happen, work, rows, endpoints, take, published, resume };
}

describe('a mail that came back', () => {
  it('disables its address, says so once, and its delivery did not arrive', async () => {
    const kit = await setUp();
    expect((await kit.rows())[0]).toMatchObject({ state: 'delivered', reason: 'ok' });
    for (let told = 0; told < 2; told += 1) await kit.take('bounced');
    expect(await kit.endpoints()).toMatchObject([{ state: 'disabled', reason: 'bounced', shown: ANN }]);
    expect((await kit.rows())[0]).toMatchObject({
      state: 'failed',
      reason: 'bounced',
      due: null,
      attempts: [{ reason: 'bounced', detail: '5.1.1: no such user' }],
    });
    expect(await kit.published()).toMatchObject([
      { subject: 'subscription/team', data: { reason: 'bounced', target: ANN, channel: 'email' } },
    ]);
    expect(kit.telemetry.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { event: 'subscription.disabled', reason: 'bounced', target: ANN },
    ]);
  });

  it('has what follows kept, and no mail sent to find out, until somebody resumes it', async () => {
    const kit = await setUp();
    await kit.take('bounced');
    await kit.happen(2);
    kit.clock.pass(3 * TRY_EVERY_MS);
    await kit.work();
    expect(kit.channel.sent).toHaveLength(1);
    expect((await kit.rows()).map(({ state }) => state).toSorted()).toEqual(['failed', 'held']);
    await kit.resume();
    await kit.work();
    expect(kit.channel.sent).toHaveLength(2);
    expect(await kit.endpoints()).toMatchObject([{ state: 'ok' }]);
  });

  it('does not disable again what somebody resumed, when it is told of once more', async () => {
    const kit = await setUp();
    await kit.take('bounced');
    await kit.resume();
    await kit.take('bounced');
    expect(await kit.endpoints()).toMatchObject([{ state: 'ok' }]);
  });

  it('is taken for one though the process died between the two writes', async () => {
    const kit = await setUp();
    const { store, clock, telemetry } = kit;
    const dying = {
      ...store,
      deliveries: {
        ...store.deliveries,
        get: store.deliveries.get,
        save: async () => {
          throw new Error('killed here');
        },
      },
    } as typeof store;
    const { key } = (await kit.rows())[0]!;
    const feedback: MailFeedback = { delivery: key, what: 'bounced', detail: 'gone' };
    await expect(takeMailFeedback({ store: dying, clock: clock.now, telemetry }, feedback)).rejects.toThrow();
    await kit.take('bounced');
    expect((await kit.rows())[0]).toMatchObject({ state: 'failed', reason: 'bounced' });
    expect(await kit.published()).toHaveLength(1);
  });

  it('changes nothing where it is only late, or belongs to no delivery', async () => {
    const kit = await setUp();
    await kit.take('delayed');
    await kit.take('bounced', 'evt_x/dlv_x');
    await kit.take('complained', '/');
    expect(await kit.endpoints()).toEqual([]);
    expect((await kit.rows())[0]).toMatchObject({ state: 'delivered' });
    expect(kit.telemetry.lines.map(({ event }) => event)).toContain('mail.feedback_unknown');
  });
});

describe('a mail that was reported as spam', () => {
  it('ends all mail to its address, as if its owner had unsubscribed, and says so once', async () => {
    const kit = await setUp();
    for (let told = 0; told < 2; told += 1) await kit.take('complained', undefined, 'abuse');
    await kit.happen(2);
    kit.clock.pass(3 * TRY_EVERY_MS);
    await kit.work();
    expect(kit.channel.sent).toHaveLength(1);
    expect(await kit.endpoints()).toMatchObject([{ state: 'disabled', reason: 'complained' }]);
    expect((await kit.rows()).map(({ state, reason }) => `${state} ${reason}`).toSorted()).toEqual([
      'delivered ok',
      'failed unsubscribed',
    ]);
    expect(await kit.published()).toMatchObject([{ data: { reason: 'complained', target: ANN } }]);
  });

  it('stays so when a mail comes back as well', async () => {
    const kit = await setUp();
    await kit.take('complained');
    await kit.take('bounced');
    expect(await kit.endpoints()).toMatchObject([{ reason: 'complained' }]);
  });
});
