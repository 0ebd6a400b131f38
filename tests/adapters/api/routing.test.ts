import { describe, expect, it } from 'vitest';
import type { SampleKind } from '../../../lib/core/jobs/sample-event.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { DAYS } from '../../../lib/core/notify/windows.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { dispatchStored, failed, pattern, POLICY, PROJECT, spec, START, subscription } from '../../kit.ts';
import { apiKit, type ApiKit, type Sent } from './kit.ts';

const team = (name: string): Subscription['pattern'] =>
  pattern({ 'detail-type': ['job.failed'], detail: { data: { job: { labels: { team: [name] } } } } });
const OTHER = 'f'.repeat(32);
const GONE: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };

interface Shown {
  subscription: string;
  by: string | null;
  mismatch: string | null;
  says: string | null;
  targets: { shown: string; fate: string; why: string | null; at: string | null }[];
}
async function ask(kit: ApiKit, body: object, more: Sent = {}): Promise<Shown[]> {
  const got = await kit.call('POST', '/v1/routes/test', { body, ...more });
  expect(got.status, got.text).toBe(200);
  return got.body.routes as Shown[];
}
const job = (n: number, over: Parameters<typeof spec>[1] = {}) => {
  const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  return decide(newJob(spec(n, over), info, START, START), failed, START, POLICY).job;
};

