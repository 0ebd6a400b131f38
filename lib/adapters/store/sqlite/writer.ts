import type { DatabaseSync } from 'node:sqlite';

/**
 * Rows written in one transaction at most. One costs some 30 microseconds, so a batch keeps the event loop for about
 * 15 ms, and beyond some hundred rows the price of the commit is no longer felt.
 */
const MAX_ROWS = 500;

export interface Writer {
  /** Runs `work`, which touches up to `rows` rows. Resolves with its answer once that is on disk, never before. */
  write<T>(rows: number, work: () => T): Promise<T>;
  /** Writes what still waits; whatever comes later is rejected. */
  close(): void;
}

interface Write {
  rows: number;
  work: () => unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
type Answer = { value: unknown } | { error: unknown };

/**
 * Group commit: the writes that were issued in one turn of the event loop share one transaction, and with it one sync of
 * the disk, which costs more than hundreds of rows. `told` puts trouble with the file into words, `committed` hears of
 * every transaction that is on disk.
 */
export function createWriter(
  db: DatabaseSync,
  told: (error: unknown) => unknown = (error) => error,
  committed: () => void = () => {},
): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let waiting: Write[] = [];
  let closed = false;

  function flush(): void {
    if (waiting.length === 0) return;
    const batch = waiting.slice(0, batchLength(waiting));
    waiting = waiting.slice(batch.length);
    // Not in a loop: between two batches the rest of the process has its turn.
    if (waiting.length > 0) setImmediate(flush);
    commitTogether(batch);
  }

  function commitTogether(batch: readonly Write[]): void {
    try {
      begin.run();
      const answers = batch.map(answer);
      commit.run();
      committed();
      batch.forEach((write, i) => resolve(write, answers[i]!));
    } catch (error) {
      const fault = told(error);
      for (const write of batch) write.reject(fault);
      undo();
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

  /** A write that fails alone does not concern its neighbours, unless SQLite gave up the whole transaction with it. */
  function answer(write: Write): Answer {
    try {
      return { value: write.work() };
    } catch (error) {
      if (!db.isTransaction) throw error;
      return { error: told(error) };
    }
  }

  return {
    write: <T>(rows: number, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) throw new Error('the store is closed');
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ rows, work, resolve: resolve, reject });
      }),
    close() {
      closed = true;
      while (waiting.length > 0) flush();
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
