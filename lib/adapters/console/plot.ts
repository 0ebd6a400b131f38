import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import { markup, type Html, type Piece } from './markup.ts';

// Scales, ticks and stacks come from D3, and the server draws: a plot is there without JavaScript and costs a browser a few kilobytes. A library
// that draws in the browser would need a script of fifty, and leave nothing to see without it.

/** A bar of a plot: parts that stand upon one another, each with the class of its colour. */
export interface Column {
  /** Below it, where there is room. */
  name: string;
  parts: readonly { value: number; tone: string }[];
}

interface Plot {
  /** What is to be seen, for readers who do not see it. */
  label: string;
  /** Of a value beside its line. */
  written: (value: number) => string;
  /** What is counted in: lines stand at round numbers of these. */
  units?: readonly number[];
  /** There are no halves. */
  isWhole?: boolean;
}

const WIDTH = 480;
const HEIGHT = 160;
/** Room for what is written beside and below. */
const [LEFT, RIGHT, TOP, BOTTOM] = [92, 34, 14, 28];
const LINES = 3;
/** As wide as a letter is at most. */
const LETTER = 9;

/** Seconds, minutes, hours and days, in milliseconds. */
export const TIMES: readonly number[] = [1, 1_000, 60_000, 3_600_000, 86_400_000];

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Bars beside one another. All in it is attributes: the policy of pages lets no style through. */
export function barPlot(
  columns: readonly Column[],
  { label, written, units = [1], isWhole = false }: Plot,
): Html {
  const sums = columns.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const most = Math.max(...sums, 0);
  const unit = units.findLast((one) => one <= most) ?? 1;
  const y = scaleLinear([0, most > 0 ? most / unit : 1], [HEIGHT - BOTTOM, TOP]).nice(LINES);
  const x = scaleBand<number>([...columns.keys()], [LEFT, WIDTH - RIGHT]).paddingInner(0.2);
  const width = Math.min(40, x.bandwidth());
  const from = (n: number): number => x(n)! + (x.bandwidth() - width) / 2;
  const deepest = Math.max(...columns.map(({ parts }) => parts.length), 0);
  const layers = stack<Column, number>()
    .keys([...Array(deepest).keys()])
    .value(({ parts }, n) => (parts[n]?.value ?? 0) / unit)(columns as Column[]);
  const bars = layers.flatMap((layer) =>
    layer.map(([low, high], n) => {
      const part = columns[n]!.parts[layer.key];
      if (!part || high <= low) return null;
      const top = Math.min(y(high), y(low) - 1);
      return markup`<rect class="${part.tone}" x="${rounded(from(n))}" y="${rounded(top)}" width="${rounded(width)}" height="${rounded(y(low) - top)}"></rect>`;
    }),
  );
  const lines = y
    .ticks(LINES)
    .filter((tick) => !isWhole || Number.isInteger(tick))
    .map(
      (tick) =>
        markup`<rect class="axis${tick === 0 ? '' : ' faint'}" x="${LEFT}" y="${rounded(y(tick))}" width="${WIDTH - LEFT - RIGHT}" height="1"></rect><text class="end" x="${LEFT - 6}" y="${rounded(y(tick) + 4)}">${written(tick * unit)}</text>`,
    );
  const names = named(columns, x.step()).map(
    ({ n, name }) =>
      markup`<text class="middle" x="${rounded(from(n) + width / 2)}" y="${HEIGHT - 8}">${name}</text>`,
  );
  return markup`<svg role="img" aria-label="${label}" viewbox="0 0 ${WIDTH} ${HEIGHT}">${lines}${bars}${names}</svg>`;
}

/** Every so many, that none stands in the next one; what two would say, one says. */
function named(columns: readonly Column[], step: number): { n: number; name: string }[] {
  const longest = Math.max(...columns.map(({ name }) => name.length), 1) + 1;
  const every = Math.max(1, Math.ceil((longest * LETTER) / step));
  const some = columns.map(({ name }, n) => ({ n, name })).filter(({ n }) => n % every === 0);
  return some.filter(({ name }, i) => name !== some[i - 1]?.name);
}

/** A plot with its table beside it: nobody has to measure bars. */
export const figure = (title: string, plot: Html, table: Html): Html =>
  markup`<figure class="card"><figcaption><h3>${title}</h3></figcaption><div class="plot">${plot}<div>${table}</div></div></figure>`;

export const dataTable = (head: readonly string[], rows: readonly (readonly Piece[])[]): Html =>
  markup`<table class="data"><thead><tr>${head.map((words) => markup`<th scope="col">${words}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td class="num">${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
