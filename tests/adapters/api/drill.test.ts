import { describe, expect, it } from 'vitest';
import { webhookBody } from '../../../lib/adapters/channels/webhook/sender.ts';
import { wantsEvent } from '../../../lib/core/notify/recovery.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { pattern, PROJECT, subscription } from '../../kit.ts';
import { apiKit } from './kit.ts';

const FAILED = pattern({ 'detail-type': ['job.failed'] });
const setUp = () =>
  apiKit({
    fixed: [
      subscription('ops', { on: 'failures' }),
      subscription('web', { pattern: FAILED }),
      subscription('lost', { pattern: pattern({ 'detail-type': ['job.lost'] }) }),
    ],
  });

describe('POST /v1/drills', () => {
  it('leads through store, dispatch and delivery to everybody whose pattern matches, and to nobody else', async () => {
    const kit = await setUp();
    const { status, body } = await kit.call('POST', '/v1/drills', { body: { labels: { team: 'web' } } });
    expect(status).toBe(202);
    await kit.deliverAll();
    expect(kit.channel.sent.map((one) => one.subscription).toSorted()).toEqual(['ops', 'web']);
    const stored = await kit.store.events.get(body.event.metadata.id);
    expect(stored!.event).toEqual(body.event);
    const { rows } = await kit.store.deliveries.list({ limit: 9 });
    expect(rows.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(body.event.data.job).toMatchObject({
      labels: { team: 'web' },
      requestedBy: 'admin',
      projectId: PROJECT,
    });
  });

  it('says in the event, in the body of a webhook and first in every message that it is one', async () => {
    const kit = await setUp();
    await kit.call('POST', '/v1/drills', { body: { sample: 'job.lost' } });
    await kit.deliverAll();
    const { event } = kit.channel.sent[0]!;
    expect(event.metadata).toMatchObject({ drill: true });
    expect(JSON.parse(webhookBody(event))).toMatchObject({ type: 'job.lost', drill: true });
    const { title, statusWord, lead } = contentOf(event);
    expect(title).toMatch(/^DRILL: /);
    expect(statusWord).toMatch(/^DRILL, /);
    expect(contentOf(event, { lang: 'de', zone: 'UTC' }).title).toMatch(/^ÜBUNG: /);
    expect(lead).toMatch(/^This is a drill\. Nothing happened/);
  });

  it('goes to one subscription where one is named, and not where its pattern does not match', async () => {
    const kit = await setUp();
    expect((await kit.call('POST', '/v1/drills', { body: { to: 'web' } })).status).toBe(202);
    const refused = await kit.call('POST', '/v1/drills', { body: { to: 'lost' } });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('detail-type is "job.failed", wanted "job.lost"');
    expect((await kit.call('POST', '/v1/drills', { body: { to: 'nobody' } })).status).toBe(404);
    await kit.deliverAll();
    expect(kit.channel.sent.map((one) => one.subscription)).toEqual(['web']);
    expect((await kit.store.events.list({ limit: 9 })).rows).toHaveLength(1);
  });

  it('that reaches nobody is refused, and stores nothing', async () => {
    const kit = await apiKit({
      fixed: [subscription('lost', { pattern: pattern({ 'detail-type': ['job.lost'] }) })],
    });
    const got = await kit.call('POST', '/v1/drills');
    expect([got.status, got.body.detail]).toEqual([
      409,
      expect.stringContaining('No subscription gets a job.failed'),
    ]);
    expect((await kit.store.events.list({ limit: 9 })).rows).toEqual([]);
  });

  it('is held where its subscription is paused, as a real event is', async () => {
    const kit = await setUp();
    await kit.call('POST', '/v1/subscriptions/web/pause');
    const { body } = await kit.call('POST', '/v1/drills', { body: { to: 'web' } });
    expect(
      body.routes.find((one: { subscription: string }) => one.subscription === 'web').targets,
    ).toMatchObject([{ fate: 'held' }]);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    await kit.call('POST', '/v1/subscriptions/web/resume');
    kit.clock.pass(1_000);
    await kit.deliverAll();
    expect(kit.channel.sent).toHaveLength(1);
  });

  it('changes no job and no figure of jobs, and is counted with no real event', async () => {
    const kit = await setUp();
    await kit.call('POST', '/v1/drills');
    await kit.deliverAll();
    expect((await kit.store.jobs.list({ limit: 9 })).rows).toEqual([]);
    expect((await kit.store.durations.list({ limit: 9 })).rows).toEqual([]);
    const lines = kit.telemetry.lines.map(({ event }) => event);
    expect(lines).toContain('drill.published');
    expect(lines).not.toContain('event.published');
  });

  it('is neither recovered nor replayed later', async () => {
    const kit = await setUp();
    const { body } = await kit.call('POST', '/v1/drills');
    const row = (await kit.store.events.get(body.event.metadata.id))!;
    const which = { since: 0, until: Infinity, labels: {}, projects: null };
    expect(wantsEvent(which, row)).toBe(false);
    const { drill: _, ...metadata } = row.event.metadata;
    expect(wantsEvent(which, { ...row, event: { ...row.event, metadata } })).toBe(true);
  });

  it('asked for twice under one key goes out once, also where the first answer was lost', async () => {
    const kit = await setUp();
    const headers = { 'idempotency-key': 'friday' };
    const first = await kit.call('POST', '/v1/drills', { headers, body: {} });
    // As if the process had died before it kept its answer.
    const kept = (await kit.store.idempotency.list({ limit: 9 })).rows;
    for (const row of kept) await kit.store.idempotency.remove(row);
    kit.clock.pass(5_000);
    const again = await kit.call('POST', '/v1/drills', { headers, body: {} });
    expect(again.body.event.metadata.id).toBe(first.body.event.metadata.id);
    await kit.deliverAll();
    expect(kit.channel.sent).toHaveLength(2);
  });

  it('is for those with the scope admin who see all projects', async () => {
    const kit = await setUp();
    const status = async (token: string) => (await kit.call('POST', '/v1/drills', { token })).status;
    expect(await status(await kit.tokenFor(['read', 'track']))).toBe(403);
    expect(await status(await kit.tokenFor(['admin'], { projects: [PROJECT] }))).toBe(403);
  });
});
