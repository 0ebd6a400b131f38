/** Requests under way at once for one call. The SDK keeps 50 connections for all of them. */
const WIDTH = 16;

/** The results in the order of the items, at most `WIDTH` under way at once. Rejects with the first error, once all ended. */
export async function inParallel<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [i, item] of rest) results[i] = await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(WIDTH, items.length) }, lane));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