describe('POST /v1/routes/test', () => {
  it('names who gets a made-up event, who does not, and the field of the pattern that says so', async () => {
    const kit = await apiKit({
      fixed: [subscription('web', { pattern: team('web') }), subscription('db', { pattern: team('db') })],
    });
    const routes = await ask(kit, { sample: 'job.failed', labels: { team: 'web' } });
    expect(routes).toMatchObject([
      {
        subscription: 'web',
        by: 'pattern',
        mismatch: null,
        says: expect.stringContaining('web-7: creating the server failed: a quota is used up'),
        targets: [
          { shown: 'https://hooks.test/web', fate: 'sent', why: null, at: new Date(START).toISOString() },
        ],
      },
      {
        subscription: 'db',
        by: null,
        mismatch: 'detail.data.job.labels.team is "web", wanted "db"',
        says: null,
        targets: [],
      },
    ]);
  });

  it('sends nothing and stores nothing', async () => {
    const kit = await apiKit();
    await ask(kit, { sample: 'job.failed' });
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    expect((await kit.store.deliveries.list({ limit: 9 })).rows).toEqual([]);
    expect((await kit.store.events.list({ limit: 9 })).rows).toEqual([]);
  });

  it('says what is held, what waits and what is never sent, and until when', async () => {
    const mail = subscription('team', {
      channel: 'email',
      addresses: ['gone@example.com', 'fine@example.com'],
    });
    const kit = await apiKit({
      fixed: [subscription('ops'), subscription('slow'), subscription('ci'), mail],
    });
    await kit.call('POST', '/v1/subscriptions/ci/pause');
    await unsubscribe(
      { store: kit.store, clock: kit.clock.now, telemetry: kit.telemetry },
      { subscription: 'team', address: 'gone@example.com' },
    );
    const answers: Record<string, Receipt> = {
      ops: GONE,
      slow: { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 60_000 },
    };
    kit.channel.send = async ({ subscription: id }) => answers[id] ?? { kind: 'sent', detail: '' };
    const row = job(1);
    await dispatchStored(kit.dispatching, [jobEvent(row, row.outbox[0]!)]);
    await kit.deliverAll();
    const routes = await ask(kit, { sample: 'job.failed' });
    const fates = routes.map(({ subscription: id, targets }) => [id, ...targets.map(({ fate }) => fate)]);
    expect(fates).toEqual([
      ['ops', 'held'],
      ['slow', 'waits'],
      ['ci', 'held'],
      ['team', 'dropped', 'sent'],
    ]);
    const [ops, slow, ci, people] = routes.map(({ targets }) => targets[0]!);
    expect(ops!.why).toContain('jobchime subscriptions resume ops');
    expect(slow!.at).toBe(new Date(START + 60_000).toISOString());
    expect(ci!.why).toContain('it is paused: jobchime subscriptions resume ci');
    expect(people!.why).toBe('its owner unsubscribed');
    // A minute later nothing waits any more.
    const later = await ask(kit, { sample: 'job.failed', at: new Date(START + 61_000).toISOString() });
    expect(later[1]!.targets[0]).toMatchObject({ fate: 'sent', at: new Date(START + 61_000).toISOString() });
  });

  it('says what waits for quiet hours or a digest, and until when', async () => {
    const windows = {
      digest: { when: { every: 3_600_000 }, failuresAtOnce: false },
      quiet: { from: '22:00', to: '06:00', zone: 'UTC', days: [...DAYS], failuresAtOnce: true },
    };
    const fixed = [
      subscription('day', { windows: { digest: windows.digest } }),
      subscription('night', { windows: { quiet: windows.quiet } }),
    ];
    const kit = await apiKit({ fixed });
    const fates = async (sample: string, at: string) =>
      (await ask(kit, { sample, at })).map(({ targets: [one] }) => [one!.fate, one!.at]);
    expect(await fates('job.succeeded', '2026-03-02T23:10:00.000Z')).toEqual([
      ['waits', '2026-03-03T00:00:00.000Z'],
      ['waits', '2026-03-03T06:00:00.000Z'],
    ]);
    expect((await fates('job.failed', '2026-03-02T23:10:00.000Z'))[1]![0]).toBe('sent');
    expect((await fates('job.succeeded', '2026-03-02T12:10:00.000Z'))[1]![0]).toBe('sent');
  });

  it('says what waits for the end of a mute, by which one, and that failures may be told at once', async () => {
    const kit = await apiKit({ fixed: [subscription('ops'), subscription('db')] });
    const mute = async (body: object) =>
      (await kit.call('POST', '/v1/mutes', { body: { for: '2h', why: 'a rollout', ...body } })).body;
    const { id, until } = await mute({ labels: { team: 'web' }, subscription: 'ops' });
    const fates = async (body: object) =>
      (await ask(kit, body)).map(({ targets: [one] }) => [one!.fate, one!.why, one!.at]);
    const sent = ['sent', null, new Date(START).toISOString()];
    const web = { sample: 'job.failed', labels: { team: 'web' } };
    expect(await fates(web)).toEqual([['waits', `it is muted (${id})`, until], sent]);
    expect(await fates({ sample: 'job.failed', labels: { team: 'db' } })).toEqual([sent, sent]);
    expect((await fates({ ...web, at: until }))[0]![0]).toBe('sent');
    await kit.call('DELETE', `/v1/mutes/${id}`);
    await mute({ labels: { team: 'web' }, failures: 'at_once' });
    expect((await fates(web)).map(([fate]) => fate)).toEqual(['sent', 'sent']);
    expect((await fates({ ...web, sample: 'job.succeeded' })).map(([fate]) => fate)).toEqual([
      'waits',
      'waits',
    ]);
  });

  it('says that the message of a group tells of its member, to those who are told of groups', async () => {
    const people = subscription('people', { channel: 'slack' });
    const kit = await apiKit({ fixed: [people, subscription('machine')] });
    await kit.call('POST', '/v1/jobs', { body: spec(1, { group: 'apply-42' }) });
    const key = `hwc-ecs/${PROJECT}/${spec(1).jobId}`;
    const row = decide((await kit.store.jobs.get(key))!, failed, START, POLICY).job;
    await kit.store.jobs.save(row);
    const fates = (await ask(kit, { job: key })).map(({ targets: [one] }) => [one!.fate, one!.why]);
    expect(fates).toEqual([
      ['waits', `the message of group ${row.group!.key} tells of it`],
      ['sent', null],
    ]);
  });

  it('tells of an event that there is what was done with it, to whom its job names as well', async () => {
    const named = job(1, { notify: ['webhook:quiet'] });
    const kit = await apiKit({
      fixed: [subscription('quiet', { pattern: pattern({ 'detail-type': ['job.lost'] }) })],
    });
    await kit.store.jobs.create([named]);
    const event = jobEvent(named, named.outbox[0]!);
    await dispatchStored(kit.dispatching, [event]);
    const { rows } = await kit.store.deliveries.list({ limit: 9 });
    for (const body of [
      { event: event.metadata.id },
      { job: named.key },
      { job: named.key, sample: 'job.succeeded' },
    ]) {
      const [route] = await ask(kit, body);
      expect(route).toMatchObject({
        subscription: 'quiet',
        by: 'notify',
        targets: [{ shown: rows[0]!.shown }],
      });
    }
  });

  it('of what is told of a target says that it reaches others where it reaches nobody', async () => {
    const only = subscription('jobs', { on: 'endings' });
    const kit = await apiKit({ fixed: [only] });
    const [route] = await ask(kit, { sample: 'subscription.disabled', subscription: 'ci' });
    expect(route).toMatchObject({ by: 'alarm', mismatch: expect.stringContaining('subscription.disabled') });
  });

  it('of every kind routes what dispatching would store', async () => {
    const kit = await apiKit({
      fixed: [subscription('a', { on: 'failures' }), subscription('b', { on: 'endings' }), subscription('c')],
    });
    const kinds: SampleKind[] = [
      'job.succeeded',
      'job.lost',
      'job.overdue',
      'group.ended',
      'group.failing',
      'group.overdue',
      'origin.at_risk',
      'delivery.failed',
    ];
    for (const sample of kinds) {
      const got = await kit.call('POST', '/v1/routes/test', { body: { sample } });
      await dispatchStored(kit.dispatching, [got.body.event]);
      const stored = (await kit.store.deliveries.list({ prefix: `${got.body.event.metadata.id}/`, limit: 9 }))
        .rows;
      const told = (got.body.routes as Shown[])
        .filter(({ by }) => by !== null)
        .map((one) => one.subscription);
      expect(told.toSorted(), sample).toEqual(stored.map((one) => one.subscription).toSorted());
    }
  });

  it('shows a token that is limited to projects jobs of these alone, and nobody who gets nothing', async () => {
    const kit = await apiKit({
      fixed: [subscription('web', { pattern: team('web') }), subscription('secret', { pattern: team('db') })],
    });
    const token = await kit.tokenFor(['read'], { projects: [PROJECT] });
    const own = await kit.call('POST', '/v1/routes/test', {
      token,
      body: { sample: 'job.failed', labels: { team: 'web' } },
    });
    expect(own.status).toBe(200);
    expect(own.text).not.toContain('secret');
    const foreign = job(2, { projectId: OTHER });
    const event = jobEvent(foreign, foreign.outbox[0]!);
    await kit.store.jobs.create([foreign]);
    await dispatchStored(kit.dispatching, [event]);
    const status = async (body: object) =>
      (await kit.call('POST', '/v1/routes/test', { token, body })).status;
    expect(await status({ event: event.metadata.id })).toBe(404);
    expect(await status({ job: foreign.key })).toBe(404);
    expect(await status({ sample: 'job.failed', projectId: OTHER })).toBe(403);
    expect(await status({ sample: 'origin.unreachable' })).toBe(403);
    expect(await status({ sample: 'group.ended' })).toBe(200);
    expect(await status({ sample: 'group.ended', projectId: OTHER })).toBe(403);
    const stranger = await kit.tokenFor(['read'], { projects: [OTHER] });
    expect(
      (await kit.call('POST', '/v1/routes/test', { token: stranger, body: { sample: 'job.failed' } })).status,
    ).toBe(403);
  });

  it('says what is wrong with a question', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const detail = async (body: object) =>
      (await kit.call('POST', '/v1/routes/test', { body })).body.detail as string;
    expect(await detail({})).toContain('is missing');
    expect(await detail({ job: `hwc-ecs/${PROJECT}/${spec(1).jobId}`, labels: { a: 'b' } })).toContain(
      'goes with sample',
    );
    expect(await detail({ job: `hwc-ecs/${PROJECT}/${spec(1).jobId}` })).toContain(
      'There is no event of this job so far',
    );
    expect(await detail({ sample: 'job.fail' })).toContain('sample');
    expect(await detail({ sample: 'job.failed', origin: 'hwc-esc' })).toContain(
      "'hwc-esc' is not configured",
    );
    expect(await detail({ event: `evt_${'0'.repeat(32)}` })).toContain('no such event');
  });
});
