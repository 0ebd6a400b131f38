import { hasOwn } from '../../core/is-record.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Span } from '../../core/spans.ts';
import type { Telemetry } from '../../ports.ts';
import type { Http } from './http.ts';

/** Where spans go to, as the variables of OpenTelemetry say it. */
export interface TraceSettings {
  url: string;
  headers: Record<string, string>;
  /** Of the resource: `service.name` and what else is named. */
  attributes: Record<string, string>;
}
type Env = Readonly<Record<string, string | undefined>>;

/** Null: traces are not wanted. Throws an `Error` made for people where the address is none. */
export function traceSettings(env: Env): TraceSettings | null {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const common = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const [name, text] = own
    ? ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own]
    : ['OTEL_EXPORTER_OTLP_ENDPOINT', common];
  if (!text || env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return null;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Error(
      `${name}: is not the address of a collector. Write http://host:4318 or https://host, a password into OTEL_EXPORTER_OTLP_HEADERS.`,
    );
  if (!own) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const { OTEL_SERVICE_NAME = 'jobchime' } = env;
  return {
    url: url.href,
    headers: pairsOf(env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? env['OTEL_EXPORTER_OTLP_HEADERS']),
    attributes: { ...pairsOf(env['OTEL_RESOURCE_ATTRIBUTES']), 'service.name': OTEL_SERVICE_NAME },
  };
}

/** `key=value,key2=value2`, with values percent-encoded. What is no pair is left out. */
function pairsOf(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(pairs);
}
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const DEADLINE_MS = 10_000;
/** Of what waits for a collector; what comes beyond is dropped, since traces are no record. */
const MAX_WAITING = 4_096;
const MAX_BATCH = 512;

export interface Traces {
  add(spans: readonly Span[]): void;
  /** Sends what waits. Never throws. */
  flush(): Promise<void>;
}

/** Spans to a collector, by OTLP over HTTP with JSON. A call that fails is logged once, until one arrives again; its spans are gone. */
export function createTraces(
  { exchange }: Pick<Http, 'exchange'>,
  { url, headers, attributes }: TraceSettings,
  { version, telemetry }: { version: string; telemetry: Telemetry },
): Traces {
  let waiting: Span[] = [];
  let isFailing = false;
  let sending: Promise<void> = Promise.resolve();
  const resource = { attributes: attributesOf({ ...attributes, 'service.version': version }) };
  const scope = { name: 'jobchime', version };

  async function send(spans: readonly Span[]): Promise<void> {
    const body = JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(written) }] }],
    });
    const answer = await exchange({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body,
      deadlineMs: DEADLINE_MS,
      maxBytes: 4_096,
    });
    const detail = !answer.ok
      ? answer.detail
      : answer.status < 300
        ? refusedIn(answer.body)
        : `HTTP ${answer.status}`;
    if (detail !== null && !isFailing)
      telemetry.line('warn', 'traces.unheard', { detail, spans: spans.length });
    if (detail === null && isFailing) telemetry.line('info', 'traces.heard', {});
    isFailing = detail !== null;
  }
  async function all(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await send(batch);
    }
  }
  return {
    add(spans) {
      if (waiting.length + spans.length <= MAX_WAITING) waiting.push(...spans);
    },
    flush: () => (sending = sending.then(all)),
  };
}

/** A collector may take a request and refuse some of its spans; null: it took all of them. */
function refusedIn(body: string): string | null {
  const answer = parseJson(body);
  const partly = hasOwn(answer, 'partialSuccess') ? answer.partialSuccess : null;
  const count = hasOwn(partly, 'rejectedSpans') ? Number(partly.rejectedSpans) : 0;
  if (!(count > 0)) return null;
  const why = hasOwn(partly, 'errorMessage') ? `: ${String(partly.errorMessage)}` : '';
  return `the collector refuses ${count} of them${why}`;
}

/** The same, which takes what the service tells of its work. */
export const withTraces = (telemetry: Telemetry, traces: Traces): Telemetry => ({
  line: (level, event, fields) => telemetry.line(level, event, fields),
  spans: (make) => traces.add(make()),
});

const KINDS = { internal: 1, client: 3 };
const ERROR = 2;
const nano = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;

const written = (span: Span): object => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
  name: span.name.toWellFormed(),
  kind: KINDS[span.kind],
  startTimeUnixNano: nano(span.from),
  endTimeUnixNano: nano(span.to),
  attributes: attributesOf(span.attributes),
  status: span.problem === undefined ? {} : { code: ERROR, message: span.problem.toWellFormed() },
});

const attributesOf = (attributes: Span['attributes']): object[] =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'number'
        ? Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : // Half a character is no UTF-8: a collector refuses the whole request.
            { stringValue: value.toWellFormed() },
  }));
