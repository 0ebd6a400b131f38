/** What is told of targets to which nothing is sent, and of origins. */
import { describe, expect, it } from 'vitest';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { failed, ok, POLICY, PROJECT, spec, START, subscription, dispatchStored } from '../../kit.ts';
import { apiKit, type ApiKit } from './kit.ts';

const GONE: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
async function happen({ dispatching, clock, deliverAll }: ApiKit, n: number): Promise<void> {
  clock.pass(10);
  const { job } = decide(newJob(spec(n), info, START, START), failed, START, POLICY);
  await dispatchStored(dispatching, [jobEvent(job, job.outbox[0]!)]);
  await deliverAll();
}
const mail = (id: string, addresses: string[]) => subscription(id, { channel: 'email', addresses });

describe('/healthz', () => {
  const health = async ({ call }: ApiKit) => (await call('GET', '/healthz', { token: null })).body;

  it('says nothing of targets where all of them are sent to', async () => {
    const kit = await apiKit();
    await happen(kit, 1);
    expect(await health(kit)).toEqual({ status: 'ok' });
  });

  it('names what is disabled, unsubscribed and paused, how much is held and the command that resumes, and no address', async () => {
    const team = mail('team', ['gone@example.com', 'fine@example.com']);
    const kit = await apiKit({ fixed: [subscription('ops'), subscription('ci'), team] });
    await kit.call('POST', '/v1/subscriptions/ci/pause');
    await unsubscribe(
      { store: kit.store, clock: kit.clock.now, telemetry: kit.telemetry },
      { subscription: 'team', address: 'gone@example.com' },
    );
    const since = new Date(kit.clock.now() + 10).toISOString();
    kit.answers.send = GONE;
    await happen(kit, 1);
    await happen(kit, 2);
    const got = await health(kit);
    expect(got).toEqual({
      status: 'ok',
      targets: [
        { subscription: 'ops', channel: 'webhook', state: 'disabled', since, held: 2, resume: RESUME('ops') },
        {
          subscription: 'ci',
          channel: 'webhook',
          state: 'paused',
          since: null,
          held: 2,
          resume: RESUME('ci'),
        },
        expect.objectContaining({
          subscription: 'team',
          state: 'unsubscribed',
          held: 0,
          resume: RESUME('team'),
        }),
        expect.objectContaining({ subscription: 'team', state: 'disabled', held: 2, resume: RESUME('team') }),
      ],
    });
    expect(JSON.stringify(got)).not.toContain('example.com');

    kit.answers.send = ok;
    for (const id of ['ops', 'ci', 'team']) await kit.call('POST', `/v1/subscriptions/${id}/resume`);
    await kit.deliverAll();
    await kit.deliverAll();
    expect(await health(kit)).toEqual({ status: 'ok' });
  });

  it('names what is out of force for another reason, which no command ends', async () => {
    const kit = await apiKit({ fixed: [] });
    const body = { name: 'ci', on: 'everything', channel: 'webhook', target: 'https://hooks.example.com/x' };
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body })).body;
    const row = (await kit.store.subscriptions.get(id))!;
    const pattern = { nothing: 'like a pattern' };
    await kit.store.subscriptions.save({ ...row, definition: { ...row.definition!, on: null, pattern } });
    kit.subscriptions.changed();
    expect((await health(kit)).targets).toEqual([
      { subscription: id, channel: 'webhook', state: 'invalid', since: null, held: 0, resume: null },
    ]);
  });
});
const RESUME = (id: string): string => `jobchime subscriptions resume ${id}`;

describe('/v1/origins', () => {
  it('lists the configured ones, how they answer, and how many jobs wait', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const trouble = {
      reason: 'denied',
      detail: 'HTTP 401',
      since: START,
      pausedUntil: START + 60_000,
    } as const;
    await kit.store.origins.create([{ ...newOrigin('otc-ecs', START), state: 'unreachable', ...trouble }]);
    const { body } = await kit.call('GET', '/v1/origins');
    expect(body).toMatchObject({
      next: null,
      items: [
        { name: 'hwc-ecs', state: 'ok', reason: null, since: null, pausedUntil: null, outstanding: 1 },
        { name: 'otc-ecs', state: 'unreachable', reason: 'denied', detail: 'HTTP 401', outstanding: 0 },
      ],
    });
    expect(body.items[1].since).toBe(new Date(START).toISOString());
  });

  it('shows a token that is limited to projects those of its projects alone', async () => {
    const kit = await apiKit();
    const seen = async (project: string) => {
      const token = await kit.tokenFor(['read'], { projects: [project] });
      return (await kit.call('GET', '/v1/origins', { token })).body.items.length;
    };
    expect(await seen(PROJECT)).toBe(2);
    expect(await seen('f'.repeat(32))).toBe(0);
  });
});
