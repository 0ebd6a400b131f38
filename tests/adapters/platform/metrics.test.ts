import { describe, expect, it } from 'vitest';
import { CHECK_REASONS } from '../../../lib/core/jobs/transition.ts';
import { createCounters } from '../../../lib/adapters/platform/metrics/counters.ts';
import { expose } from '../../../lib/adapters/platform/metrics/exposition.ts';
import { serveMetrics } from '../../../lib/adapters/platform/metrics/server.ts';
import { recordingTelemetry } from '../../kit.ts';
import { parseExposition } from './prometheus.ts';

const told = (counters: ReturnType<typeof createCounters>) => parseExposition(expose(counters.families()));

describe('the text format', () => {
  it('holds any text in labels and help, and every number', () => {
    const odd = 'a "quoted" \\ back\nslash, {é}';
    const text = expose([
      {
        name: 'x_total',
        type: 'counter',
        help: odd,
        samples: [{ labels: { a: odd, b: '' }, value: 1.5e21 }],
      },
      {
        name: 'y',
        type: 'gauge',
        help: '',
        samples: [
          { labels: {}, value: Infinity },
          { labels: { n: '1' }, value: -0.5 },
        ],
      },
    ]);
    expect(parseExposition(text)).toEqual([
      {
        name: 'x_total',
        type: 'counter',
        help: odd,
        samples: [{ labels: { a: odd, b: '' }, value: 1.5e21 }],
      },
      {
        name: 'y',
        type: 'gauge',
        help: '',
        samples: [
          { labels: {}, value: Infinity },
          { labels: { n: '1' }, value: -0.5 },
        ],
      },
    ]);
  });
});

describe('the counters', () => {
  const valueOf = (
    counters: ReturnType<typeof createCounters>,
    name: string,
    labels: Record<string, string>,
  ) =>
    told(counters)
      .find((family) => family.name === name)
      ?.samples.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;

  it('begin at 0 for every reason there is', () => {
    const checks = told(createCounters(recordingTelemetry())).find(
      ({ name }) => name === 'jobchime_checks_total',
    )!;
    expect(checks.samples.map(({ labels }) => labels.reason)).toEqual([...CHECK_REASONS, 'other']);
    expect(checks.samples.every(({ labels }) => labels.origin === 'other')).toBe(true);
    expect(checks.samples.every(({ value }) => value === 0)).toBe(true);
  });

  it('count lines of every level, and pass them on', () => {
    const log = recordingTelemetry();
    const counters = createCounters(log);
    const { telemetry } = counters;
    telemetry.line('debug', 'job.checked', { reason: 'running' });
    telemetry.line('info', 'job.checked', { reason: 'running' });
    telemetry.line('warn', 'delivery.attempted', { channel: 'slack', reason: 'rate_limited' });
    telemetry.line('info', 'event.published', { kind: 'job.failed' });
    telemetry.line('error', 'sweep.broken', {});
    expect(valueOf(counters, 'jobchime_checks_total', { origin: 'other', reason: 'running' })).toBe(2);
    const slack = { channel: 'slack', reason: 'rate_limited' };
    expect(valueOf(counters, 'jobchime_delivery_attempts_total', slack)).toBe(1);
    expect(valueOf(counters, 'jobchime_events_published_total', { kind: 'job.failed' })).toBe(1);
    expect(valueOf(counters, 'jobchime_errors_total', {})).toBe(1);
    expect(log.lines).toHaveLength(5);
  });

  it('never make a label of a word that is not on the list', () => {
    const counters = createCounters(recordingTelemetry());
    const before = told(counters).flatMap(({ samples }) => samples).length;
    counters.telemetry.line('info', 'job.checked', { reason: 'job 4711 is "odd"\n' });
    counters.telemetry.line('info', 'job.checked', {});
    expect(told(counters).flatMap(({ samples }) => samples)).toHaveLength(before);
    expect(valueOf(counters, 'jobchime_checks_total', { origin: 'other', reason: 'other' })).toBe(2);
  });
});

describe('what is measured', () => {
  const at = (counters: ReturnType<typeof createCounters>, name: string) =>
    told(counters).find((family) => family.name === name)!.samples;

  it('has an origin as its label only where it is configured, and counts into every bucket that is wide enough', () => {
    const counters = createCounters(recordingTelemetry(), ['otc-ecs']);
    const line = (origin: string, detectedMs: unknown): void =>
      counters.telemetry.line('info', 'event.published', { kind: 'job.failed', origin, detectedMs });
    line('otc-ecs', 700);
    line('otc-ecs', 40_000);
    line('otc-ecs', -5);
    line('otc-ecs', undefined);
    line('made-up', 1e12);
    const samples = at(counters, 'jobchime_detection_seconds');
    const value = (labels: object) =>
      samples.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    expect(['0.5', '1', '30', '60', '+Inf'].map((le) => value({ origin: 'otc-ecs', le }))).toEqual([
      1, 2, 2, 3, 3,
    ]);
    expect(value({ origin: 'other', le: '86400' })).toBe(0);
    expect(value({ origin: 'other', le: '+Inf' })).toBe(1);
    const ofOrigin = samples.filter(({ labels }) => labels.origin === 'otc-ecs' && labels.le === undefined);
    expect(ofOrigin).toEqual([
      { suffix: '_sum', labels: { origin: 'otc-ecs' }, value: 40.7 },
      { suffix: '_count', labels: { origin: 'otc-ecs' }, value: 3 },
    ]);
  });
});

describe('how long clouds take to answer', () => {
  it('is measured for each check that asked, to a tenth of a second', () => {
    const counters = createCounters(recordingTelemetry(), ['otc-ecs']);
    for (const ms of [80, 200, undefined])
      counters.telemetry.line('debug', 'job.checked', { origin: 'otc-ecs', reason: 'running', ms });
    const family = told(counters).find(({ name }) => name === 'jobchime_check_seconds')!;
    const value = (le: string) => family.samples.find(({ labels }) => labels.le === le)?.value;
    expect(['0.1', '0.25', '+Inf'].map(value)).toEqual([1, 2, 2]);
  });
});

describe('the server', () => {
  it('answers GET /metrics, and nothing else', async () => {
    const errors: unknown[] = [];
    let broken = false;
    const server = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      async () => {
        if (broken) throw new Error('the store is closed');
        return 'x 1\n';
      },
      (error) => errors.push(error),
    );
    const answer = await fetch(server.url);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('x 1\n');
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(server.url.replace('metrics', ''))).status).toBe(404);
    broken = true;
    const failed = await fetch(server.url);
    expect([failed.status, await failed.text()]).toEqual([503, '']);
    expect(errors).toHaveLength(1);
    await server.close();
  });

  it('says that an address is in use', async () => {
    const server = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      async () => '',
      () => {},
    );
    const port = Number(new URL(server.url).port);
    await expect(
      serveMetrics(
        { host: '127.0.0.1', port },
        async () => '',
        () => {},
      ),
    ).rejects.toThrow('EADDRINUSE');
    await server.close();
  });
});
