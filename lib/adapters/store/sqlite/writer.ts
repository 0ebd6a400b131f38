import type { DatabaseSync } from 'node:sqlite';

/**
 * Rows written in one transaction at most. One costs some 30 microseconds, so a batch keeps the event loop for about
 * 15 ms, and beyond some hundred rows the price of the commit is no longer felt.
 */
const MAX_ROWS = 500;

export interface Writer {
  /** Runs `work`, which touches up to `rows` rows. Resolves with its answer once that is on disk, never before. */
  write<T>(rows: number, work: () => T): Promise<T>;
  /** Writes what still waits; whatever comes later is rejected. Resolves once all of it is on disk. */
  close(): Promise<void>;
}

export interface WriterOptions {
  /** Puts trouble with the file into words. */
  told?: (error: unknown) => unknown;
  /** Hears of every transaction that is on disk. */
  committed?: () => void;
  /** Where a commit leaves that to us: brings what was committed onto the disk. Left out: a commit is on disk. */
  sync?: () => Promise<void>;
}

interface Write {
  rows: number;
  work: () => unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
type Answer = { value: unknown } | { error: unknown };

/**
 * Group commit: the writes that are issued in one turn of the event loop, and all that come while the disk is busy with those
 * before, share one transaction and one sync of the disk. A sync takes 1 to 12 ms, a commit without it 0.1: so the disk is
 * waited for outside the event loop, which goes on meanwhile. What a sync did not bring onto the disk is nobody's to rely
 * on, nor is anything behind it in the file: from then on all is rejected. Each write is done as a whole or not at all; its
 * `work` may run a second time, after the first was undone.
 */
export function createWriter(
  db: DatabaseSync,
  { told = (error) => error, committed = () => {}, sync }: WriterOptions = {},
): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let waiting: Write[] = [];
  /** A turn of the loop is scheduled, which writes what waits. */
  let scheduled = false;
  let syncing: Promise<void> | null = null;
  let unsynced: { fault: unknown } | null = null;
  let closed = false;

  function schedule(): void {
    if (scheduled || syncing || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!syncing) flush();
    });
  }

  function flush(): void {
    const resolve = writeNext();
    if (!sync || !resolve) {
      resolve?.(null);
      return schedule();
    }
    syncing = synced().then((fault) => {
      syncing = null;
      resolve(fault);
      schedule();
    });
  }

  /** What went wrong with bringing what is committed onto the disk; null: nothing. */
  async function synced(): Promise<{ fault: unknown } | null> {
    try {
      if (!unsynced) await sync?.();
    } catch (error) {
      unsynced = { fault: told(error) };
    }
    return unsynced;
  }

  /** Commits the next batch. Answers how its writes are answered, unless that is done since nothing was written. */
  function writeNext(): ((unsynced: { fault: unknown } | null) => void) | null {
    const batch = waiting.slice(0, batchLength(waiting));
    // Between two batches the rest of the process has its turn.
    waiting = waiting.slice(batch.length);
    if (batch.length === 0) return null;
    try {
      if (unsynced) throw unsynced.fault;
      const answers = answersOf(batch);
      return (trouble) => {
        if (!trouble && answers.some((answer) => 'value' in answer)) committed();
        batch.forEach((write, i) => (trouble ? write.reject(trouble.fault) : resolve(write, answers[i]!)));
      };
    } catch (error) {
      const fault = unsynced ? error : told(error);
      for (const write of batch) write.reject(fault);
      undo();
      return null;
    }
  }

  /** SQLite has often rolled back by itself; and where the file is broken, that fails as well. */
  function undo(): void {
    try {
      if (db.isTransaction) rollback.run();
    } catch (error) {
      told(error);
    }
  }

  /**
   * In one transaction; where one of them fails, in one each, so that it does not concern its neighbours, unless SQLite gave up
   * the whole transaction with it. (A savepoint around each would let the others stand, and costs half as much as writing them.)
   */
  function answersOf(batch: readonly Write[]): Answer[] {
    begin.run();
    const answers: Answer[] = [];
    for (const { work } of batch) {
      try {
        answers.push({ value: work() });
      } catch (error) {
        if (!db.isTransaction) throw error;
        rollback.run();
        if (batch.length === 1) return [{ error: told(error) }];
        return batch.flatMap((one) => answersOf([one]));
      }
    }
    commit.run();
    return answers;
  }

  return {
    write: <T>(rows: number, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) throw new Error('the store is closed');
        waiting.push({ rows, work, resolve: resolve, reject });
        schedule();
      }),
    async close() {
      closed = true;
      const written: ReturnType<typeof writeNext>[] = [];
      while (waiting.length > 0) written.push(writeNext());
      await syncing;
      if (written.length === 0) return;
      const trouble = await synced();
      for (const resolve of written) resolve?.(trouble);
    },
  };
}

/** At least one write, however many rows it has: the rows of one call stay together. */
function batchLength(waiting: readonly Write[]): number {
  let rows = 0;
  const tooMany = waiting.findIndex((write, i) => (rows += write.rows) > MAX_ROWS && i > 0);
  return tooMany === -1 ? waiting.length : tooMany;
}

const resolve = (write: Write, answer: Answer): void =>
  'error' in answer ? write.reject(answer.error) : write.resolve(answer.value);
