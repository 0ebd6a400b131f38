import { cellsOf, cutTo, shortenTo } from './cells.ts';

/** A column of a table that is to fit into a terminal. */
export interface Column<T> {
  head: string;
  cell: (item: T) => string;
  /** It may become this narrow: the end of its texts is cut, or their middle is left out. Left out: it stays as it is. */
  least?: number;
  how?: 'cut' | 'shorten';
  /** Where even that is too much, the column with the highest number goes first. Left out: it stays. */
  drop?: number;
}

const GAP = 2;
/** A column's longest text is told elsewhere. */
const clip = (text: string, room: number, how: Column<never>['how']): string =>
  how === 'shorten' ? shortenTo(text, room) : ended(text, room);
const ended = (text: string, room: number): string =>
  cellsOf(text) <= room ? text : `${cutTo(text, room - 1).trimEnd()}…`;

/**
 * The texts of a table in this many cells: columns become narrower, the last of the list first, and then those that can be missed
 * go. Null: whatever width it takes.
 */
export function fitted<T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  width: number | null,
): { head: string[]; rows: string[][] } {
  const texts = columns.map((column) => items.map(column.cell));
  const natural = columns.map(({ head }, i) => Math.max(cellsOf(head), ...texts[i]!.map(cellsOf)));
  let left = columns.map((_, i) => i);
  const leastOf = (i: number): number => {
    const { least = natural[i]!, head } = columns[i]!;
    return Math.min(natural[i]!, Math.max(least, cellsOf(head)));
  };
  const sum = (of: (i: number) => number): number =>
    left.reduce((all, i) => all + of(i), 0) + GAP * (left.length - 1);
  const room = width ?? Number.POSITIVE_INFINITY;
  while (sum(leastOf) > room) {
    const next = left
      .filter((i) => columns[i]!.drop !== undefined)
      .toSorted((a, b) => columns[b]!.drop! - columns[a]!.drop!)[0];
    if (next === undefined) break;
    left = left.filter((i) => i !== next);
  }
  const widths = [...natural];
  for (const i of left.toReversed()) {
    const excess = sum((n) => widths[n]!) - room;
    if (excess > 0) widths[i] = Math.max(leastOf(i), widths[i]! - excess);
  }
  return {
    head: left.map((i) => columns[i]!.head),
    rows: items.map((_, row) => left.map((i) => clip(texts[i]![row]!, widths[i]!, columns[i]!.how))),
  };
}

/** The end of each id, as short as tells it from the others; of one that several have, no shorter than that. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(ids)];
  for (let length = SHORTEST_ID; ; length += 1) {
    const ends = all.map((id) => id.slice(-length));
    if (new Set(ends).size === all.length || length >= 64) return new Map(all.map((id, i) => [id, ends[i]!]));
  }
}
const SHORTEST_ID = 8;

/** How wide what is printed may be; null: it is no terminal, or nobody knows, so that nothing is cut. */
export function widthOfOutput(): number | null {
  const given = Number(process.env.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  // A terminal that does not know its size says 0.
  return process.stdout.isTTY ? process.stdout.columns || 80 : null;
}
