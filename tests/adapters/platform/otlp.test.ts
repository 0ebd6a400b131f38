import { describe, expect, it } from 'vitest';
import { createTraces, traceSettings, type TraceSettings } from '../../../lib/adapters/platform/otlp.ts';
import type { Span } from '../../../lib/core/spans.ts';
import { recordingTelemetry } from '../../kit.ts';
import { localExchange, receiver } from '../channels/kit.ts';

const span: Span = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentId: '1234567890abcdef',
  name: 'job createServer',
  kind: 'client',
  from: 1_700_000_000_123,
  to: 1_700_000_001_000,
  attributes: { 'jobchime.job': 'a/b/c', 'jobchime.attempt': 2, isTrue: true },
  problem: 'no room',
};
const settings = (url: string): TraceSettings => ({
  url,
  headers: { 'api-key': 'k 1' },
  attributes: { 'service.name': 'jobchime' },
});
const open = (url: string, telemetry = recordingTelemetry()) =>
  createTraces({ exchange: localExchange }, settings(url), { version: '1.2.3', telemetry });

describe('where traces go', () => {
  const at = (url: string) => expect.objectContaining({ url });
  it.each([
    [{}, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, at('http://c:4318/v1/traces')],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/base/' }, at('https://c/base/v1/traces')],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://d/own' },
      at('http://d/own'),
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' }, null],
  ])('is what the variables of OpenTelemetry say: %j', (env, is) => expect(traceSettings(env)).toEqual(is));

  it('has headers and attributes from there, too', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b,x=1=2,nothing',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod',
      OTEL_SERVICE_NAME: 'chime',
    };
    expect(traceSettings(env)).toMatchObject({
      headers: { 'api-key': 'a b', x: '1=2' },
      attributes: { 'deployment.environment': 'prod', 'service.name': 'chime' },
    });
  });

  it.each(['collector:4318', 'grpc://c:4317', 'not a url', 'http://user:secret@c:4318'])(
    'is refused where it is %s',
    (text) => {
      const refused = () => traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: text });
      expect(refused).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: is not the address of a collector');
      expect(refused).not.toThrow('secret');
    },
  );
});

describe('traces', () => {
  it('are sent as OTLP has them in JSON', async () => {
    const { url, received } = await receiver(() => ({ status: 200 }));
    const traces = open(url);
    traces.add([span]);
    await traces.flush();
    await traces.flush();
    expect(received).toHaveLength(1);
    expect(received[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'api-key': 'k 1' });
    expect(JSON.parse(received[0]!.body)).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'jobchime' } },
              { key: 'service.version', value: { stringValue: '1.2.3' } },
            ],
          },
          scopeSpans: [
            {
              scope: { name: 'jobchime', version: '1.2.3' },
              spans: [
                {
                  traceId: span.traceId,
                  spanId: span.spanId,
                  parentSpanId: span.parentId,
                  name: 'job createServer',
                  kind: 3,
                  startTimeUnixNano: '1700000000123000000',
                  endTimeUnixNano: '1700000001000000000',
                  attributes: [
                    { key: 'jobchime.job', value: { stringValue: 'a/b/c' } },
                    { key: 'jobchime.attempt', value: { intValue: '2' } },
                    { key: 'isTrue', value: { boolValue: true } },
                  ],
                  status: { code: 2, message: 'no room' },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('of a collector that does not answer are gone, which is said once', async () => {
    let status = 503;
    const { url } = await receiver(() => ({ status }));
    const log = recordingTelemetry();
    const traces = open(url, log);
    for (status of [503, 503, 200]) {
      traces.add([span]);
      await traces.flush();
    }
    expect(log.lines.map(({ event }) => event)).toEqual(['traces.unheard', 'traces.heard']);
  });

  it('wait within bounds, and go in requests of some hundred', async () => {
    const { url, received } = await receiver(() => ({ status: 200 }));
    const traces = open(url);
    for (let n = 0; n < 100; n++) traces.add(Array.from({ length: 100 }, () => span));
    await traces.flush();
    expect(received).toHaveLength(8);
  });
});
