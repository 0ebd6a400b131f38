import { scaleLinear } from 'd3-scale';
import type { CaseResult, Result } from './result.ts';
import { shown } from './text.ts';

// Small charts by D3's scales, as the pages of statistics have them. The colours follow the reader's page, light or dark.

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .soft { fill: #59636e } .bar { fill: #8c959f } .ours { fill: #0969da } .range { stroke: #1f2328 } .axis { stroke: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .soft { fill: #9198a1 } .bar { fill: #656c76 } .ours { fill: #4493f8 } .range { stroke: #f0f6fc } .axis { stroke: #656c76 }
  }`;
const WIDTH = 760;
const LABELS = 260;
const ROW = 30;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const page = (height: number, title: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
<text x="0" y="16">${escaped(title)}</text>
${body}
</svg>
`;

/** A bar for each contender: the median, with a line over what the rounds ranged over. Ours is the first. */
export function bars(result: Result, title: string, { contenders }: CaseResult, figure: string): string {
  const rows = Object.values(contenders).filter((one) => one.figures[figure]);
  // A scale over nothing has no zero: what is nothing everywhere ends where it begins.
  const most = Math.max(...rows.map((one) => one.figures[figure]!.high)) || 1;
  const scale = scaleLinear([0, most], [0, WIDTH - LABELS - 70]);
  const x = (value: number): number => Math.round(scale(value) * 10) / 10;
  const drawn = rows.map(({ title: label, figures }, n) => {
    const { median, low, high } = figures[figure]!;
    const y = 34 + n * ROW;
    return [
      `<text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${n === 0 ? 'ours' : 'bar'}" x="${LABELS}" y="${y}" width="${Math.max(1, x(median))}" height="20" rx="3"/>`,
      `<line class="range" x1="${LABELS + x(low)}" x2="${LABELS + x(high)}" y1="${y + 10}" y2="${y + 10}"/>`,
      `<text class="soft" x="${LABELS + x(high) + 8}" y="${y + 15}">${shown(median)}</text>`,
    ].join('\n');
  });
  return page(40 + rows.length * ROW, `${result.figures[figure] ?? figure}: ${title}`, drawn.join('\n'));
}

/** A point for each contender: below and left of another it is better in both. */
export function points(
  result: Result,
  title: string,
  { contenders }: CaseResult,
  xName: string,
  yName: string,
): string {
  const rows = Object.values(contenders).filter((one) => one.figures[xName] && one.figures[yName]);
  const most = (name: string): number => Math.max(...rows.map((one) => one.figures[name]!.median)) * 1.1;
  const [left, top, height, bottom] = [60, 40, 300, 330];
  const x = scaleLinear()
    .domain([0, most(xName)])
    .rangeRound([left, WIDTH - 160]);
  const y = scaleLinear()
    .domain([0, most(yName)])
    .rangeRound([bottom, bottom - height + 20]);
  const drawn = rows.map(({ title: label, figures }, n) => {
    const [px, py] = [x(figures[xName]!.median), y(figures[yName]!.median)];
    return `<circle class="${n === 0 ? 'ours' : 'bar'}" cx="${px}" cy="${py}" r="6"/>\n<text x="${px + 10}" y="${py + 4}">${escaped(label)}</text>`;
  });
  const axes = [
    `<line class="axis" x1="${left}" x2="${WIDTH - 100}" y1="${bottom}" y2="${bottom}"/>`,
    `<line class="axis" x1="${left}" x2="${left}" y1="${top}" y2="${bottom}"/>`,
    `<text class="soft" x="${left}" y="${bottom + 20}">0</text>`,
    `<text class="soft" x="${WIDTH - 100}" y="${bottom + 20}" text-anchor="end">${escaped(result.figures[xName] ?? xName)}, up to ${shown(most(xName))}</text>`,
    `<text class="soft" x="${left}" y="${top - 6}">${escaped(result.figures[yName] ?? yName)}, up to ${shown(most(yName))}</text>`,
  ];
  return page(bottom + 30, title, [...axes, ...drawn].join('\n'));
}
