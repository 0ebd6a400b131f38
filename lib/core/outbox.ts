import { PUBLISH_QUEUE, type Due, type OutboxEntry, type Row } from './row.ts';

/** A row with an outbox: what it emits is written together with it, and leaves it when the bus owns the event. */
export type WithOutbox<Kind extends string = string> = Row & { outbox: OutboxEntry<Kind>[] };

/** Puts an entry into the outbox of a row. */
export const withEntry = <R extends WithOutbox>(row: R, entry: R['outbox'][number]): R => ({
  ...row,
  outbox: [...row.outbox, entry],
});

/** The same for a row that counts its entries itself and waits for nothing else. */
export function withNextEntry<Kind extends string, R extends WithOutbox<Kind> & { sequence: number }>(
  row: R,
  kind: Kind,
  at: number,
  more: object = {},
): R {
  const sequence = row.sequence + 1;
  return { ...withEntry(row, { kind, at, sequence, ...more }), sequence, due: { queue: PUBLISH_QUEUE, at } };
}

/** The row after the bus took `kinds`: exactly these leave it, and with the last of them it waits for what comes `next`. */
export function cleared<R extends WithOutbox>(row: R, kinds: readonly string[], next: Due | null = null): R {
  const outbox = row.outbox.filter((entry) => !kinds.includes(entry.kind));
  return { ...row, outbox, due: outbox.length > 0 ? row.due : next };
}
