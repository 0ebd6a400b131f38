import type { Row } from '../../../core/row.ts';
import type { Change, Saved, Store, Table, Tables } from '../../../ports.ts';
import type { Access, SqlTable } from './table.ts';

type Taking = { [T in Change<Row>['table'] | 'events' | 'deliveries']: SqlTable<RowOf<T>> };
type RowOf<T extends keyof Tables> = Tables[T] extends Table<infer R> ? R : never;

/** What ends a job is one write: the row, its event and whom it goes to are in the file at once, or not at all. */
export function createTogether({ writer }: Access, tables: Taking): NonNullable<Store['together']> {
  return async <R extends Row>({ table, row, events, deliveries, stored }: Change<R>): Promise<Saved<R>> => {
    const { save } = tables[table].within as unknown as SqlTable<R>['within'];
    const saving = save(row);
    const creatingEvents = tables.events.within.create(events);
    const creatingDeliveries = tables.deliveries.within.create(deliveries);
    let created: ReturnType<typeof creatingDeliveries> = [];
    const all = (): Saved<R> => {
      const saved = saving();
      if (saved.outcome === 'raced') return saved;
      creatingEvents();
      created = creatingDeliveries();
      return saved;
    };
    const saved = await writer.write(1 + events.length + deliveries.length, all);
    stored?.(created);
    return saved;
  };
}
