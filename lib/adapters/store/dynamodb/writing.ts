import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  type Delete,
  type Put,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { isConditionFailed, refusalsOf, type Send } from './client.ts';
import { number } from './item.ts';
import { names, revisionKey } from './keys.ts';

/** How a row is written, on its condition. False: that does not hold, and nothing was written. */
export interface Writing {
  put(item: Put): Promise<boolean>;
  remove(item: Delete): Promise<boolean>;
}

/** One item, and nothing else. */
export const alone = (send: Send): Writing => ({
  put: (item) => holds(send(new PutItemCommand(item))),
  remove: (item) => holds(send(new DeleteItemCommand(item))),
});

/** Two changes of the same revision hinder one another, and one of them comes again: many at once are seldom. */
const ATTEMPTS = 12;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 640;
/** Reasons of a transaction that was not carried out, but may be the next time. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * The item, and the revision with it: both in one transaction, at twice the units. A process that reads another revision reads
 * the rows anew, so no change is missed, and a change that did not come about moves nothing.
 */
export function withRevision(send: Send, tableName: string): Writing {
  const moved: TransactWriteItem = {
    Update: {
      TableName: tableName,
      Key: revisionKey(),
      UpdateExpression: 'ADD #version :one',
      ExpressionAttributeNames: names('version'),
      ExpressionAttributeValues: { ':one': number(1) },
    },
  };

  async function write(change: TransactWriteItem): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send(new TransactWriteItemsCommand({ TransactItems: [change, moved] }));
        return true;
      } catch (error) {
        const refusals = refusalsOf(error);
        if (refusals.includes('ConditionalCheckFailed')) return false;
        if (attempt === ATTEMPTS || !refusals.some((code) => PASSING.has(code))) throw error;
        await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
      }
    }
  }
  // One after the other: those of one process would only hinder one another.
  let last: Promise<unknown> = Promise.resolve();
  function inTurn(change: TransactWriteItem): Promise<boolean> {
    const written = last.then(() => write(change));
    last = written.catch(() => {});
    return written;
  }
  return { put: (item) => inTurn({ Put: item }), remove: (item) => inTurn({ Delete: item }) };
}

async function holds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
