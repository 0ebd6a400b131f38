export interface Loop {
  /** Runs the work now, or once more if it is running. */
  ring(): void;
  /** No further round; resolves when the one in hand has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `work` every `everyMs` and whenever rung, one round at a time, the first after `firstMs`. What it throws goes to
 * `onError`, and the loop goes on.
 */
export function startLoop(
  work: () => Promise<unknown>,
  everyMs: number,
  onError: (error: unknown) => void,
  firstMs = 0,
): Loop {
  let wake = (): void => {};
  let rung = false;
  let open = true;

  const pause = async (ms: number): Promise<void> => {
    if (rung || !open) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const run = async (): Promise<void> => {
    if (firstMs > 0) await pause(firstMs);
    while (open) {
      rung = false;
      await work().catch(onError);
      await pause(everyMs);
    }
  };
  const ended = run();

  return {
    ring() {
      rung = true;
      wake();
    },
    async stop() {
      open = false;
      wake();
      await ended;
    },
  };
}
