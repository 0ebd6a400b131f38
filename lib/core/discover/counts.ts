import type { Trace } from './trace.ts';

/** The traces of one hour, by service. */
export interface Counted {
  hour: number;
  services: Record<string, Tallied>;
}
/** Calls that answered with a job id; traces of how a job stands; and calls that answered without an id. */
export type Tallied = [submitted: number, reported: number, without: number];

/** What was recorded of one service within a day. */
export interface ServiceCount {
  service: string;
  /** Calls whose trace has the id of a job that they started. */
  withId: number;
  /** Traces that tell how a job stands. */
  results: number;
  /** Calls whose trace has no id. Most of them start no job. */
  withoutId: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Services that are counted in an hour. */
const MAX_SERVICES = 60;

/** The counts with these traces, of a day. */
export function noted(
  counts: readonly Counted[],
  traces: readonly Trace[],
  timeOf: (trace: Trace) => number,
  now: number,
): Counted[] {
  const hours = new Map(counts.map(({ hour, services }) => [hour, { ...services }]));
  for (const trace of traces) {
    if (trace.passedOver) continue;
    const time = timeOf(trace);
    const hour = time - (time % HOUR);
    const services = hours.get(hour) ?? {};
    hours.set(hour, services);
    const known = services[trace.service];
    if (!known && Object.keys(services).length >= MAX_SERVICES) continue;
    services[trace.service] = plus(known ?? [0, 0, 0], talliedOf(trace));
  }
  return [...hours]
    .map(([hour, services]) => ({ hour, services }))
    .filter(({ hour }) => hour + HOUR > now - DAY && hour <= now)
    .toSorted((a, b) => b.hour - a.hour);
}

const talliedOf = ({ jobs }: Trace): Tallied =>
  jobs.submitted.length > 0 ? [1, 0, 0] : jobs.reported.length > 0 ? [0, 1, 0] : [0, 0, 1];

const plus = (a: Tallied, b: Tallied): Tallied => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** Of the day before `now`, by the name of the service. */
export function countsOf(counts: readonly Counted[], now: number): ServiceCount[] {
  const sums = new Map<string, Tallied>();
  for (const { hour, services } of counts) {
    if (hour + HOUR <= now - DAY || hour > now) continue;
    for (const [service, tallied] of Object.entries(services))
      sums.set(service, plus(sums.get(service) ?? [0, 0, 0], tallied));
  }
  return [...sums]
    .map(([service, [withId, results, withoutId]]) => ({ service, withId, results, withoutId }))
    .toSorted((a, b) => (a.service < b.service ? -1 : 1));
}
