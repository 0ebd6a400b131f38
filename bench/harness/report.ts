import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'oxfmt';
import { goalLine, type Stamped } from './counted.ts';
import type { Result } from './result.ts';
import { bars, points } from './svg.ts';
import { absentWords, goalWords, rowsOf } from './text.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGE = join(DOCS, 'performance.md');
const PLOTS = join(DOCS, 'performance');

/**
 * Writes the tables and plots of all results into docs/performance.md, each between its marks; words around them stay. A
 * benchmark that has no place there gets one at the end.
 */
export async function report(results: string): Promise<string[]> {
  mkdirSync(PLOTS, { recursive: true });
  let text = readFileSync(PAGE, 'utf8');
  const names: string[] = [];
  for (const file of globSync('*.json', { cwd: results }).toSorted()) {
    const result = JSON.parse(readFileSync(join(results, file), 'utf8')) as Result | Stamped;
    const [begin, end] = [`<!-- bench ${result.name} -->`, `<!-- end ${result.name} -->`];
    if (!text.includes(begin)) text += `\n## ${result.name}\n\n${begin}\n${end}\n`;
    const [before = '', rest = ''] = text.split(begin);
    const [, after = ''] = rest.split(end);
    text = `${before}${begin}\n\n${'tables' in result ? countedSection(result) : section(result)}\n\n${end}${after}`;
    names.push(result.name);
  }
  writeFileSync(PAGE, (await format(PAGE, text, { printWidth: 110 })).code);
  return names;
}

const factsOf = ({ machine, versions }: Pick<Result, 'machine' | 'versions'>): string =>
  [
    ...Object.values(machine),
    ...Object.entries(versions)
      .filter(([, v]) => v)
      .map(([what, v]) => `${what} ${v}`),
  ].join('; ');

const countedSection = (counted: Stamped): string =>
  [
    counted.about,
    ...counted.tables.flatMap(({ title, rows }) => [`### ${title}`, table(rows)]),
    counted.goals.map((goal) => `- ${goalLine(goal)}`).join('\n'),
    `${counted.date}; ${factsOf(counted)}.`,
  ].join('\n\n');

function section(result: Result): string {
  const { name, rounds, date } = result;
  return [
    result.about,
    ...Object.entries(result.cases).flatMap(([title, one]) => [
      `### ${name}: ${title}`,
      table(rowsOf(result, one)),
      ...plotsOf(result, title, one).map(([file, words]) => `![${words}](performance/${file})`),
      one.goals.map((goal) => `- ${goalWords(result, goal)}`).join('\n'),
    ]),
    absentWords(result)
      .map((words) => `- ${words}`)
      .join('\n'),
    `Medians of ${rounds} rounds in turns, with the lowest and the highest; ${date}; ${factsOf(result)}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

function plotsOf(
  result: Result,
  title: string,
  one: Result['cases'][string],
): [file: string, words: string][] {
  const { plot, name } = result;
  const base = `${name}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const write = (file: string, svg: string): string => {
    if (!existsSync(join(PLOTS, file)) || readFileSync(join(PLOTS, file), 'utf8') !== svg)
      writeFileSync(join(PLOTS, file), svg);
    return file;
  };
  if ('x' in plot)
    return [
      [write(`${base}.svg`, points(result, `${name}: ${title}`, one, plot.x, plot.y)), `${name}: ${title}`],
    ];
  return plot
    .filter((figure) => Object.values(one.contenders).some(({ figures }) => figures[figure]))
    .map((figure) => [
      write(`${base}-${figure.toLowerCase()}.svg`, bars(result, title, one, figure)),
      `${result.figures[figure] ?? figure}: ${title}`,
    ]);
}
