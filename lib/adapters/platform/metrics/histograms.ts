import type { Family, Sample } from './exposition.ts';

/** What is measured: of each line of this event that has the field, its milliseconds as seconds. */
interface Measured {
  event: string;
  field: string;
  name: string;
  help: string;
  label: string;
}

export const MEASURED: readonly Measured[] = [
  {
    event: 'job.checked',
    field: 'ms',
    name: 'jobchime_check_seconds',
    help: 'How long a cloud takes to answer one check.',
    label: 'origin',
  },
  {
    event: 'event.published',
    field: 'detectedMs',
    name: 'jobchime_detection_seconds',
    help: "From a job's end, as the cloud dates it, until Jobchime saw it.",
    label: 'origin',
  },
  {
    event: 'delivery.attempted',
    field: 'sinceDetectedMs',
    name: 'jobchime_notification_seconds',
    help: "From seeing a job's end until a target had the message.",
    label: 'channel',
  },
  {
    event: 'delivery.attempted',
    field: 'sinceEndedMs',
    name: 'jobchime_end_to_told_seconds',
    help: "From a job's end, as the cloud dates it, until a target had the message.",
    label: 'channel',
  },
];

/** Seconds: an answer within one, a message within one more, a detection within thirty, and what somebody slept through. */
export const BUCKETS = [0.1, 0.25, 0.5, 1, 5, 10, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400];

interface Series {
  counts: number[];
  sum: number;
}

/** `known`: the values of each label; any other counts as `other`. */
export function createHistograms(known: Readonly<Record<string, readonly string[]>>) {
  const series = new Map<string, Series>();
  const of = (name: string, value: string): Series => {
    const key = `${name}\n${value}`;
    const found = series.get(key) ?? { counts: BUCKETS.map(() => 0).concat(0), sum: 0 };
    series.set(key, found);
    return found;
  };
  return {
    note(event: string, fields: Record<string, unknown>): void {
      for (const one of MEASURED) {
        const ms = fields[one.field];
        if (one.event !== event || typeof ms !== 'number' || !Number.isFinite(ms)) continue;
        const value = String(fields[one.label]);
        const own = of(one.name, known[one.label]?.includes(value) ? value : 'other');
        // A clock that is ahead of ours has not measured a time below zero.
        const seconds = Math.max(0, ms) / 1_000;
        const bucket = BUCKETS.findIndex((most) => seconds <= most);
        const at = bucket === -1 ? BUCKETS.length : bucket;
        own.counts[at] = own.counts[at]! + 1;
        own.sum += seconds;
      }
    },
    families: (): Family[] =>
      MEASURED.map(({ name, help, label }) => ({
        name,
        type: 'histogram',
        help,
        samples: [...(known[label] ?? []), 'other'].flatMap((value) =>
          samplesOf(of(name, value), { [label]: value }),
        ),
      })),
  };
}

function samplesOf({ counts, sum }: Series, labels: Record<string, string>): Sample[] {
  let total = 0;
  const buckets = [...BUCKETS, Infinity].map((most, i): Sample => {
    total += counts[i]!;
    return {
      suffix: '_bucket',
      labels: { ...labels, le: most === Infinity ? '+Inf' : String(most) },
      value: total,
    };
  });
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: total }];
}
