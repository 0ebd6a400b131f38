import { machine, versions } from './machine.ts';

/** What a benchmark came to that counts by itself, as it stands in `bench/results/NAME.json`. */
export interface Counted {
  name: string;
  about: string;
  quick: boolean;
  tables: readonly CountedTable[];
  goals: readonly CountedGoal[];
}
export interface CountedTable {
  title: string;
  /** The first is the head. */
  rows: readonly (readonly string[])[];
}
export interface CountedGoal {
  holds: boolean;
  words: string;
}

/** With where and when it was counted. */
export const stamped = (counted: Counted) => ({
  ...counted,
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  versions: versions([]),
});
export type Stamped = ReturnType<typeof stamped>;

export const goalLine = ({ holds, words }: CountedGoal): string => `${words}: ${holds ? 'holds' : 'missed'}`;

/** For a terminal. */
export function spoken({ tables, goals }: Counted): string {
  const texts = tables.map(({ title, rows }) => {
    const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
    const lines = rows.map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    );
    return [title, ...lines].join('\n');
  });
  return [...texts, goals.map(goalLine).join('\n')].join('\n\n');
}
