import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { createTraces, traceSettings, type TraceSettings } from '../../../lib/adapters/platform/otlp.ts';
import { spansOfAttempt, spansOfJob, type Span } from '../../../lib/core/spans.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { recordingTelemetry, START } from '../../kit.ts';
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

/**
 * `ExportTraceServiceRequest` (opentelemetry/proto/collector/trace/v1) in JSON, as far as it is used here: ids are hexadecimal, 64-bit numbers
 * are text, enumerations are numbers, and a field that the protocol does not have is a mistake.
 */
const message = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items });
const TEXT = { type: 'string' };
const id = (bytes: number) => ({ type: 'string', pattern: `^(?!0+$)[0-9a-f]{${bytes * 2}}$` });
const NANO = { type: 'string', pattern: '^[1-9][0-9]*$' };
const VALUE = {
  oneOf: [
    message({ stringValue: TEXT }),
    message({ boolValue: { type: 'boolean' } }),
    message({ intValue: { type: 'string', pattern: '^-?[0-9]+$' } }),
    message({ doubleValue: { type: 'number' } }),
  ],
};
const ATTRIBUTES = list(message({ key: { type: 'string', minLength: 1 }, value: VALUE }));
const SPAN = message(
  {
    traceId: id(16),
    spanId: id(8),
    parentSpanId: id(8),
    name: { type: 'string', minLength: 1 },
    kind: { type: 'integer', minimum: 1, maximum: 5 },
    startTimeUnixNano: NANO,
    endTimeUnixNano: NANO,
    attributes: ATTRIBUTES,
    status: message({ code: { type: 'integer', minimum: 0, maximum: 2 }, message: TEXT }, []),
  },
  ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano'],
);
const EXPORT_TRACE_SERVICE_REQUEST = message({
  resourceSpans: list(
    message({
      resource: message({ attributes: ATTRIBUTES }),
      scopeSpans: list(message({ scope: message({ name: TEXT, version: TEXT }), spans: list(SPAN) })),
    }),
  ),
});
interface SpansIn {
  resourceSpans: {
    scopeSpans: { spans: { startTimeUnixNano: string; endTimeUnixNano: string }[] }[];
  }[];
}
const spansIn = ({ resourceSpans }: SpansIn) =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

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

  it('of every kind of event are what the protocol takes, field by field', async () => {
    const { url, received } = await receiver(() => ({ status: 200, body: '{"partialSuccess":{}}' }));
    const log = recordingTelemetry();
    const traces = open(url, log);
    const attempt = {
      delivery: 'dlv_1',
      attempt: 2,
      channel: 'slack',
      subscription: 'team',
      target: 'hooks.slack.com/…',
      reason: 'unavailable',
      isSent: false,
      from: START + 0.5,
      to: START + 1_000.25,
    };
    for (const event of Object.values(SAMPLES)) {
      traces.add(spansOfJob(event));
      traces.add(spansOfAttempt(event, attempt));
    }
    traces.add([
      {
        ...span,
        name: 'a\uDC00',
        problem: '\uD83D',
        attributes: { share: 0.5, count: -3, hostile: '\u0000\uD800"\n' },
      },
    ]);
    await traces.flush();
    const isValid = new Ajv({ allErrors: true }).compile(EXPORT_TRACE_SERVICE_REQUEST);
    for (const { body } of received) {
      // JSON writes half a character as its number, and a whole one as it is.
      expect(body).not.toMatch(/\\ud[89a-f]/i);
      const request = JSON.parse(body) as Parameters<typeof spansIn>[0];
      isValid(request);
      expect(isValid.errors ?? []).toEqual([]);
      const spans = spansIn(request);
      expect(spans.length).toBeGreaterThan(Object.keys(SAMPLES).length);
      for (const { startTimeUnixNano, endTimeUnixNano } of spans)
        expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    }
    expect(log.lines).toEqual([]);
  });

  it('that a collector refuses in a request that it took are said to be lost', async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: 'span too old' } });
    const { url } = await receiver(() => ({ status: 200, body }));
    const log = recordingTelemetry();
    const traces = open(url, log);
    traces.add([span]);
    await traces.flush();
    expect(log.lines).toMatchObject([
      { event: 'traces.unheard', detail: 'the collector refuses 1 of them: span too old' },
    ]);
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
