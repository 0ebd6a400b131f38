import { describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { unsubscribeLinks } from '../../../lib/adapters/platform/unsubscribe-link.ts';
import { publishDue } from '../../../lib/app/sweep/publish.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { failed, POLICY, spec, START, subscription, dispatchStored } from '../../kit.ts';
import { apiKit, KEY, type ApiKit } from './kit.ts';

const [ANN, BOB] = ['ann@example.com', 'bob@example.com'];
const team = subscription('team', { channel: 'email', addresses: [ANN, BOB] });
const hook = subscription('hook');

const api = { listen: { host: '127.0.0.1', port: 0 }, publicUrl: 'https://jobchime.test' };
const linkFor = unsubscribeLinks(api.publicUrl, createSealer(KEY))!;
const pathFor = (address = ANN, id = 'team'): string =>
  linkFor({ subscription: id, address }).slice(api.publicUrl.length);
const ONE_CLICK = {
  token: null,
  raw: 'List-Unsubscribe=One-Click',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
/** The nth job has failed; it may name somebody itself. */
async function happen(kit: ApiKit, n: number, notify?: string[]): Promise<void> {
  kit.clock.pass(10);
  const tracked = newJob(spec(n, { ...(notify && { notify }) }), info, START, START);
  const { job } = decide(tracked, failed, START, POLICY);
  await kit.store.jobs.create([job]);
  await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
}
const sentTo = (kit: ApiKit): string[] => kit.channel.sent.map((m) => m.target.shown).toSorted();
const deliveriesTo = async (kit: ApiKit, address: string) =>
  (await kit.store.deliveries.list({ limit: 99 })).rows.filter((row) => row.shown === address);

/** What the service publishes of endpoints. */
async function emitted({ store, clock, telemetry }: ApiKit): Promise<Event[]> {
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

describe('unsubscribing', () => {
  it('takes one click, no token and no login, and stops mails to that address alone', async () => {
    const kit = await apiKit({ fixed: [team, hook] });
    const got = await kit.call('POST', pathFor(), ONE_CLICK);
    expect([got.status, got.headers.get('location')]).toEqual([200, null]);
    expect(got.text).toContain('Unsubscribed');
    await happen(kit, 1);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([BOB, 'https://hooks.test/hook'].toSorted());
    expect(await deliveriesTo(kit, ANN)).toMatchObject([
      { state: 'failed', reason: 'unsubscribed', due: null, attempts: [] },
    ]);
  });

  it('takes the button too, and looking at its page changes nothing', async () => {
    const kit = await apiKit({ fixed: [team] });
    const page = await kit.call('GET', pathFor(), { token: null });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('<form method="post"><button>')]);
    expect(page.text).not.toContain(ANN);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect((await kit.store.endpoints.list({ limit: 9 })).rows).toEqual([]);
    await kit.call('POST', pathFor(), { token: null });
    expect((await kit.call('GET', '/v1/subscriptions/team')).body.targets).toMatchObject([
      { shown: ANN, state: 'disabled', reason: 'unsubscribed' },
      { shown: BOB, state: 'ok' },
    ]);
  });

  it('is published once, however often it is done', async () => {
    const kit = await apiKit({ fixed: [team] });
    await kit.call('POST', pathFor(), ONE_CLICK);
    kit.clock.pass(1_000);
    await kit.call('POST', pathFor(ANN, 'another'), ONE_CLICK);
    expect(await emitted(kit)).toMatchObject([
      {
        subject: 'subscription/team',
        data: { subscription: 'team', channel: 'email', target: ANN, reason: 'unsubscribed' },
      },
    ]);
    await kit.call('POST', pathFor(), ONE_CLICK);
    expect(await emitted(kit)).toEqual([]);
  });

  it('holds wherever the address is named: another subscription, a job', async () => {
    const kit = await apiKit({ fixed: [team, subscription('all', { channel: 'email', addresses: [ANN] })] });
    await kit.call('POST', pathFor(), ONE_CLICK);
    await happen(kit, 1, [`mailto:${ANN}`]);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([BOB]);
    expect((await deliveriesTo(kit, ANN)).map((row) => row.reason)).toEqual(Array(3).fill('unsubscribed'));
  });

  it('ends what is held for the address, and holds nothing more while its subscription is paused', async () => {
    const kit = await apiKit({ fixed: [team] });
    await kit.call('POST', '/v1/subscriptions/team/pause');
    await happen(kit, 1);
    await kit.deliverAll();
    expect((await deliveriesTo(kit, ANN))[0]!.state).toBe('held');
    await kit.call('POST', pathFor(), ONE_CLICK);
    await happen(kit, 2);
    await kit.deliverAll();
    expect((await deliveriesTo(kit, ANN)).map((row) => row.reason)).toEqual(['unsubscribed', 'unsubscribed']);
    expect((await deliveriesTo(kit, BOB)).map((row) => row.state)).toEqual(['held', 'held']);
  });

  it('is not undone by the end of a pause, but by resuming what is not paused', async () => {
    const kit = await apiKit({ fixed: [team] });
    await kit.call('POST', pathFor(), ONE_CLICK);
    for (const verb of ['pause', 'resume']) await kit.call('POST', `/v1/subscriptions/team/${verb}`);
    await happen(kit, 1);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([BOB]);
    await kit.call('POST', '/v1/subscriptions/team/resume');
    await happen(kit, 2);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([ANN, BOB, BOB]);
  });

  it('does not keep the others of a subscription from being tested', async () => {
    const kit = await apiKit({ fixed: [team] });
    await kit.call('POST', pathFor(), ONE_CLICK);
    expect((await kit.call('POST', '/v1/subscriptions/team/test')).status).toBe(202);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([BOB]);
  });

  it('ends when the owner of the address agrees to get mails again', async () => {
    const kit = await apiKit({ fixed: [] });
    await kit.call('POST', pathFor(), ONE_CLICK);
    const mail = { name: 'me', on: 'everything', channel: 'email', target: ANN };
    await kit.call('POST', '/v1/subscriptions', { body: mail });
    const confirm = kit.mails[0]!.link.slice(api.publicUrl.length);
    await kit.call('POST', confirm, { token: null });
    await happen(kit, 1);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([ANN]);
    // Pressing the old button again does not bring back who unsubscribed since.
    await kit.call('POST', pathFor(), ONE_CLICK);
    await kit.call('POST', confirm, { token: null });
    await happen(kit, 2);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([ANN]);
  });
});

describe('the link', () => {
  it('is good for years, and gives no address away', async () => {
    const path = pathFor();
    expect(Buffer.from(path.split('.').at(-1)!, 'base64url').toString('latin1')).not.toContain('ann');
    const kit = await apiKit({ fixed: [team] });
    kit.clock.pass(3 * 365 * 86_400_000);
    expect((await kit.call('POST', path, ONE_CLICK)).status).toBe(200);
  });

  it('does nothing when it is cut, changed, of another key, or sealed for something else', async () => {
    const kit = await apiKit({ fixed: [team] });
    const good = pathFor();
    const sealed = (key: Buffer, purpose: string) =>
      `/v1/unsubscribe/${createSealer(key).seal(JSON.stringify(['team', ANN]), purpose)}`;
    const bad = [
      good.slice(0, -1),
      good.slice(0, -6) + (good.at(-6) === 'A' ? 'B' : 'A') + good.slice(-5),
      sealed(Buffer.alloc(32, 8), 'unsubscribe'),
      sealed(KEY, 'sub_1'),
      '/v1/unsubscribe/x',
    ];
    for (const path of bad) {
      for (const method of ['GET', 'POST'])
        expect((await kit.call(method, path, { token: null })).status).toBe(404);
    }
    expect((await kit.store.endpoints.list({ limit: 9 })).rows).toEqual([]);
    expect((await kit.call('POST', sealed(KEY, 'unsubscribe'), ONE_CLICK)).status).toBe(200);
  });

  it('reaches no line of the log and no row', async () => {
    const kit = await apiKit({ fixed: [team] });
    const path = pathFor();
    await kit.call('GET', path, { token: null });
    await kit.call('POST', path, ONE_CLICK);
    const said = JSON.stringify([kit.telemetry.lines, await kit.store.endpoints.list({ limit: 9 })]);
    expect(said).toContain('/v1/unsubscribe/{token}');
    expect(said).toContain('address.unsubscribed');
    expect(said).not.toContain(path.split('/').at(-1));
  });

  it('is there only with a key and with a place where the API is reached', () => {
    const sealer = createSealer(KEY);
    expect(unsubscribeLinks(api.publicUrl, null)).toBeNull();
    expect(unsubscribeLinks(undefined, sealer)).toBeNull();
  });

  it('is a problem, not a fault, where no key is configured', async () => {
    const { call } = await apiKit({
      over: ({ subscribing }) => ({
        subscribing: { ...subscribing, allowPrivate: [], sealer: null, confirmation: null },
      }),
    });
    expect((await call('POST', pathFor(), ONE_CLICK)).status).toBe(404);
  });
});
