import type { AskReceiver, Channel, Store, Table } from '../../lib/ports.ts';
import type { Parts } from '../../lib/wire/local/parts.ts';
import type { Row } from '../../lib/core/row.ts';

const TABLES = ['deliveries', 'endpoints', 'places', 'recoveries', 'subscriptions', 'idempotency'] as const;

/** The service's own parts; only that `done` is called after every effect of delivering, and of what somebody asks for. */
export function withEffects(parts: Parts, done: () => void): Parts {
  async function after<T>(doing: Promise<T>): Promise<T> {
    const result = await doing;
    done();
    return result;
  }
  const counted = <R extends Row>(table: Table<R>): Table<R> => ({
    ...table,
    save: (row) => after(table.save(row)),
    create: (rows) => (rows.length > 0 ? after(table.create(rows)) : table.create(rows)),
    remove: (row) => after(table.remove(row)),
  });
  const store: Store = {
    ...parts.store,
    ...Object.fromEntries(TABLES.map((name) => [name, counted<never>(parts.store[name] as never)])),
  };
  const channels = Object.fromEntries(
    Object.entries(parts.channels).map(([name, inner]): [string, Channel] => [
      name,
      { send: (message) => after(inner.send(message)) },
    ]),
  );
  const { api } = parts;
  if (!api) return { ...parts, store, channels };
  const ask: AskReceiver = (question) => after(api.subscribing.ask(question));
  return { ...parts, store, channels, api: { ...api, subscribing: { ...api.subscribing, ask } } };
}
