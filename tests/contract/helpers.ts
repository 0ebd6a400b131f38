import type { Row } from '../../lib/core/row.ts';
import type { Table } from '../../lib/ports.ts';

/** Stores rows that are not there yet and answers them as stored. */
export async function stored<R extends Row>(table: Table<R>, ...rows: R[]): Promise<R[]> {
  const answers = await table.create(rows);
  return answers.map(({ outcome, row }) => {
    if (outcome === 'existed') throw new Error(`the test stored ${row.key} twice`);
    return row;
  });
}

/** Saves a row that nobody else touches and answers it as stored. */
export async function saved<R extends Row>(table: Table<R>, row: R): Promise<R> {
  const answer = await table.save(row);
  if (answer.outcome === 'raced') throw new Error(`the test raced with itself over ${row.key}`);
  return answer.row;
}

/** All pages, following `next`. A page may be short or empty; an end must come. */
export async function pagesOf<R extends Row>(
  table: Table<R>,
  query: Parameters<Table<R>['list']>[0],
): Promise<R[][]> {
  const pages: R[][] = [];
  for (let next = query; pages.length < 1_000;) {
    const page = await table.list(next);
    pages.push(page.rows);
    if (page.next === null) return pages;
    next = { ...query, after: page.next };
  }
  throw new Error('the list does not end');
}

// Names that a prefix must tell apart: patterns in SQL, neighbours in Unicode, the last character there is.
const LIKE_A = ['a%b', 'a_b', 'a*b', 'a?b', 'axb', 'a\u{10FFFF}b', 'A%b'];
const NOT_ASCII = ['é1', 'e1', '👍1', '👎1', '\u{D7FF}1', '\u{E000}1', '\u{10FFFF}1'];
export const LOOKALIKES = [...LIKE_A, ...NOT_ASCII];
export const PREFIXES = ['a', 'a%', 'a_', 'a*', 'a?', 'A', 'é', '👍', '\u{D7FF}', '\u{10FFFF}'];
export const beginningWith = (prefix: string): string[] =>
  LOOKALIKES.filter((name) => name.startsWith(prefix)).toSorted();
