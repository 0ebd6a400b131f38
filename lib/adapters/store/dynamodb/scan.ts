import { QueryCommand, ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Row } from '../../../core/row.ts';
import { createSend } from './client.ts';
import { decode, text } from './item.ts';
import { names, itemKeys, type TableName } from './keys.ts';
import { itemsOf, type Item, type ReadPage } from './pages.ts';

/**
 * Every row of one table once, strongly consistent and in no order. In memory is one page of DynamoDB, which is 1 MB. Where
 * rows have partitions of their own, all other tables are read on the way.
 */
export async function* scanRows(
  client: DynamoDBClient,
  tableName: string,
  name: TableName,
): AsyncGenerator<Row> {
  const send = createSend(client, tableName);
  const where = itemKeys(name, '');
  const items = itemsOf('pkPrefix' in where ? scan(where.pkPrefix) : query(where.pk));
  for await (const item of items) yield decode(name, item);

  function scan(prefix: string): ReadPage {
    return (from) =>
      send(
        new ScanCommand({
          ...part(from),
          FilterExpression: 'begins_with(#pk, :pk)',
          ExpressionAttributeValues: { ':pk': text(prefix) },
        }),
      );
  }

  function query(pk: string): ReadPage {
    return (from) =>
      send(
        new QueryCommand({
          ...part(from),
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeValues: { ':pk': text(pk) },
        }),
      );
  }

  function part(from: Item | undefined) {
    return {
      TableName: tableName,
      ConsistentRead: true,
      ExpressionAttributeNames: names('pk'),
      ExclusiveStartKey: from,
    };
  }
}
