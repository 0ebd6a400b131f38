import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Row } from '../../../core/row.ts';
import type { Clock, Store } from '../../../ports.ts';
import { createSend } from './client.ts';
import { createEvents } from './events.ts';
import type { Expiry } from './item.ts';
import type { TableName } from './keys.ts';
import { createTable } from './table.ts';
import { createWatched, revisionIn } from './watched.ts';

export { createDynamoClient } from './client.ts';
export { tableDefinition, TTL_ATTRIBUTE } from './keys.ts';

export type DynamoStore = Store & {
  /** Closes the client's connections. */
  close(): Promise<void>;
};

export interface DynamoStoreOptions {
  client: DynamoDBClient;
  /** Name of a table made after `tableDefinition()`. */
  table: string;
  /**
   * Milliseconds for which an ended job or delivery is kept after its last write; 30 days unless told. As long as it is
   * there, a repeat of the same event or the same job id is recognised.
   */
  retention?: number;
  clock?: Clock;
}

const DAY_MS = 24 * 3_600_000;

/** States in which nothing will happen to a row any more. Of all other tables, rows stay until they are removed. */
const ENDED: Partial<Record<TableName, readonly string[]>> = {
  jobs: ['succeeded', 'failed', 'lost'],
  deliveries: ['delivered', 'failed', 'folded', 'bundled'],
  groups: ['ended'],
  members: ['succeeded', 'failed', 'lost', 'removed'],
};

/** A group waits for its last member for as long as a job is watched; until then it counts the others. */
const LONGER_MS: Partial<Record<TableName, number>> = { members: 30 * DAY_MS };

/**
 * Opens the store over one DynamoDB table. No request is sent before the first call. A call rejects with an `Error` that
 * names the table once the client's retries are used up.
 */
export function openDynamoStore(options: DynamoStoreOptions): DynamoStore {
  const { client, table, retention = 30 * DAY_MS, clock = Date.now } = options;
  const send = createSend(client, table);
  const expiryOf =
    (name: TableName): Expiry =>
    // A row that is due is not over: a job that has ended may have an outbox.
    ({ state, due }) =>
      due === null && ENDED[name]?.includes(state) ? clock() + retention + (LONGER_MS[name] ?? 0) : null;
  const open = <R extends Row>(name: TableName) => createTable<R>(send, table, name, expiryOf(name));
  const watched = <R extends Row>(name: TableName) => createWatched<R>(send, table, name, expiryOf(name));
  return {
    jobs: open('jobs'),
    origins: open('origins'),
    durations: open('durations'),
    // Longer than its deliveries, which refer to it: one may be held for the retention before it ends.
    events: createEvents(send, table, () => clock() + 2 * retention, retention, clock),
    deliveries: open('deliveries'),
    endpoints: open('endpoints'),
    tokens: open('tokens'),
    subscriptions: watched('subscriptions'),
    idempotency: open('idempotency'),
    recoveries: open('recoveries'),
    groups: open('groups'),
    members: open('members'),
    mutes: watched('mutes'),
    places: open('places'),
    routingRevision: () => revisionIn(send, table),
    async close() {
      client.destroy();
    },
  };
}
