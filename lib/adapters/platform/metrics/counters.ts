import { EVENT_KINDS } from '../../../core/jobs/event.ts';
import { CHECK_REASONS } from '../../../core/jobs/transition.ts';
import { DELIVERY_REASONS } from '../../../core/notify/delivery.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import type { Telemetry } from '../../../ports.ts';
import type { Family } from './exposition.ts';
import { createHistograms } from './histograms.ts';

/** What is counted: each line of this event, by fields whose values are closed lists. */
interface Counted {
  event: string;
  name: string;
  help: string;
  labels: Readonly<Record<string, readonly string[]>>;
}

const COUNTED: readonly Counted[] = [
  {
    event: 'job.checked',
    name: 'jobchime_checks_total',
    help: 'Checks of jobs, by origin and outcome.',
    labels: { origin: [], reason: CHECK_REASONS },
  },
  {
    event: 'event.published',
    name: 'jobchime_events_published_total',
    help: 'Events handed to the bus, by kind.',
    labels: { kind: EVENT_KINDS },
  },
  {
    event: 'event.refused',
    name: 'jobchime_events_refused_total',
    help: 'Events that the bus did not take; they are published again.',
    labels: { kind: EVENT_KINDS },
  },
  {
    event: 'delivery.attempted',
    name: 'jobchime_delivery_attempts_total',
    help: 'Attempts at delivery, by channel and by what came of them.',
    labels: { channel: CHANNEL_NAMES, reason: DELIVERY_REASONS },
  },
];

/** Anything else would be a label without bound, which no time series database forgives. */
const OTHER = 'other';

export interface Counters {
  /** Passes every line on, and counts it. */
  telemetry: Telemetry;
  families(): Family[];
}

const keyOf = (name: string, values: readonly string[]): string => [name, ...values].join('\n');

/**
 * Counts and measures the lines of the log, whatever its level is. Every series is there from the beginning, so that rates are right.
 * `origins`: those of the configuration, which bounds their label.
 */
export function createCounters(inner: Telemetry, origins: readonly string[] = []): Counters {
  const counts = new Map<string, number>();
  const histograms = createHistograms({ origin: origins, channel: CHANNEL_NAMES });
  const counted = COUNTED.map((one) => ({
    ...one,
    labels: { ...one.labels, ...('origin' in one.labels && { origin: origins }) },
  }));
  const byEvent = new Map(
    counted.map(({ event, name, labels }) => [
      event,
      { name, labels: Object.entries(labels).map(([label, known]) => [label, new Set(known)] as const) },
    ]),
  );
  const errors = { value: 0 };

  function count(event: string, fields: Record<string, unknown>): void {
    histograms.note(event, fields);
    const one = byEvent.get(event);
    if (!one) return;
    const values = one.labels.map(([label, known]) => {
      const value = String(fields[label]);
      return known.has(value) ? value : OTHER;
    });
    const key = keyOf(one.name, values);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  return {
    telemetry: {
      ...inner,
      line(level, event, fields) {
        count(event, fields);
        if (level === 'error') errors.value += 1;
        inner.line(level, event, fields);
      },
    },
    families: () => [
      ...counted.map(({ name, help, labels }): Family => {
        const samples = combinations(Object.entries(labels)).map((combined) => ({
          labels: combined,
          value: counts.get(keyOf(name, Object.values(combined))) ?? 0,
        }));
        return { name, type: 'counter', help, samples };
      }),
      {
        name: 'jobchime_errors_total',
        type: 'counter',
        help: 'Lines of the log at level error.',
        samples: [{ labels: {}, value: errors.value }],
      },
      ...histograms.families(),
    ],
  };
}

function combinations([first, ...rest]: [string, readonly string[]][]): Record<string, string>[] {
  if (!first) return [{}];
  const [label, known] = first;
  return [...known, OTHER].flatMap((value) =>
    combinations(rest).map((others) => ({ [label]: value, ...others })),
  );
}
