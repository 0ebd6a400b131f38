/** The trace that a job is part of, from its submitter to the receiver of its webhook. */
import { describe, expect, it } from 'vitest';
import { createWebhook } from '../../../lib/adapters/channels/webhook/sender.ts';
import { jobEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { isTraceparent } from '../../../lib/core/jobs/traceparent.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { failed, POLICY, PROJECT, spec, START } from '../../kit.ts';
import { localExchange, messageTo, receiver, targetOf } from '../channels/kit.ts';
import { apiKit, type Sent } from './kit.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** The event of a job's end, after it was handed in like this. */
async function eventOf(sent: Sent): Promise<Event> {
  const { call, store } = await apiKit();
  expect((await call('POST', '/v1/jobs', sent)).status).toBeLessThan(300);
  const row = (await store.jobs.get(`hwc-ecs/${PROJECT}/${spec(1).jobId}`))!;
  const { job } = decide(row, failed, START + 60_000, POLICY);
  return jobEvent(job, job.outbox[0]!);
}

describe('a traceparent', () => {
  it.each([
    ['as a field of the job', { body: { ...spec(1), traceparent: TRACE } }],
    ['as a header of the request', { body: spec(1), headers: { traceparent: TRACE } }],
    [
      'as a header, for several jobs',
      { body: { jobs: [spec(1), spec(2)] }, headers: { traceparent: TRACE } },
    ],
    [
      'as both, where the field counts',
      { body: { ...spec(1), traceparent: TRACE }, headers: { traceparent: OTHER } },
    ],
  ])('%s reaches the receiver of the webhook', async (_, sent) => {
    const event = await eventOf(sent);
    expect(event.metadata.traceparent).toBe(TRACE);
    const { url, received } = await receiver(() => ({ status: 200 }));
    const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await createWebhook({ exchange: localExchange, version: '1' }).send(
      messageTo(targetOf(url, [key]), event),
    );
    expect(received[0]!.headers.traceparent).toBe(TRACE);
  });

  it('that was not given is nowhere', async () => {
    const event = await eventOf({ body: spec(1) });
    expect(event.metadata).not.toHaveProperty('traceparent');
    const { url, received } = await receiver(() => ({ status: 200 }));
    const target = { ...targetOf(url), request: { body: '{}' } };
    await createWebhook({ exchange: localExchange, version: '1' }).send(messageTo(target, event));
    expect(received[0]!.headers).not.toHaveProperty('traceparent');
  });

  it('in a header that has another form is no fault, in a field it is one', async () => {
    const event = await eventOf({ body: spec(1), headers: { traceparent: 'nonsense' } });
    expect(event.metadata).not.toHaveProperty('traceparent');
    const { call } = await apiKit();
    const refused = await call('POST', '/v1/jobs', { body: { ...spec(1), traceparent: 'nonsense' } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]).toMatchObject({ field: 'traceparent' });
  });

  it.each([
    [TRACE, true],
    [OTHER, true],
    [TRACE.toUpperCase(), false],
    [`${TRACE}-00`, false],
    [`01${TRACE.slice(2)}`, false],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, false],
    [`00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`, false],
    ['', false],
  ])('%s is one: %s', (text, is) => {
    expect(isTraceparent(text)).toBe(is);
  });
});
