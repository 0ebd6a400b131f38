import { markup, type Html, type Piece } from './markup.ts';

/** A bar of a plot: parts that stand upon one another, each with its share of the highest bar and the class of its colour. */
export type Column = readonly { share: number; tone: string }[];

interface Plot {
  /** What is to be seen, for readers who do not see it. */
  label: string;
  /** Below the first and the last bar. */
  from: string;
  to: string;
  /** At the height of the highest one. */
  most: string;
}

const WIDTH = 480;
const HEIGHT = 160;
/** Room for what is written above and below. */
const [TOP, BOTTOM] = [24, 24];
const FIELD = HEIGHT - TOP - BOTTOM;

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Bars beside one another. All in it is attributes: the policy of pages lets no style through. */
export function barPlot(columns: readonly Column[], { label, from, to, most }: Plot): Html {
  const step = WIDTH / Math.max(1, columns.length);
  const width = Math.max(1, Math.min(40, step - Math.min(4, step / 4)));
  const bars = columns.flatMap((column, n) => {
    let y = HEIGHT - BOTTOM;
    return column
      .filter(({ share }) => share > 0)
      .map(({ share, tone }) => {
        const height = Math.max(1, share * FIELD);
        y -= height;
        return markup`<rect class="${tone}" x="${rounded(n * step)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"></rect>`;
      });
  });
  return markup`<svg role="img" aria-label="${label}" viewbox="0 0 ${WIDTH} ${HEIGHT}">
    <rect class="axis" x="0" y="${HEIGHT - BOTTOM}" width="${WIDTH}" height="1"></rect>
    ${bars}
    <text x="0" y="16">${most}</text>
    <text x="0" y="${HEIGHT - 6}">${from}</text>
    <text x="${WIDTH}" y="${HEIGHT - 6}" class="end">${to}</text>
  </svg>`;
}

/** A plot with its table beside it: nobody has to measure bars. */
export const figure = (title: string, plot: Html, table: Html): Html =>
  markup`<figure class="card"><figcaption><h3>${title}</h3></figcaption><div class="plot">${plot}<div>${table}</div></div></figure>`;

export const dataTable = (head: readonly string[], rows: readonly (readonly Piece[])[]): Html =>
  markup`<table class="data"><thead><tr>${head.map((words) => markup`<th scope="col">${words}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td class="num">${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
