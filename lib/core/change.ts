/** Of a table, what a change of one row takes. */
interface Rows<R> {
  get(key: string): Promise<R | null>;
  create(rows: readonly R[]): Promise<{ outcome: 'created' | 'existed'; row: R }[]>;
  save(row: R): Promise<{ outcome: 'saved'; row: R } | { outcome: 'raced' }>;
  remove(row: R): Promise<'removed' | 'raced'>;
}

export type Written<R> =
  /** `before`: what stood there; null: nothing did. */
  { outcome: 'saved'; row: R; before: R | null } | { outcome: 'removed'; before: R };

export type Changed<R, Why = never> =
  | Written<R>
  | { outcome: 'unchanged'; row: R | null }
  | { outcome: 'stopped'; why: Why }
  /** Others were faster every time. Nothing was changed. */
  | { outcome: 'gave_up' };

/**
 * What shall stand there instead of the row: that row itself, to leave it; another, made from it; null for none. Or that
 * nothing is to be done, and why.
 */
type Next<R, Why> = R | null | Stop<Why>;
interface Stop<Why> {
  stop: Why;
}
export const stop = <Why>(why: Why): Stop<Why> => ({ stop: why });

/** A race is lost to a write of another: twenty in a row belong to a row that is written without end. */
const TRIES = 20;

/**
 * Reads a row, makes of it what shall be there, and writes that if nobody wrote in between; else it begins anew. `next` may
 * therefore be asked more than once.
 * @param known The row, where it has just been read; null: there is none.
 */
export async function change<R extends object, Why = never>(
  table: Rows<R>,
  key: string,
  next: (row: R | null) => Next<R, Why> | Promise<Next<R, Why>>,
  known?: R | null,
): Promise<Changed<R, Why>> {
  let row = known === undefined ? await table.get(key) : known;
  for (let lost = 0; lost < TRIES; lost += 1) {
    if (lost > 0) row = await table.get(key);
    const wanted = await next(row);
    if (wanted === row) return { outcome: 'unchanged', row };
    if (isStop(wanted)) return { outcome: 'stopped', why: wanted.stop };
    const written = await writeOnce(table, row, wanted);
    if (written) return written;
  }
  return { outcome: 'gave_up' };
}

const isStop = <R extends object, Why>(wanted: Next<R, Why>): wanted is Stop<Why> =>
  wanted !== null && 'stop' in wanted;

/** Writes what shall stand there instead of `before` (null: nothing did), once. Null: somebody else was faster. */
export async function writeOnce<R extends object>(
  table: Rows<R>,
  before: R | null,
  wanted: R | null,
): Promise<Written<R> | null> {
  if (wanted === null) {
    return before && (await table.remove(before)) === 'removed' ? { outcome: 'removed', before } : null;
  }
  if (before) {
    const saved = await table.save(wanted);
    return saved.outcome === 'saved' ? { outcome: 'saved', row: saved.row, before } : null;
  }
  const [stored] = await table.create([wanted]);
  return stored?.outcome === 'created' ? { outcome: 'saved', row: stored.row, before } : null;
}
