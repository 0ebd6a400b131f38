import { createHash } from 'node:crypto';
import type { Due } from '../../../core/row.ts';
import { DUE_PARTITIONS, partitionOf, SPREAD, STAYS_MS, type TableName } from './keys.ts';

/** Where the index has a due row. */
export interface DueKey {
  duePk: string;
  dueSk: string;
}

/** A stretch of one partition of the index, with both its ends. */
export interface DueRange {
  duePk: string;
  from: string;
  to: string;
}

/** Control characters: they come before all others, and no queue has them in its name. */
const SEPARATOR = '\u0000';
const BEHIND = '\u0001';

/** The key is there to make the place unique, so that rows of one time have an order too. */
export function dueKeyFor(table: TableName, { queue, at }: Due, key: string): DueKey {
  if (queue.includes(SEPARATOR) || queue.includes(BEHIND)) {
    throw new Error(`a queue's name has no control characters: ${JSON.stringify(queue)}`);
  }
  const { duePk, lead } = partitionOfQueue(table, queue);
  return { duePk, dueSk: `${lead}${sortable(at)}${SEPARATOR}${key}` };
}

export function dueAt(table: TableName, { duePk, dueSk }: DueKey): Due {
  const parts = dueSk.split(SEPARATOR, 2);
  const [queue = '', at] =
    DUE_PARTITIONS[table] === 'queue' ? [duePk.slice(partitionOf(table, '').length), ...parts] : parts;
  return { queue, at: Number(at) };
}

/** Whether a row that is due at `due` may still have the place of `former`, a place of the index being a hint. */
export const mayStay = (table: TableName, former: Due, due: Due): boolean =>
  former.queue === due.queue && former.at <= due.at && due.at - former.at <= (STAYS_MS[table] ?? 0);

/** From the first of a queue that may have become due at `since` or later to the last that is due. */
export function dueRange(table: TableName, queue: string, since: number, now: number): DueRange {
  const { duePk, lead } = partitionOfQueue(table, queue);
  const first = Math.max(0, since - (STAYS_MS[table] ?? 0));
  return { duePk, from: `${lead}${sortable(first)}`, to: `${lead}${sortable(now)}${BEHIND}` };
}

/** All of a queue: a time begins with a digit, and the colon comes behind the nine. */
export function wholeQueue(table: TableName, queue: string): DueRange {
  const { duePk, lead } = partitionOfQueue(table, queue);
  return { duePk, from: `${lead}0`, to: `${lead}:` };
}

/** Its partition, and what its sort keys begin with there. */
function partitionOfQueue(table: TableName, queue: string): { duePk: string; lead: string } {
  if (DUE_PARTITIONS[table] === 'queue') return { duePk: partitionOf(table, queue), lead: '' };
  const all = sharedPartitions(table);
  const duePk = all.length === 1 ? all[0]! : all[partOf(queue, all.length)]!;
  return { duePk, lead: `${queue}${SEPARATOR}` };
}

/** The partitions in which queues of a table lie beside others. */
export const sharedPartitions = (table: TableName): string[] =>
  DUE_PARTITIONS[table] === 'spread'
    ? Array.from({ length: SPREAD }, (_, part) => partitionOf(table, String(part)))
    : [table];

const partOf = (queue: string, parts: number): number =>
  createHash('sha256').update(queue).digest()[0]! % parts;

/** Where queues share a partition: sort keys behind this belong to queues that begin with `prefix` or come later. */
export const beforeQueues = (prefix: string): string => prefix || SEPARATOR;
export const behindQueue = (queue: string): string => `${queue}${BEHIND}`;

/** Enough for the milliseconds until the year 33658. */
const DIGITS = 15;

/** Texts that are in the order of the numbers. */
function sortable(at: number): string {
  const text = String(at);
  const [, whole] = /^(\d{1,15})(?:\.\d+)?$/.exec(text) ?? [];
  if (whole === undefined) throw new RangeError(`a time is due in epoch milliseconds, not ${text}`);
  return '0'.repeat(DIGITS - whole.length) + text;
}
