/**
 * Time that passes as fast as what happens in it can be worked off: it stands still while something real is under way, and
 * jumps to whatever is awaited next as soon as nothing is.
 */
export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  until(at: number): Promise<void>;
  /** Does something real; for those who are in this time it takes `ms`. */
  take<T>(ms: number, work: () => Promise<T>): Promise<T>;
  /** Lets time pass until `all` has ended. */
  run<T>(all: Promise<T>): Promise<T>;
}

interface Timer {
  at: number;
  wake: () => void;
}

export function virtualTime(start: number): VirtualTime {
  let now = start;
  let timers: Timer[] = [];
  let working = 0;
  let rest = Promise.withResolvers<void>();

  const until = (at: number): Promise<void> =>
    new Promise((wake) => void timers.push({ at: Math.max(at, now), wake }));

  /** Resolves when nothing goes on but waiting. */
  async function stillness(): Promise<void> {
    do {
      if (working > 0) await rest.promise;
      // Whatever was just answered is thought through before the next task of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    } while (working > 0);
  }

  return {
    now: () => now,
    until,
    sleep: (ms) => until(now + ms),
    async take(ms, work) {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        if (working === 0) {
          rest.resolve();
          rest = Promise.withResolvers();
        }
        await until(now + ms);
      }
    },
    async run(all) {
      let hasEnded = false;
      const end = (): void => void (hasEnded = true);
      all.then(end, end);
      for (;;) {
        await stillness();
        if (hasEnded) return all;
        const next = Math.min(...timers.map(({ at }) => at));
        if (next === Infinity) throw new Error('everything waits, and for nothing');
        now = next;
        const due = timers.filter(({ at }) => at === next);
        timers = timers.filter(({ at }) => at !== next);
        due.forEach(({ wake }) => wake());
      }
    },
  };
}
