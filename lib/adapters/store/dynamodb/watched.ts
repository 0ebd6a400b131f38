import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Row } from '../../../core/row.ts';
import type { WatchedTable } from '../../../ports.ts';
import type { Send } from './client.ts';
import { decode, text, type Expiry } from './item.ts';
import { itemKey, names, revisionKey, type TableName } from './keys.ts';
import { itemsOf } from './pages.ts';
import { createTable } from './table.ts';
import { withRevision } from './writing.ts';

/** A table whose rows share a partition, and whose changes move the revision. */
export const createWatched = <R extends Row>(
  send: Send,
  tableName: string,
  name: TableName,
  expiry: Expiry,
): WatchedTable<R> => ({
  ...createTable<R>(send, tableName, name, expiry, withRevision(send, tableName)),

  /** A page is 1 MB: some 1,000 rows for a request and 256 units. Read weakly, they could be older than the revision says. */
  async all() {
    const items = itemsOf((start) =>
      send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: names('pk'),
          ExpressionAttributeValues: { ':pk': text(itemKey(name, '').pk) },
          ExclusiveStartKey: start,
        }),
      ),
    );
    const rows: R[] = [];
    for await (const item of items) rows.push(decode<R>(name, item));
    return rows;
  },
});

/** One unit, whatever the number of rows. */
export async function revisionIn(send: Send, tableName: string): Promise<number> {
  const { Item: item } = await send(
    new GetItemCommand({ TableName: tableName, Key: revisionKey(), ConsistentRead: true }),
  );
  return Number(item?.['version']?.N ?? 0);
}
