/** The trace of a job, from whoever submitted it over its end to each message, at a collector. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { functionContext } from '../lib/wire/aws/middleware/function-context.ts';
import { world } from './cli/world.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
interface Sent {
  resourceSpans: {
    scopeSpans: { spans: { traceId: string; spanId: string; parentSpanId?: string; name: string }[] }[];
  }[];
}

async function collector() {
  const bodies: Sent[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(JSON.parse(body) as Sent);
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const spans = () =>
    bodies.flatMap((one) =>
      one.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((s) => s.spans)),
    );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}

it('a job and its messages are one trace, below the span that submitted it', async () => {
  const w = await world();
  const { url, spans } = await collector();
  const service = await w.start(`env OTEL_EXPORTER_OTLP_ENDPOINT=${url} jobchime start`, 'service.started');
  const jobId = 'ff80808201';
  w.simulator.submit({ system: 'otc-ecs', jobId, life: { runMs: 10, end: 'FAIL' } });
  await w.run(`jobchime track otc-ecs ${jobId} --traceparent 00-${TRACE}-00f067aa0ba902b7-01`);
  await service.until('delivery.attempted');
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  const life = spans().find(({ name }) => name.startsWith('job '));
  expect(life).toMatchObject({ traceId: TRACE, parentSpanId: '00f067aa0ba902b7' });
  expect(spans().find(({ name }) => name === 'deliver slack')).toMatchObject({
    traceId: TRACE,
    parentSpanId: life!.spanId,
  });
}, 60_000);

it('an address that is none is named, and the service works without traces', async () => {
  const w = await world();
  const service = await w.start(
    'env OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 jobchime start',
    'service.started',
  );
  expect(service.printed()).toContain('OTEL_EXPORTER_OTLP_ENDPOINT: is not the address of a collector');
}, 60_000);

it.each(['answers', 'fails'])(
  'a function on AWS hands its spans over before it is frozen, also where it %s',
  async (how) => {
    let flushed = 0;
    const parts = { flushTraces: async () => void (flushed += 1) };
    const handler = middy()
      .use(functionContext(() => async () => parts))
      .handler(async () => {
        expect(flushed).toBe(0);
        if (how === 'fails') throw new Error('no');
      });
    await Promise.allSettled([handler({}, {} as Context & { parts: typeof parts })]);
    expect(flushed).toBe(1);
  },
);
