/** Work that goes on side by side, each piece under its key. One at a time may wait for it. */
export interface InHand {
  readonly size: number;
  has(key: string): boolean;
  /** `work` is handed what gives its place back before it has ended: it waits for nobody but our own disk any more. */
  begin(key: string, work: (free: () => void) => Promise<void>): void;
  /** Resolves when fewer than `most` places are taken, and fewer than `IN_ALL` times as many pieces of work have not ended. */
  fewerThan(most: number): Promise<void>;
  /** Whether something failed, that is whether `ended` will reject. */
  readonly hasFailed: boolean;
  /** Resolves when all have ended; rejects then with the first error that there was. */
  ended(): Promise<void>;
}

/** A disk that is slower than what comes in must be waited for in the end. */
const IN_ALL = 4;

/** As `pool`, where nobody knows the items beforehand, and the width changes on the way. */
export function createInHand(): InHand {
  const keys = new Set<string>();
  const places = new Set<object>();
  const errors: unknown[] = [];
  let wake = (): void => {};

  async function run(key: string, work: (free: () => void) => Promise<void>): Promise<void> {
    const place = {};
    places.add(place);
    const free = (): void => {
      places.delete(place);
      wake();
    };
    try {
      await work(free);
    } catch (error) {
      errors.push(error);
    } finally {
      keys.delete(key);
      free();
    }
  }

  const isFull = (most: number): boolean => places.size >= most || keys.size >= most * IN_ALL;
  async function until(isReady: () => boolean): Promise<void> {
    while (!isReady()) {
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
    fewerThan: (most) => until(() => !isFull(most)),
    get hasFailed() {
      return errors.length > 0;
    },
    async ended() {
      await until(() => keys.size === 0);
      if (errors.length > 0) throw errors[0];
    },
  };
}
