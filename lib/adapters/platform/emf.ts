import type { Clock, Telemetry } from '../../ports.ts';

/** What is measured of which line. Names of metrics are the fields they stand in; what is only counted is `count`. */
interface Measure {
  metrics: Record<string, 'Count' | 'Milliseconds'>;
  /** The line after which its metrics are named, where that is another one. */
  as?: string;
  /** Each combination of their values is a metric that is paid for: words of closed lists, never ids. */
  by?: readonly string[];
}

const MEASURES: Readonly<Record<string, Measure>> = {
  'sweep.finished': {
    metrics: {
      lagMs: 'Milliseconds',
      outboxAgeMs: 'Milliseconds',
      sweeps: 'Count',
      checked: 'Count',
      settled: 'Count',
      published: 'Count',
    },
  },
  'sweep.late': { metrics: { lagMs: 'Milliseconds' }, as: 'sweep.finished' },
  'sweep.hindered': { metrics: { count: 'Count' } },
  'event.refused': { metrics: { count: 'Count' } },
  'event.uncertain': { metrics: { count: 'Count' } },
  'message.failed': { metrics: { count: 'Count' } },
  'job.broken': { metrics: { count: 'Count' } },
  'delivery.broken': { metrics: { count: 'Count' } },
  'settings.stale': { metrics: { count: 'Count' } },
  'settings.unresolved': { metrics: { count: 'Count' } },
  'job.refused': { metrics: { count: 'Count' } },
  'delivery.attempted': { metrics: { count: 'Count', ms: 'Milliseconds' }, by: ['channel', 'reason'] },
  'doorbell.unheard': { metrics: { count: 'Count' }, by: ['channel'] },
};

export const NAMESPACE = 'Jobchime';

/**
 * Metrics within the log: CloudWatch reads them out of lines in its Embedded Metric Format, so that they cost no call. A
 * metric is named after its line and its field (`sweep.finished.lagMs`).
 */
export function withMetrics(telemetry: Telemetry, stage: string, clock: Clock): Telemetry {
  return {
    line(level, event, fields) {
      const measure = MEASURES[event];
      if (!measure) return telemetry.line(level, event, fields);
      const found = Object.entries(measure.metrics).flatMap(([field, Unit]) => {
        const value = field === 'count' ? (fields['count'] ?? 1) : fields[field];
        return typeof value === 'number' ? [{ name: `${measure.as ?? event}.${field}`, Unit, value }] : [];
      });
      telemetry.line(level, event, {
        ...fields,
        stage,
        ...Object.fromEntries(found.map(({ name, value }) => [name, value])),
        _aws: {
          Timestamp: clock(),
          CloudWatchMetrics: [
            {
              Namespace: NAMESPACE,
              Dimensions: [['stage', ...(measure.by ?? [])]],
              Metrics: found.map(({ name: Name, Unit }) => ({ Name, Unit })),
            },
          ],
        },
      });
    },
  };
}
