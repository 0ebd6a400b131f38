import type { Tables } from '../../../ports.ts';

/** One DynamoDB table holds all tables of the port; these keys distinguish their rows. */
export type TableName = keyof Tables;

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
 * The sparse index of what is due, keys only, so that a change of anything else costs it nothing. A queue is a range of
 * it, in order of time; `due-keys.ts` makes its keys.
 *
 * A partition takes 1,000 writes a second before DynamoDB splits it, and the writer of a row whose entry finds no room
 * has to wait. Hence `DUE_PARTITIONS`: what is busy does not share.
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

export interface ItemKey {
  pk: string;
  sk: string;
}

/**
 * Which rows share a partition. `own`: each has one to itself, so that none is too busy. `event`: those of one event or group (up
 * to the slash), which are listed together. `table`: few rows, seldom written, that are listed as a whole.
 */
const PARTITIONS: Record<TableName, 'own' | 'event' | 'table'> = {
  jobs: 'own',
  events: 'own',
  origins: 'table',
  durations: 'table',
  deliveries: 'event',
  endpoints: 'table',
  tokens: 'table',
  subscriptions: 'table',
  idempotency: 'own',
  recoveries: 'table',
  groups: 'table',
  members: 'event',
  mutes: 'table',
  places: 'own',
};
/** The sort key where the partition says it all; what is left of a delivery's key begins with a slash. */
const ALONE = '-';

export function itemKey(table: TableName, key: string): ItemKey {
  if (PARTITIONS[table] === 'table') return { pk: partitionOf(table, ''), sk: key };
  const slash = PARTITIONS[table] === 'event' ? key.indexOf('/') : -1;
  return slash === -1
    ? { pk: partitionOf(table, key), sk: ALONE }
    : { pk: partitionOf(table, key.slice(0, slash)), sk: key.slice(slash) };
}

export function keyAt(table: TableName, { pk, sk }: ItemKey): string {
  if (PARTITIONS[table] === 'table') return sk;
  return pk.slice(partitionOf(table, '').length) + (sk === ALONE ? '' : sk);
}

/** Where all keys with this prefix are: in one partition under sort keys that begin with `sk`, or in many partitions. */
export function itemKeys(table: TableName, prefix: string): ItemKey | { pkPrefix: string } {
  const own = itemKey(table, prefix);
  return own.sk === ALONE && PARTITIONS[table] !== 'table' ? { pkPrefix: own.pk } : own;
}

export const partitionOf = (table: TableName, key: string): string => `${table}#${key}`;

/**
 * Which due rows share a partition of the index. `queue`: those of one queue, so that neither a busy origin nor publishing
 * holds up another; a register says which queues there are. `table`: all of them; the queues are many and mostly empty,
 * and found by seeking from one to the next. `spread`: a queue is whole in one of `SPREAD` partitions, and its name says in
 * which; queues are sought in all of them side by side.
 */
export const DUE_PARTITIONS: Record<TableName, 'queue' | 'table' | 'spread'> = {
  jobs: 'queue',
  events: 'queue',
  origins: 'table',
  durations: 'table',
  deliveries: 'spread',
  endpoints: 'table',
  tokens: 'table',
  subscriptions: 'table',
  idempotency: 'table',
  recoveries: 'table',
  groups: 'table',
  members: 'table',
  mutes: 'table',
  places: 'table',
};

/**
 * For so long a row may be due later than its place in the index says: moved there and away it would cost two units more. A
 * delivery is claimed for minutes, and sent long before that. Rows that many may have at once in front of what is due are not for this.
 */
export const STAYS_MS: Partial<Record<TableName, number>> = { deliveries: 3_600_000 };

/** Each takes 1,000 writes a second, and a delivery makes two. To seek in one of them costs half a read unit. */
export const SPREAD = 4;

/** Where the revision of what routing reads stands, in its `version`. */
export const revisionKey = () => ({ pk: { S: 'revisions' }, sk: { S: 'routing' } });

/** Where a register of queues is: in a partition that no row is in, a table's name being what theirs begin with. */
export const registerKey = (table: TableName, queue: string): ItemKey => ({
  pk: `queues#${table}`,
  // DynamoDB takes no empty text for a key.
  sk: `${ENTRY}${queue}`,
});
export const queueAt = ({ sk }: Pick<ItemKey, 'sk'>): string => sk.slice(ENTRY.length);
const ENTRY = '-';
