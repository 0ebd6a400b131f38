/** Work that goes on side by side, each piece under its key. One at a time may wait for it. */
export interface InHand {
  readonly size: number;
  has(key: string): boolean;
  begin(key: string, work: () => Promise<void>): void;
  /** Resolves when fewer than `most` are under way. */
  fewerThan(most: number): Promise<void>;
  /** Whether something failed, that is whether `ended` will reject. */
  readonly hasFailed: boolean;
  /** Resolves when all have ended; rejects then with the first error that there was. */
  ended(): Promise<void>;
}

/** As `pool`, where nobody knows the items beforehand, and the width changes on the way. */
export function createInHand(): InHand {
  const keys = new Set<string>();
  const errors: unknown[] = [];
  let wake = (): void => {};

  async function run(key: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    } finally {
      keys.delete(key);
      wake();
    }
  }

  async function fewerThan(most: number): Promise<void> {
    while (keys.size >= most) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    get size() {
      return keys.size;
    },
    has: (key) => keys.has(key),
    begin(key, work) {
      keys.add(key);
      void run(key, work);
    },
    fewerThan,
    get hasFailed() {
      return errors.length > 0;
    },
    async ended() {
      await fewerThan(1);
      if (errors.length > 0) throw errors[0];
    },
  };
}
