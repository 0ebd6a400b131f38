import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { CHANNEL_NAMES } from '../../../lib/adapters/channels/registry.ts';
import { withMetrics } from '../../../lib/adapters/platform/emf.ts';
import { createTelemetry } from '../../../lib/adapters/platform/log.ts';
import { START } from '../../kit.ts';

type Line = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

function open() {
  const lines: string[] = [];
  const clock = () => START;
  const plain = createTelemetry({
    write: (line) => lines.push(line),
    redact: (text) => text,
    clock,
    level: 'info',
  });
  const telemetry = withMetrics(plain, 'dev', clock);
  return { telemetry, lines: (): Line[] => lines.map((line) => JSON.parse(line) as Line) };
}
function logged(event: string, fields: Record<string, unknown>): Line {
  const { telemetry, lines } = open();
  telemetry.line('info', event, fields);
  expect(lines()).toHaveLength(1);
  return lines()[0]!;
}

/** As CloudWatch reads a line, by its specification of the format: each metric's name and each dimension's is a member of it. */
function measured(line: Line) {
  expect(line['_aws'].Timestamp).toBe(START);
  expect(Object.keys(line['_aws']).toSorted()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  return line['_aws'].CloudWatchMetrics.map(({ Namespace, Dimensions, Metrics, ...more }: Line) => {
    expect({ Namespace, more, dimensionSets: Dimensions.length }).toEqual({
      Namespace: 'Jobchime',
      more: {},
      dimensionSets: 1,
    });
    const dimensions = Dimensions[0].map((name: string) => [name, line[name]]);
    expect(dimensions.length).toBeLessThanOrEqual(9);
    for (const [, value] of dimensions) expect(value).toEqual(expect.stringMatching(/./));
    expect(Metrics.length).toBeGreaterThan(0);
    const metrics = Metrics.map(({ Name, Unit }: Line) => {
      const values = [line[Name]].flat();
      expect(values.length).toBeGreaterThan(0);
      expect(values.length).toBeLessThanOrEqual(100);
      for (const value of values) expect(value).toEqual(expect.any(Number));
      return [Name, line[Name], Unit];
    });
    return { dimensions, metrics };
  });
}

describe('metrics in the log', () => {
  it('say how far behind a sweep was', () => {
    const line = logged('sweep.finished', {
      sweeps: 2,
      checked: 7,
      settled: 1,
      published: 0,
      lagMs: 3,
      outboxAgeMs: 0,
    });
    expect(measured(line)).toEqual([
      {
        dimensions: [['stage', 'dev']],
        metrics: expect.arrayContaining([
          ['sweep.finished.lagMs', 3, 'Milliseconds'],
          ['sweep.finished.checked', 7, 'Count'],
        ]) as unknown,
      },
    ]);
  });

  it('count deliveries by channel and reason, and by nothing that has no end of values', () => {
    const line = logged('delivery.attempted', {
      channel: 'slack',
      reason: 'unavailable',
      ms: 40,
      delivery: 'dlv_1',
      target: 'x',
    });
    expect(measured(line)).toEqual([
      {
        dimensions: [
          ['stage', 'dev'],
          ['channel', 'slack'],
          ['reason', 'unavailable'],
        ],
        metrics: [
          ['delivery.attempted.count', 1, 'Count'],
          ['delivery.attempted.ms', 40, 'Milliseconds'],
        ],
      },
    ]);
  });

  it('say of each message how long it took from the end of its job and from seeing it, by channel alone', () => {
    const line = logged('delivery.attempted', {
      channel: 'teams',
      reason: 'ok',
      ms: 40,
      sinceDetectedMs: 1_250,
      sinceEndedMs: -20,
    });
    expect(measured(line)[1]).toEqual({
      dimensions: [
        ['stage', 'dev'],
        ['channel', 'teams'],
      ],
      metrics: [
        ['delivery.attempted.sinceDetectedMs', 1_250, 'Milliseconds'],
        // The cloud's clock is ahead.
        ['delivery.attempted.sinceEndedMs', 0, 'Milliseconds'],
      ],
    });
  });

  it('have the time of each check and of each detection in the line of the sweep, whatever level is logged', () => {
    const { telemetry, lines } = open();
    const finish = () => telemetry.line('info', 'sweep.finished', { lagMs: 0 });
    for (const ms of [30, 20]) telemetry.line('debug', 'job.checked', { origin: 'otc-ecs', ms });
    telemetry.line('info', 'event.published', { kind: 'job.failed', detectedMs: 4_000 });
    telemetry.line('info', 'event.published', { kind: 'origin.unreachable' });
    finish();
    finish();
    const [, , full, empty] = lines();
    expect(measured(full!)[1]).toEqual({
      dimensions: [['stage', 'dev']],
      metrics: [
        ['job.checked.ms', [30, 20], 'Milliseconds'],
        ['event.published.detectedMs', [4_000], 'Milliseconds'],
      ],
    });
    expect(measured(empty!)).toHaveLength(1);
    expect(empty).not.toHaveProperty('job.checked.ms');
  });

  it('keep the percentiles of more checks than a line may have', () => {
    const { telemetry, lines } = open();
    for (let n = 0; n < 3_000; n++) telemetry.line('debug', 'job.checked', { ms: (n * 7_919) % 3_000 });
    telemetry.line('info', 'sweep.finished', { lagMs: 0 });
    measured(lines()[0]!);
    const values = lines()[0]!['job.checked.ms'] as number[];
    expect([values[0], values.at(-1)]).toEqual([0, 2_999]);
    for (const percent of [10, 50, 90, 98]) {
      const at = Math.round((percent * (values.length - 1)) / 100);
      expect(Math.abs(values[at]! - percent * 30)).toBeLessThan(60);
    }
  });

  it('leave all other lines as they are', () => {
    expect(logged('job.tracked', { job: 'a' })).toEqual({
      time: new Date(START).toISOString(),
      level: 'info',
      event: 'job.tracked',
      job: 'a',
    });
  });

  it('are those that the dashboard asks for', async () => {
    const watch = createRequire(import.meta.url)('../../../deploy/watch.cjs') as (
      of: object,
    ) => Promise<Line>;
    const { Resources } = await watch({ resolveVariable: async () => CHANNEL_NAMES.join(',') });
    const { widgets } = JSON.parse(Resources.Dashboard.Properties.DashboardBody['Fn::Sub']) as {
      widgets: { properties: { title: string; stat: string; metrics: string[][] } }[];
    };
    const { telemetry, lines } = open();
    telemetry.line('info', 'job.checked', { ms: 1 });
    telemetry.line('info', 'event.published', { detectedMs: 1 });
    const swept = { lagMs: 1, outboxAgeMs: 1, checked: 1, settled: 1, published: 1 };
    telemetry.line('info', 'sweep.finished', swept);
    const told = { channel: 'slack', reason: 'ok', sinceEndedMs: 1 };
    telemetry.line('info', 'delivery.attempted', told);
    const written = lines()
      .filter((line) => '_aws' in line)
      .flatMap(measured)
      .flatMap(({ dimensions, metrics }) =>
        metrics.map(([name]: string[]) => [name, ...dimensions.map(([one]: string[]) => one)].join(' ')),
      );
    const asked = widgets.flatMap(({ properties }) =>
      properties.metrics.flatMap(([space, name, ...pairs]) =>
        space === 'Jobchime' ? [[name, ...pairs.filter((_, n) => n % 2 === 0)].join(' ')] : [],
      ),
    );
    expect(asked.length).toBeGreaterThan(8);
    for (const one of asked) expect(written).toContain(one);
    // Of durations what is slow, and no sum.
    const slow = widgets.filter(({ properties }) => /slowest/.test(properties.title));
    expect(slow.map(({ properties }) => properties.stat)).toEqual(['p99', 'p99']);
  });
});
