/**
 * Runs `work` over the items, at most `width` at a time, in order; begins none once `signal` says so. Rejects with the first
 * error once all have ended.
 */
export async function pool<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (signal?.aborted) return;
      await work(item);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, width) }, lane));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
