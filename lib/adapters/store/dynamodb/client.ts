import {
  DynamoDBClient,
  TransactionCanceledException,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';

/**
 * Throttling and broken connections are ordinary: the SDK tries again after waits of up to 1, 2, 4 and 8 s, chosen at
 * random (for connections 0.75 s in all), so that a call ends well within one run of a function.
 */
const ATTEMPTS = 5;
/** DynamoDB answers within some 10 ms; a connection that says nothing for so long is dead. */
const SILENCE_MS = 3_000;
/** Requests under way at once for one call of the port. The SDK keeps 50 connections for all of them. */
export const CONCURRENCY = 16;

/** With an `info` the SDK would copy all that it sends and receives, for a log that nobody keeps. */
const SILENT = { debug() {}, info: undefined, warn() {}, error() {} } as unknown as NonNullable<
  DynamoDBClientConfig['logger']
>;

/** A client made for the store. `config` may name region, endpoint and credentials; else the environment does. */
export const createDynamoClient = (config: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    logger: SILENT,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    // The chain of functions that a request goes through is made once for each command, not for each request: a third of the CPU.
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: SILENCE_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  });

/** Sends one command. Rejects with an `Error` that names the table; a condition that does not hold stays what it is. */
export type Send = DynamoDBClient['send'];

export function createSend(client: DynamoDBClient, table: string): Send {
  const send = async (command: Parameters<Send>[0]): Promise<unknown> => {
    try {
      return await client.send(command);
    } catch (error) {
      if (isConditionFailed(error)) throw error;
      throw new Error(`the DynamoDB table '${table}' failed: ${explain(error)}`, { cause: error });
    }
  };
  return send as Send;
}

/** The row is not as the write expects it: somebody else was faster, which is an answer and not an error. */
export const isConditionFailed = (error: unknown): boolean =>
  nameOf(error) === 'ConditionalCheckFailedException';

/** Why a transaction was not carried out, one code for each of its items; none: it is another error. */
export function refusalsOf(error: unknown): string[] {
  const cancelled = error instanceof Error && error.cause instanceof TransactionCanceledException;
  if (!cancelled) return [];
  const { CancellationReasons: reasons = [] } = error.cause as TransactionCanceledException;
  return reasons.map(({ Code = 'None' }) => Code);
}

const FIXES: Record<string, string> = {
  ResourceNotFoundException: 'there is no such table; deploy it, or correct its name or the region',
};

function explain(error: unknown): string {
  const { message, $metadata } = error as { message?: string; $metadata?: { attempts?: number } };
  const attempts = $metadata?.attempts ?? 1;
  const problem = FIXES[nameOf(error)] ?? `${nameOf(error)}: ${message}`;
  return attempts > 1 ? `${problem} (after ${attempts} attempts)` : problem;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
