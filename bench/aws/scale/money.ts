import { limitsIn } from '../../../deploy/deployed.cjs';
import limits from '../../../deploy/limits.cjs';
import watch from '../../../deploy/watch.cjs';
import { LATENCY } from '../latency.ts';
import type { Rated, Seen } from '../jobs.ts';
import type { Sent } from '../delivery.ts';
import { dollars, gbSeconds, NOTHING, times, type Usage } from '../prices.ts';
import { LAMBDA_LINES_BYTES } from '../stack.ts';
import { shareOf } from './quota.ts';

/** Dollars for a million, by what they are for. */
export interface Costs {
  rate: number;
  /** The job itself: tracked, checked, settled, its event stored and published. */
  table: number;
  sweep: number;
  event: number;
  log: number;
  /** Handed in as an event of its own, and its event on its way to those who route it. */
  handingIn: number;
  routing: number;
  /** One message by webhook. */
  delivery: number;
  /** Empty receives and the minutes of the sweep that there are anyhow, divided among the jobs of a month. */
  idle: number;
}
export const jobOf = ({ table, sweep, event, log }: Costs): number => table + sweep + event + log;
export const allOf = (costs: Costs): number =>
  jobOf(costs) + costs.handingIn + costs.routing + costs.delivery + costs.idle;

const MILLION = 1_000_000;
const MONTH_S = 30 * 86_400;
/** Lambda asks a queue five times side by side, each time for 20 s. */
const POLLERS = 5;
const POLL_S = 20;

/** The channels that are deployed where nobody says which (`custom.channels` in serverless.yml). */
const USUAL = { resolveVariable: async () => 'email,slack,webhook' };

/** What a stage costs in a month in which nothing happens, in dollars. */
export interface Idle {
  sweep: number;
  receives: number;
  queues: number;
  /** What watches: alarms, metrics that are reported all the time, and the dashboard. */
  watching: number;
  alarms: number;
}

const ALARM = 0.1;
const METRIC = 0.3;
/** Those of `sweep.finished`; all others are reported when there is something to report. */
const STEADY_METRICS = 6;
const DASHBOARD = 3;

export async function idleMonth(minute: Seen): Promise<Idle> {
  const queues = (await limitsIn(USUAL)).length;
  const { Resources } = await watch(USUAL);
  const alarms = Object.values<{ Type: string }>(Resources).filter(
    ({ Type }) => Type === 'AWS::CloudWatch::Alarm',
  ).length;
  const receives = (queues * POLLERS * MONTH_S) / POLL_S;
  return {
    sweep: dollars(minute.usage) * (MONTH_S / 60),
    receives: dollars({ ...NOTHING, sqsRequests: receives }),
    queues,
    alarms,
    watching: alarms * ALARM + STEADY_METRICS * METRIC + DASHBOARD,
  };
}

/** Processor time of one message, by function, as it was measured. */
export type CpuUs = Readonly<Record<'track' | 'route' | 'webhook', number>>;

/** `awakeSeconds`: of all runs of the sweep in a minute. */
export function costsOf(
  rate: number,
  counted: Rated,
  awakeSeconds: number,
  sent: Sent,
  cpu: CpuUs,
  idle: Idle,
): Costs {
  const each = times(counted.usage, 1 / counted.jobs);
  const cost = (usage: Partial<Usage>): number => dollars({ ...NOTHING, ...usage }) * MILLION;
  const jobsOfMinute = rate * 60;
  const sweeping = {
    gbSeconds: gbSeconds(awakeSeconds * 1_000, limits['sweep']!.memory) / jobsOfMinute,
    invocations: 1 / jobsOfMinute,
    schedules: 1 / jobsOfMinute,
  };
  return {
    rate,
    table: cost({ writeUnits: each.writeUnits, readUnits: each.readUnits }),
    sweep: cost(sweeping),
    event: cost({ events: each.events }),
    log: cost({ logBytes: each.logBytes }),
    handingIn: cost({ events: 1, ...message('track', rate, cpu.track, LATENCY.dynamo) }),
    routing: cost({
      readUnits: sent.routing.readUnits,
      ...message('route', rate, cpu.route, LATENCY.dynamo),
    }),
    delivery: cost({
      writeUnits: sent.delivery.writeUnits,
      readUnits: sent.delivery.readUnits,
      ...message('webhook', rate, cpu.webhook, LATENCY.webhook + 4 * LATENCY.dynamo, sent.delivery.logBytes),
    }),
    // The minutes of the sweep are counted above.
    idle: ((idle.receives / MONTH_S) * MILLION) / rate,
  };
}

/**
 * Messages that are handed over together. As long as a function has a container to spare, Lambda hands over what a queue has at
 * that moment, which is one message, but where it is told to wait for more.
 */
export function batchOf(name: string, rate: number): number {
  const { batch, window = 0 } = limits[name]!;
  return Math.max(1, Math.min(batch, rate * window));
}

/** A message of a queue and the run that takes it: sent alone, received and removed with others. */
function message(name: string, rate: number, cpuUs: number, waitMs: number, logBytes = 0): Partial<Usage> {
  const together = batchOf(name, rate);
  const { memory } = limits[name]!;
  const ms = waitMs + (together * cpuUs) / 1_000 / shareOf(memory);
  return {
    sqsRequests: 1 + 2 / together,
    invocations: 1 / together,
    gbSeconds: gbSeconds(ms, memory) / together,
    logBytes: Math.max(logBytes - LAMBDA_LINES_BYTES, 0) + LAMBDA_LINES_BYTES / together,
  };
}
