/**
 * Runs `work` over the items, at most `concurrency` at a time, in order; begins none once `signal` says so. Answers with the results
 * of those that were begun, in their order. Rejects with the first error once all have ended.
 */
export async function pool<T, U>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<U>,
  signal?: AbortSignal,
): Promise<U[]> {
  const results: U[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of rest) {
      if (signal?.aborted) return;
      results[i] = await work(item);
    }
  };
  const workers = Math.max(1, Math.min(concurrency, items.length));
  const ended = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
