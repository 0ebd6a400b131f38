import {
  EventBridgeClient,
  PutEventsCommand,
  type EventBridgeClientConfig,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { Ack, Bus, Clock } from '../../ports.ts';
import { MAX_BYTES, sizeOf, toEntry, type Entry, type Published } from './envelope.ts';

export interface EventBridgeDeps {
  /** Made by `createEventBridgeClient`, so that tries are counted here alone. */
  client: EventBridgeClient;
  busName: string;
  clock?: Clock;
  sleep?: (ms: number) => Promise<void>;
}

/** The bus answers within some 20 ms; a connection that says nothing for so long is dead. */
const SILENCE_MS = 3_000;
const MAX_ENTRIES = 10;
/**
 * Waits before the second and third try, and how long all of it may take. What is still refused then stands in its row and
 * is published by a later sweep, so patience here would only hold that sweep up.
 */
const WAITS_MS: readonly number[] = [100, 400];
const BUDGET_MS = 5_000;

export const createEventBridgeClient = (config: EventBridgeClientConfig = {}): EventBridgeClient =>
  new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: SILENCE_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  });

/** Publishes what is in no row's outbox, too. */
export interface EventBridgeBus extends Bus {
  publish(events: readonly Published[]): Promise<Ack[]>;
}

interface Waiting {
  entry: Entry;
  done: (ack: Ack) => void;
}

/**
 * EventBridge. PutEvents answers entry by entry, with status 200 though some have failed: exactly those are sent again. What
 * is published while a call is under way goes with the next one, so that many small publications make few calls.
 */
export function createEventBridgeBus(deps: EventBridgeDeps): EventBridgeBus {
  const { client, busName, clock = Date.now, sleep = pause } = deps;
  let waiting: Waiting[] = [];
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const chunks = chunksOf(waiting);
      waiting = [];
      await Promise.all(chunks.map(sendChunk));
    }
    sending = null;
  }

  /** Answers for every entry; does not throw. */
  async function sendChunk(chunk: readonly Waiting[]): Promise<void> {
    const until = clock() + BUDGET_MS;
    let rest = chunk;
    // What may have arrived at one try is not refused by the answer to another.
    const uncertain = new Map<Waiting, Ack>();
    for (let tries = 1; rest.length > 0; tries += 1) {
      const said = await put(rest.map(({ entry }) => entry));
      rest.forEach((one, i) => said[i]!.outcome === 'uncertain' && uncertain.set(one, said[i]!));
      const acks = said.map((ack, i) => (ack.outcome === 'refused' && uncertain.get(rest[i]!)) || ack);
      const wait = WAITS_MS[tries - 1];
      const last = wait === undefined || clock() + wait >= until;
      rest.forEach(({ done }, i) => (acks[i]!.outcome === 'accepted' || last) && done(acks[i]!));
      if (last) return;
      rest = rest.filter((_, i) => acks[i]!.outcome !== 'accepted');
      if (rest.length > 0) await sleep(wait);
    }
  }

  async function put(entries: Entry[]): Promise<Ack[]> {
    try {
      const answer = await client.send(new PutEventsCommand({ Entries: entries }));
      return entries.map((_, i) => ackOf(answer.Entries?.[i]));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const outcome = isRefusal(error) ? 'refused' : 'uncertain';
      return entries.map(() => ({ outcome, detail: `${name}: ${message}` }));
    }
  }

  return {
    publish(events) {
      const acks = events.map((event) => {
        const { promise, resolve: done } = Promise.withResolvers<Ack>();
        waiting.push({ entry: toEntry(event, busName), done });
        return promise;
      });
      // Not at once: what is published in the same turn belongs to the same call.
      sending ??= Promise.resolve().then(sendAll);
      return Promise.all(acks);
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An entry is taken only if the answer has an id for it: anything else may be sent again, since its id is its own. */
function ackOf(entry: PutEventsResultEntry | undefined): Ack {
  if (entry?.EventId) return { outcome: 'accepted' };
  if (entry?.ErrorCode) return { outcome: 'refused', detail: `${entry.ErrorCode}: ${entry.ErrorMessage}` };
  return { outcome: 'uncertain', detail: 'the bus gave no answer for this event' };
}

/** Whether nothing of the call can have been taken: the bus said no, or heard nothing. A broken answer says neither. */
function isRefusal(error: unknown): boolean {
  const { $metadata, $response, code, cause } = error as Failure;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status !== undefined) return status >= 400 && status < 500;
  return UNHEARD.has(String(code ?? (cause as Failure | undefined)?.code)) || !wasSent(error);
}
interface Failure {
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number };
  code?: unknown;
  cause?: unknown;
}
/** No connection came about. */
const UNHEARD: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Without credentials nothing is sent. */
const wasSent = (error: unknown): boolean => (error as Error).name !== 'CredentialsProviderError';

function chunksOf(all: readonly Waiting[]): Waiting[][] {
  const chunks: Waiting[][] = [];
  let bytes = Infinity;
  for (const one of all) {
    const size = sizeOf(one.entry);
    if (bytes + size >= MAX_BYTES || chunks.at(-1)!.length === MAX_ENTRIES) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(one);
    bytes += size;
  }
  return chunks;
}
