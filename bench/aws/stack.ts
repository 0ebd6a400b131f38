import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { withMetrics } from '../../lib/adapters/platform/emf.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import type { Telemetry } from '../../lib/ports.ts';
import type { Dynamo } from '../../tests/adapters/store/dynamodb/dynalite.ts';
import { LATENCY } from './latency.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { memoryOf } from './memory.ts';
import { gbSeconds, NOTHING, type Usage } from './prices.ts';
import { virtualTime, type VirtualTime } from './time.ts';

/** Lambda's own lines about an invocation: START, END, REPORT. */
export const LAMBDA_LINES_BYTES = 400;

/** Requests that one message of a queue is: sent, received, removed. In batches it is down to a tenth of that. */
export const MESSAGE = 3;

/** What functions stand on, as far as it is paid for. */
export interface Stack extends Ledger {
  time: VirtualTime;
  telemetry: Telemetry;
  eventBridge: EventBridgeClient;
  sqs: SQSClient;
  calls: { putEvents: number; sqs: number };
  /** All but the units, which are on the bill. */
  usage: Usage;
  /** Runs a function and counts what its time costs. Answers with the milliseconds. */
  invoke(name: string, work: () => Promise<void>, to?: Usage): Promise<number>;
}

export async function openStack(dynamo: Dynamo, start: number): Promise<Stack> {
  const time = virtualTime(start);
  const usage = { ...NOTHING };
  const calls = { putEvents: 0, sqs: 0 };
  const write = (line: string): void => void (usage.logBytes += Buffer.byteLength(line) + 1);
  const log = createTelemetry({ write, redact: (text) => text, clock: time.now, level: 'info' });
  return {
    ...(await openLedger(dynamo, time)),
    time,
    usage,
    calls,
    telemetry: withMetrics(log, 'prod', time.now),
    eventBridge: answering(async ({ Entries = [] }) => {
      calls.putEvents += 1;
      usage.events += Entries.length;
      await time.sleep(LATENCY.bus);
      return { Entries: Entries.map((_, n) => ({ EventId: String(n) })) };
    }) as EventBridgeClient,
    sqs: answering(async () => {
      calls.sqs += 1;
      usage.sqsRequests += 1;
      await time.sleep(LATENCY.queue);
      return {};
    }) as SQSClient,
    async invoke(name, work, to = usage) {
      const started = time.now();
      await work();
      const ms = time.now() - started;
      to.gbSeconds += gbSeconds(ms, memoryOf(name));
      to.invocations += 1;
      to.logBytes += LAMBDA_LINES_BYTES;
      return ms;
    },
  };
}

/** As much of a client as is used: it sends. */
const answering = (answer: (input: { Entries?: unknown[] }) => Promise<object>): unknown => ({
  send: ({ input }: { input: { Entries?: unknown[] } }) => answer(input),
});
