import type { CaseResult, GoalResult, Result, Spread } from './result.ts';

/** Three digits that count, with separators: `1,520`, `47.4`, `0.062`. */
export function shown(number: number): string {
  if (!Number.isFinite(number)) return '-';
  const digits = number === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number))));
  return number.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) });
}

const ranged = ({ median, low, high }: Spread): string =>
  `${shown(median)} (${shown(low)} to ${shown(high)})`;

/** The rows of a case: who, and each figure with what it ranged over. */
export function rowsOf(result: Result, { contenders }: CaseResult): string[][] {
  const names = [...new Set(Object.values(contenders).flatMap(({ figures }) => Object.keys(figures)))];
  const present = names.filter((name) => name !== 'wallMs');
  return [
    ['', ...present.map((name) => result.figures[name] ?? name)],
    ...Object.values(contenders).map(({ title, figures }) => [
      title,
      ...present.map((name) => (figures[name] ? ranged(figures[name]) : '-')),
    ]),
  ];
}

export function goalWords(result: Result, goal: GoalResult): string {
  const figure = result.figures[goal.figure] ?? goal.figure;
  const limit = [
    ...(goal.max === undefined ? [] : [`at most ${shown(goal.max)}`]),
    ...(goal.min === undefined ? [] : [`at least ${shown(goal.min)}`]),
  ].join(' and ');
  const relation = goal.to === undefined ? '' : ` times that of ${goal.to}`;
  const found =
    goal.value === null ? 'not measured' : `${shown(goal.value)}: ${goal.holds ? 'holds' : 'missed'}`;
  return `${goal.of}, ${figure}: ${goal.stretch ? 'if possible ' : ''}${limit}${relation}; ${found}`;
}

export const absentWords = ({ absent }: Result): string[] =>
  Object.entries(absent).map(
    ([who, lacks]) => `${who} did not run: ${lacks.join(', ')} not installed (bench/README.md)`,
  );

/** For a terminal. */
export function printed(result: Result): string {
  const lines = Object.entries(result.cases).flatMap(([title, one]) => {
    const rows = rowsOf(result, one);
    const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
    const table = rows.map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    );
    return [
      `## ${title}`,
      '',
      ...table,
      '',
      ...(result.quick ? [] : one.goals.map((goal) => goalWords(result, goal))),
      '',
    ];
  });
  return [...lines, ...absentWords(result)].join('\n');
}
