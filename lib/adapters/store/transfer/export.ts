import { firstLine, lastLine, noRows, rowLine } from './lines.ts';
import { isParked, moved, TABLES, type Rows } from './rows.ts';

/** All that moves, a line each. At no time is there more in memory than one page of `rows`. */
export async function* exportLines(rows: Rows): AsyncGenerator<string> {
  const counts = noRows();
  yield firstLine();
  for (const table of TABLES) {
    for await (const stored of rows(table)) {
      const row = moved(stored);
      if (isParked(row)) throw new Error('an import into this store did not complete; run it again first');
      counts[table] += 1;
      yield rowLine({ table, row });
    }
  }
  yield lastLine(counts);
}
