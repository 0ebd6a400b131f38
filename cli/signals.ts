/** What a signal means for the service. */
export interface Signals {
  stopped: AbortSignal;
  /** Waits for the next word; several wishes to reload are one. */
  next(): Promise<'reload' | 'stop'>;
}

/** SIGTERM and Ctrl-C ask to stop; a second one does not wait. SIGHUP, where it is listened to, asks to read the configuration again. */
export function listenToSignals({ reload }: { reload: boolean }): Signals {
  const controller = new AbortController();
  const { signal: stopped } = controller;
  let wishes = 0;
  let wake: (() => void) | null = null;
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stopped.aborted) process.exit(130);
      controller.abort();
      wake?.();
    });
  }
  if (reload) {
    process.on('SIGHUP', () => {
      wishes += 1;
      wake?.();
    });
  }
  return {
    stopped,
    async next() {
      if (!stopped.aborted && wishes === 0) await new Promise<void>((resolve) => (wake = resolve));
      wishes = 0;
      return stopped.aborted ? 'stop' : 'reload';
    },
  };
}
