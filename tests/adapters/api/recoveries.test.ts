import { describe, expect, it } from 'vitest';
import { advanceRecoveries } from '../../../lib/app/deliver/recover.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { dispatchStored, failed, ok, POLICY, PROJECT, spec, START, subscription } from '../../kit.ts';
import { apiKit } from './kit.ts';

const OTHER = 'f'.repeat(32);
const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const event = (n: number, projectId = PROJECT) => {
  const settled = decide(newJob(spec(n, { projectId }), INFO, START, START), failed, START, POLICY).job;
  return jobEvent(settled, settled.outbox[0]!);
};
const since = new Date(START).toISOString();

/** The API over deliveries that were refused: two of one project, one of another. */
async function setUp() {
  const fixed = [subscription('ops')];
  const kit = await apiKit({ fixed });
  const doorbell = { ring: async () => {} };
  const deps = { ...kit, clock: kit.clock.now, doorbell, aheadMs: 2_000 };
  kit.answers.send = { kind: 'never', reason: 'rejected', detail: 'HTTP 400', disable: false };
  await dispatchStored({ ...kit.store, ...deps }, [event(1), event(2), event(3, OTHER)]);
  await kit.deliverAll();
  kit.answers.send = ok;
  kit.clock.pass(1_000);
  const limited = await kit.tokenFor(['admin'], { projects: [OTHER] });
  /** As a service does, until nothing is left to do. */
  const rest = async () => {
    for (let n = 0; n < 5; n += 1) {
      kit.clock.pass(1_000);
      await advanceRecoveries(deps);
      await kit.deliverAll();
    }
  };
  const states = async () =>
    (await kit.store.deliveries.list({ limit: 9 })).rows.map(({ state }) => state).toSorted();
  const post = (path: string, body: unknown = undefined, token?: string) =>
    kit.call('POST', path, { body, ...(token && { token }) });
  return { kit, fixed, limited, rest, states, post };
}

describe('recoveries', () => {
  it('are counted, begun, shown as they go on, and end', async () => {
    const { kit, post, rest, states } = await setUp();
    const counted = await post('/v1/recoveries', { since, dryRun: true });
    expect(counted).toMatchObject({
      status: 200,
      body: { complete: true, events: 3, sent: 3, how: 'recover' },
    });
    expect((await kit.call('GET', '/v1/recoveries')).body.items).toEqual([]);
    const begun = await post('/v1/recoveries', { since, perSecond: 50 });
    expect(begun).toMatchObject({ status: 201, body: { state: 'running', by: 'admin', sent: 0 } });
    expect(begun.headers.get('location')).toBe(`/v1/recoveries/${begun.body.id}`);
    await rest();
    const { body } = await kit.call('GET', `/v1/recoveries/${begun.body.id}`);
    expect(body).toMatchObject({ state: 'done', sent: 3, endedAt: expect.any(String) });
    expect((await kit.call('GET', '/v1/recoveries')).body.items).toEqual([body]);
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
    expect((await post(`/v1/recoveries/${begun.body.id}/stop`)).status).toBe(409);
    expect((await post(`/v1/recoveries/rcv_${'0'.repeat(24)}/stop`)).status).toBe(404);
  });

  it('are stopped', async () => {
    const { post, rest, states } = await setUp();
    const { body } = await post('/v1/recoveries', { since });
    expect(await post(`/v1/recoveries/${body.id}/stop`)).toMatchObject({
      status: 200,
      body: { state: 'stopped' },
    });
    await rest();
    expect(await states()).toEqual(['failed', 'failed', 'failed']);
  });

  it('are begun once for one Idempotency-Key', async () => {
    const { kit } = await setUp();
    const headers = { 'idempotency-key': 'once' };
    const [one, two] = [
      await kit.call('POST', '/v1/recoveries', { body: { since }, headers }),
      await kit.call('POST', '/v1/recoveries', { body: { since }, headers }),
    ];
    expect(two.body.id).toBe(one.body.id);
    expect((await kit.call('GET', '/v1/recoveries')).body.items).toHaveLength(1);
  });

  it('of a token for one project touch no other, and it sees its own alone', async () => {
    const { kit, post, limited, rest, states } = await setUp();
    const ours = await post('/v1/recoveries', { since, labels: { team: 'nobody' } });
    const { body } = await post('/v1/recoveries', { since }, limited);
    await rest();
    expect(await states()).toEqual(['delivered', 'failed', 'failed']);
    const listed = await kit.call('GET', '/v1/recoveries', { token: limited });
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect((await kit.call('GET', `/v1/recoveries/${ours.body.id}`, { token: limited })).status).toBe(404);
    expect((await post(`/v1/recoveries/${ours.body.id}/stop`, undefined, limited)).status).toBe(404);
    expect((await post('/v1/subscriptions/ops/replay', { since }, limited)).status).toBe(403);
    expect((await post('/v1/recoveries', { since, subscription: 'nobody' }, limited)).status).toBe(201);
  });

  it('replay to a subscription what it has not had', async () => {
    const { kit, post, fixed, rest } = await setUp();
    fixed.push(subscription('late'));
    const counted = await post('/v1/subscriptions/late/replay', { since, dryRun: true });
    expect(counted).toMatchObject({ status: 200, body: { how: 'replay', sent: 3, present: 0 } });
    const { body } = await post('/v1/subscriptions/late/replay', { since });
    await rest();
    const row = await kit.call('GET', `/v1/recoveries/${body.id}`);
    expect(row.body).toMatchObject({ state: 'done', how: 'replay', subscription: 'late', sent: 3 });
    expect((await post('/v1/subscriptions/nobody/replay', { since })).status).toBe(404);
  });

  it.each([
    [{}, 'since'],
    [{ since: 'yesterday' }, 'since'],
    [{ since: '2030-01-01T00:00:00Z' }, 'since'],
    [{ since, until: '2026-02-01T00:00:00Z' }, 'until'],
    [{ since, subscription: 'nobody' }, 'subscription'],
    [{ since, states: ['delivered'] }, 'states[0]'],
    [{ since, reasons: ['bad luck'] }, 'reasons[0]'],
    [{ since, perSecond: 0 }, 'perSecond'],
    [{ since, perSecond: 1_000 }, 'perSecond'],
  ])('refuse %j and name the field', async (body, field) => {
    const { post } = await setUp();
    const got = await post('/v1/recoveries', body);
    expect([got.status, got.body.errors?.[0]?.field]).toEqual([422, field]);
    expect(got.body.errors[0].fix).toMatch(/^\w.*\.$/);
  });
});
