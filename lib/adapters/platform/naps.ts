export interface Naps {
  /** Resolves after `ms`, or as soon as all are ended. */
  sleep(ms: number): Promise<void>;
  /** Ends those under way; none that is begun later takes any time. */
  end(): void;
}

/** Waits that keep nobody who wants to stop. */
export function createNaps(): Naps {
  const underWay = new Set<() => void>();
  let open = true;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        if (!open) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          underWay.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        underWay.add(wake);
      }),
    end() {
      open = false;
      for (const wake of underWay) wake();
    },
  };
}
