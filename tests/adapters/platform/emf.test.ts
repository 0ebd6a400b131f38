import { describe, expect, it } from 'vitest';
import { withMetrics } from '../../../lib/adapters/platform/emf.ts';
import { createTelemetry } from '../../../lib/adapters/platform/log.ts';
import { START } from '../../kit.ts';

type Line = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

function logged(event: string, fields: Record<string, unknown>): Line {
  const lines: string[] = [];
  const clock = () => START;
  const plain = createTelemetry({
    write: (line) => lines.push(line),
    redact: (text) => text,
    clock,
    level: 'info',
  });
  withMetrics(plain, 'dev', clock).line('info', event, fields);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Line;
}

/** As CloudWatch reads a line: each metric's name and each dimension's is a member of it. */
function measured(line: Line) {
  const [{ Namespace, Dimensions, Metrics }] = line['_aws'].CloudWatchMetrics;
  return {
    Namespace,
    dimensions: Dimensions[0].map((name: string) => [name, line[name]]),
    metrics: Metrics.map(({ Name, Unit }: Line) => [Name, line[Name], Unit]),
  };
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
    expect(line['_aws'].Timestamp).toBe(START);
    expect(measured(line)).toEqual({
      Namespace: 'Jobchime',
      dimensions: [['stage', 'dev']],
      metrics: expect.arrayContaining([
        ['sweep.finished.lagMs', 3, 'Milliseconds'],
        ['sweep.finished.checked', 7, 'Count'],
      ]) as unknown,
    });
  });

  it('count deliveries by channel and reason, and by nothing that has no end of values', () => {
    const line = logged('delivery.attempted', {
      channel: 'slack',
      reason: 'ok',
      ms: 40,
      delivery: 'dlv_1',
      target: 'x',
    });
    expect(measured(line)).toEqual({
      Namespace: 'Jobchime',
      dimensions: [
        ['stage', 'dev'],
        ['channel', 'slack'],
        ['reason', 'ok'],
      ],
      metrics: [
        ['delivery.attempted.count', 1, 'Count'],
        ['delivery.attempted.ms', 40, 'Milliseconds'],
      ],
    });
  });

  it('leave all other lines as they are', () => {
    expect(logged('job.tracked', { job: 'a' })).toEqual({
      time: new Date(START).toISOString(),
      level: 'info',
      event: 'job.tracked',
      job: 'a',
    });
  });
});
