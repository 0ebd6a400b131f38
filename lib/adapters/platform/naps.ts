export interface Naps {
  /** Resolves after `ms`, or as soon as all are ended or `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Ends those under way; none that is begun later takes any time. */
  end(): void;
}

/** Waits that do not delay a stop. */
export function createNaps(): Naps {
  const underWay = new Set<() => void>();
  let open = true;
  return {
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (!open || signal?.aborted) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          underWay.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal?.addEventListener('abort', wake);
        underWay.add(wake);
      }),
    end() {
      open = false;
      for (const wake of underWay) wake();
    },
  };
}
