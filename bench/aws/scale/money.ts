import { limitsIn } from '../../../deploy/deployed.cjs';
import limits from '../../../deploy/limits.cjs';
import watch from '../../../deploy/watch.cjs';
import { LATENCY } from '../latency.ts';
import type { Rated, Seen } from '../jobs.ts';
import type { Sent } from '../delivery.ts';
import { dollars, gbSeconds, NOTHING, times, type Usage } from '../prices.ts';
import { LAMBDA_LINES_BYTES } from '../stack.ts';
import { kept } from './kept.ts';
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
  /** What is left of it in the table and the archives until that is deleted. */
  kept: number;
  /** One message by webhook, with what is left of it. */
  delivery: number;
  /** Empty receives and the minutes of the sweep that there are anyhow, divided among the jobs of a month. */
  idle: number;
}
export const jobOf = ({ table, sweep, event, log }: Costs): number => table + sweep + event + log;
/** A job of which nobody is told. */
export const untoldOf = (costs: Costs): number =>
  jobOf(costs) + costs.handingIn + costs.routing + costs.kept + costs.idle;
export const allOf = (costs: Costs): number => untoldOf(costs) + costs.delivery;

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
  /** What watches. */
  alarms: { count: number; dollars: number };
  metrics: { count: number; dollars: number };
  dashboard: number;
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
    alarms: { count: alarms, dollars: alarms * ALARM },
    metrics: { count: STEADY_METRICS, dollars: STEADY_METRICS * METRIC },
    dashboard: DASHBOARD,
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
  const left = kept();
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
    routing: cost(reading('route', rate, cpu.route, ROUTE_MS, sent.routing)),
    kept: left.job * MILLION,
    delivery:
      left.message * MILLION +
      cost({
        writeUnits: sent.delivery.writeUnits,
        ...reading('webhook', rate, cpu.webhook, WEBHOOK_MS, sent.delivery),
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

/** What is waited for: the event and its job; the delivery, what goes before it, the event, the target, the claim and the record. */
const ROUTE_MS = 2 * LATENCY.dynamo;
const WEBHOOK_MS = LATENCY.webhook + 6 * LATENCY.dynamo;

/** A message whose run reads the rows that were counted, and once a second whether subscriptions have changed: a unit of each container. */
function reading(name: string, rate: number, cpuUs: number, waitMs: number, counted: Usage): Partial<Usage> {
  const { ms, ...usage } = message(name, rate, cpuUs, waitMs, counted.logBytes);
  const containers = Math.max(1, (rate / batchOf(name, rate)) * (ms / 1_000));
  return { ...usage, readUnits: counted.readUnits + Math.min(1, containers / rate) };
}

/** A message of a queue and the run that takes it: sent alone, received and removed with others. */
function message(
  name: string,
  rate: number,
  cpuUs: number,
  waitMs: number,
  logBytes = 0,
): Partial<Usage> & { ms: number } {
  const together = batchOf(name, rate);
  const { memory } = limits[name]!;
  const ms = waitMs + (together * cpuUs) / 1_000 / shareOf(memory);
  return {
    ms,
    sqsRequests: 1 + 2 / together,
    invocations: 1 / together,
    gbSeconds: gbSeconds(ms, memory) / together,
    logBytes: Math.max(logBytes - LAMBDA_LINES_BYTES, 0) + LAMBDA_LINES_BYTES / together,
  };
}
