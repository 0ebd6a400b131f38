import { GetItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Bill {
  /** Write units by the table of the port, or by whatever `by` says. */
  writes: Record<string, number>;
  /** Read units, by operation unless `by` says otherwise. */
  reads: Record<string, number>;
  /** Requests by operation. */
  requests: Record<string, number>;
  /** Bytes of the largest item written. */
  largest: number;
  /** Writes whose condition did not hold; they are paid for too. */
  refused: number;
}

type Item = Record<string, AttributeValue>;

/**
 * Adds up what the client's writes cost. The units of an item are those that dynalite reports (every KB begun, of the item
 * before or after, whichever is larger). It does not count those of the index, so these follow AWS's rules: one for an
 * entry that comes or goes, two for one whose keys change, none for one that stays as it is (it has keys only).
 * `observer` is another client of the same table: it looks at items before and after, unpaid. Of reads, dynalite does not
 * count those that find nothing; AWS charges the least there is.
 */
export function meter(
  client: DynamoDBClient,
  observer: DynamoDBClient,
  by: (usual: string) => string = (usual) => usual,
): Bill {
  const bill: Bill = { writes: {}, reads: {}, requests: {}, largest: 0, refused: 0 };
  const add = (to: Record<string, number>, usual: string, units: number): void => {
    const label = by(usual);
    to[label] = (to[label] ?? 0) + units;
  };
  const read = async (TableName: string, { pk, sk }: Item): Promise<Item | undefined> =>
    (await observer.send(new GetItemCommand({ TableName, Key: { pk: pk!, sk: sk! }, ConsistentRead: true })))
      .Item;

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace('Command', '');
      add(bill.requests, operation, 1);
      const input = args.input as { TableName: string; Item?: Item; Key?: Item };
      const place = input.Item ?? (operation === 'DeleteItem' ? input.Key : undefined);
      const counted = { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const } };
      if (!place) {
        const result = await next(counted);
        add(bill.reads, operation, readUnits(args.input, result.output));
        return result;
      }
      const before = await read(input.TableName, place);
      try {
        const result = await next(counted);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity: { CapacityUnits: number } };
        const table = place['pk']!.S!.split('#')[0]!;
        const units = ConsumedCapacity.CapacityUnits + indexUnits(before, input.Item);
        add(bill.writes, table, units);
        bill.largest = Math.max(bill.largest, input.Item ? sizeOf(input.Item) : 0);
        return result;
      } catch (error) {
        bill.refused += 1;
        throw error;
      }
    },
    { step: 'initialize', name: 'meter' },
  );
  return bill;
}

function readUnits(input: object, output: object): number {
  const { ConsumedCapacity: told } = output as { ConsumedCapacity: Units | Units[] };
  const units = [told].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  return Math.max(units, 'ConsistentRead' in input && input.ConsistentRead ? 1 : 0.5);
}
interface Units {
  CapacityUnits: number;
}

const entryOf = (item: Item | undefined): string | null =>
  item?.['dueSk'] ? `${item['duePk']?.S} ${item['dueSk'].S}` : null;

function indexUnits(before: Item | undefined, after: Item | undefined): number {
  const [old, now] = [entryOf(before), entryOf(after)];
  if (old === now) return 0;
  return Number(old !== null) + Number(now !== null);
}

/** Names and values; a number has about a byte for two digits. */
export const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, { S, N, B }]) => {
    const value = S !== undefined ? Buffer.byteLength(S) : N ? Math.ceil(N.length / 2) + 1 : (B?.length ?? 0);
    return sum + name.length + value;
  }, 0);
