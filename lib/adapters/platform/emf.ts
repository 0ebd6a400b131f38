import type { Clock, Telemetry } from '../../ports.ts';
import { MAX } from './log.ts';

type Unit = 'Count' | 'Milliseconds';
/** What is measured of which line. Names of metrics are the fields they stand in; what is only counted is `count`. */
interface Measure {
  metrics: Record<string, Unit>;
  /** The line after which its metrics are named, where that is another one. */
  as?: string;
  /** Each combination of their values is a metric that is paid for: words of closed lists, never ids. */
  by?: readonly string[];
}

const COUNT: readonly Measure[] = [{ metrics: { count: 'Count' } }];
const MEASURES: Readonly<Record<string, readonly Measure[]>> = {
  'sweep.finished': [
    {
      metrics: {
        lagMs: 'Milliseconds',
        outboxAgeMs: 'Milliseconds',
        sweeps: 'Count',
        checked: 'Count',
        settled: 'Count',
        published: 'Count',
      },
    },
  ],
  'sweep.late': [{ metrics: { lagMs: 'Milliseconds' }, as: 'sweep.finished' }],
  'sweep.hindered': COUNT,
  'event.refused': COUNT,
  'event.uncertain': COUNT,
  'message.failed': COUNT,
  'job.broken': COUNT,
  'delivery.broken': COUNT,
  'settings.stale': COUNT,
  'settings.unresolved': COUNT,
  'job.refused': COUNT,
  'delivery.attempted': [
    { metrics: { count: 'Count', ms: 'Milliseconds' }, by: ['channel', 'reason'] },
    { metrics: { sinceDetectedMs: 'Milliseconds', sinceEndedMs: 'Milliseconds' }, by: ['channel'] },
  ],
  'doorbell.unheard': [{ metrics: { count: 'Count' }, by: ['channel'] }],
};
/** Durations of lines that are too many to be metrics by themselves, or that nobody writes: they stand in the next line of the event. */
const GATHERED: Readonly<Record<string, readonly { event: string; field: string }[]>> = {
  'sweep.finished': [
    { event: 'job.checked', field: 'ms' },
    { event: 'event.published', field: 'detectedMs' },
  ],
};
const GATHERS = Object.values(GATHERED).flat();
const nameOf = ({ event, field }: { event: string; field: string }): string => `${event}.${field}`;

/** Of one metric in one line: CloudWatch takes 100, the log writes fewer. */
const MAX_VALUES = Math.min(100, MAX.entries);
/** Of one metric between two lines: more than a run of the sweep checks. What comes beyond is not measured. */
const MAX_GATHERED = 10_000;

export const NAMESPACE = 'Jobchime';

/**
 * Metrics within the log: CloudWatch reads them out of lines in its Embedded Metric Format, so that they cost no call. A
 * metric is named after its line and its field (`sweep.finished.lagMs`). Durations are values of their own, and no means, so that
 * percentiles of them are right.
 */
export function withMetrics(telemetry: Telemetry, stage: string, clock: Clock): Telemetry {
  const gathered = new Map(GATHERS.map((one): [string, number[]] => [nameOf(one), []]));

  function gather(event: string, fields: Readonly<Record<string, unknown>>): void {
    for (const one of GATHERS) {
      const ms = fields[one.field];
      const known = gathered.get(nameOf(one))!;
      if (one.event === event && typeof ms === 'number' && known.length < MAX_GATHERED)
        known.push(Math.max(0, ms));
    }
  }
  /** What was gathered for this line, once. */
  const taken = (event: string): Directive[] => {
    const metrics = (GATHERED[event] ?? []).flatMap((one): Metric[] => {
      const name = nameOf(one);
      const value = thinned(gathered.get(name)!);
      gathered.set(name, []);
      return value.length > 0 ? [{ name, unit: 'Milliseconds', value }] : [];
    });
    return [{ metrics, by: [] }];
  };

  return {
    ...telemetry,
    line(level, event, fields) {
      gather(event, fields);
      const measures = MEASURES[event];
      if (!measures) return telemetry.line(level, event, fields);
      const directives = [
        ...measures.map((one): Directive => ({ metrics: found(event, one, fields), by: one.by ?? [] })),
        ...taken(event),
      ].filter(({ metrics }) => metrics.length > 0);
      telemetry.line(level, event, {
        ...fields,
        stage,
        ...Object.fromEntries(
          directives.flatMap(({ metrics }) => metrics.map(({ name, value }) => [name, value])),
        ),
        _aws: {
          Timestamp: clock(),
          CloudWatchMetrics: directives.map(({ metrics, by }) => ({
            Namespace: NAMESPACE,
            Dimensions: [['stage', ...by]],
            Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
          })),
        },
      });
    },
  };
}

interface Metric {
  name: string;
  unit: Unit;
  value: number | number[];
}
interface Directive {
  metrics: Metric[];
  by: readonly string[];
}

const found = (event: string, { metrics, as = event }: Measure, fields: Record<string, unknown>): Metric[] =>
  Object.entries(metrics).flatMap(([field, unit]) => {
    const value = field === 'count' ? (fields['count'] ?? 1) : fields[field];
    // A clock that is ahead of ours has not measured a time below zero.
    return typeof value === 'number' ? [{ name: `${as}.${field}`, unit, value: Math.max(0, value) }] : [];
  });

/** As many of them as a line may have, at even distances by size, with the shortest and the longest: their percentiles are the same. */
function thinned(values: readonly number[]): number[] {
  if (values.length <= MAX_VALUES) return [...values];
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from(
    { length: MAX_VALUES },
    (_, n) => sorted[Math.round((n * (sorted.length - 1)) / (MAX_VALUES - 1))]!,
  );
}
