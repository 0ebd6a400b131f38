import type { Store } from '../../ports.ts';

/** One DynamoDB table holds all tables of the port; this is what tells their rows apart. */
export type TableName = keyof Store;

/** Every attribute there is. Names are paid for by the byte, in each row. */
export type Attribute =
  | 'pk'
  | 'sk'
  | 'version'
  | 'state'
  | 'created'
  /** Both only while the row is due: DynamoDB keeps rows without them out of the index, and takes no empty text for a key. */
  | 'duePk'
  | 'dueSk'
  /** Marks the write that stored the row, so that a write which DynamoDB saw but could not answer is known again. */
  | 'write'
  /** Epoch seconds from which DynamoDB may delete the row; only on rows that have ended. */
  | 'ttl'
  | 'body';

/**
 * The sparse index of what is due, keys only, so that a change of anything else costs it nothing.
 *
 * Its partition is the table, its sort key `queue, time, key`: a queue is a range of it, in order of time, and the next
 * queue is one seek away. That makes `queues` right for any prefix without a register of queues, which would be one more
 * thing to write with each row and to clear up after. A partition takes 1,000 writes a second, that is 500 looks
 * postponed, before DynamoDB splits it between two sort keys; an origin answers about 10 questions a second.
 */
export const DUE_INDEX = 'due';

/**
 * What CreateTable and `AWS::DynamoDB::Table` have in common. Time to live is set apart in both; its attribute is `ttl`.
 */
export const tableDefinition = () => ({
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: (['pk', 'sk', 'duePk', 'dueSk'] satisfies Attribute[]).map((name) => ({
    AttributeName: name,
    AttributeType: 'S' as const,
  })),
  KeySchema: keySchema('pk', 'sk'),
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: keySchema('duePk', 'dueSk'),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    },
  ],
});
export const TTL_ATTRIBUTE: Attribute = 'ttl';

const keySchema = (partition: Attribute, sort: Attribute) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** Placeholders for expressions: many plain words are reserved in them, `state` and `ttl` among others. */
export const names = (...attributes: Attribute[]): Record<string, Attribute> =>
  Object.fromEntries(attributes.map((name) => [`#${name}`, name]));

export interface Place {
  pk: string;
  sk: string;
}

/**
 * Which rows share a partition. `own`: each has one to itself, so that none is too busy. `event`: those of one event (up to
 * the slash), which are listed together. `table`: few rows, seldom written, that are listed as a whole.
 */
const PARTITIONS: Record<TableName, 'own' | 'event' | 'table'> = {
  jobs: 'own',
  origins: 'table',
  deliveries: 'event',
  endpoints: 'table',
  tokens: 'table',
  subscriptions: 'table',
  idempotency: 'own',
};
/** The sort key where the partition says it all; what is left of a delivery's key begins with a slash. */
const ALONE = '-';

export function placeOf(table: TableName, key: string): Place {
  if (PARTITIONS[table] === 'table') return { pk: partitionOf(table, ''), sk: key };
  const slash = PARTITIONS[table] === 'event' ? key.indexOf('/') : -1;
  return slash === -1
    ? { pk: partitionOf(table, key), sk: ALONE }
    : { pk: partitionOf(table, key.slice(0, slash)), sk: key.slice(slash) };
}

export function keyAt(table: TableName, { pk, sk }: Place): string {
  if (PARTITIONS[table] === 'table') return sk;
  return pk.slice(partitionOf(table, '').length) + (sk === ALONE ? '' : sk);
}

/** Where all keys with this prefix are: in one partition under sort keys that begin with `sk`, or in many partitions. */
export function placesOf(table: TableName, prefix: string): Place | { pkPrefix: string } {
  const place = placeOf(table, prefix);
  return place.sk === ALONE && PARTITIONS[table] !== 'table' ? { pkPrefix: place.pk } : place;
}

const partitionOf = (table: TableName, key: string): string => `${table}#${key}`;

/** Control characters: they come before all others, and no queue has them in its name. */
const SEPARATOR = '\u0000';
const BEHIND = '\u0001';

/** The sort key of a due row: the key makes it unique, so that rows of one time have an order too. */
export function dueSortKey(queue: string, at: number, key: string): string {
  if (queue.includes(SEPARATOR) || queue.includes(BEHIND)) {
    throw new Error(`a queue's name has no control characters: ${JSON.stringify(queue)}`);
  }
  return [queue, sortable(at), key].join(SEPARATOR);
}

export function parseDueSortKey(sortKey: string): { queue: string; at: number } {
  const [queue = '', at] = sortKey.split(SEPARATOR, 2);
  return { queue, at: Number(at) };
}

/** From the first of a queue that became due at `since` or later to the last that is due. */
export const dueRange = (queue: string, since: number, now: number): { from: string; to: string } => ({
  from: `${queue}${SEPARATOR}${sortable(since)}`,
  to: `${queue}${SEPARATOR}${sortable(now)}${BEHIND}`,
});
export const startOfQueue = (queue: string): string => `${queue}${SEPARATOR}`;
/** Sort keys behind this belong to queues whose names begin with `prefix` or come later. */
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
