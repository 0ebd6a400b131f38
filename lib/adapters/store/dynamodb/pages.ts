import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;
/** One page of a query or a scan, from `start` on; undefined: from the beginning. */
export type ReadPage = (start: Item | undefined) => Promise<{
  Items?: Item[] | undefined;
  LastEvaluatedKey?: Item | undefined;
}>;

/** Its items, page by page, each of which is 1 MB at most: one is in memory at a time. */
export async function* itemsOf(readPage: ReadPage): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const { Items: items = [], LastEvaluatedKey: last } = await readPage(start);
    yield* items;
    start = last;
  } while (start);
}
