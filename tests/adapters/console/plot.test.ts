/** Bars: as high as their values, upon one another, with lines at round numbers and names that do not run into one another. */
import { describe, expect, it } from 'vitest';
import { barPlot, TIMES } from '../../../lib/adapters/console/plot.ts';

const attributes = (tag: string): Record<string, string> =>
  Object.fromEntries([...tag.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
const rectsIn = (text: string, tone: string) =>
  [...text.matchAll(/<rect[^>]*>/g)]
    .map(([tag]) => attributes(tag))
    .filter((it) => it['class'] === tone)
    .map(({ x, y, width, height }) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }));
const namesIn = (text: string) =>
  [...text.matchAll(/<text class="(\w+)" x="([\d.]+)"[^>]*>([^<]*)/g)].map(([, kind, x, name]) => ({
    kind,
    x: Number(x),
    name,
  }));
const one = (name: string, value: number) => ({ name, parts: [{ value, tone: 'c0' }] });
const HOW = { label: 'it', written: String };

describe('bars', () => {
  it('are as high as their values, and their parts stand upon one another', () => {
    const columns = [
      {
        name: 'a',
        parts: [
          { value: 2, tone: 'c0' },
          { value: 1, tone: 'c1' },
        ],
      },
      { name: 'b', parts: [{ value: 4, tone: 'c0' }] },
    ];
    const { text } = barPlot(columns, HOW);
    const [low, high] = rectsIn(text, 'c0');
    const [upper] = rectsIn(text, 'c1');
    expect(high!.height / low!.height).toBeCloseTo(2, 1);
    expect(upper!.height / low!.height).toBeCloseTo(0.5, 1);
    expect(upper!.y + upper!.height).toBeCloseTo(low!.y, 0);
    expect(high!.x).toBeGreaterThan(low!.x + low!.width);
  });

  it('have lines at round numbers of what is counted', () => {
    const lines = (values: number[], how: object): string[] =>
      namesIn(
        barPlot(
          values.map((value) => one('', value)),
          { ...HOW, ...how },
        ).text,
      )
        .filter(({ kind }) => kind === 'end')
        .map(({ name }) => name!);
    expect(lines([5 * 60_000], { units: TIMES, written: (ms: number) => `${ms / 60_000} min` })).toEqual([
      '0 min',
      '2 min',
      '4 min',
      '6 min',
    ]);
    expect(lines([1], {})).toEqual(['0', '0.5', '1']);
    expect(lines([1], { isWhole: true })).toEqual(['0', '1']);
    expect(lines([0], {})).toContain('0');
  });

  it.each([1, 3, 14, 60])('have no two names of %i in one place, and none outside', (count) => {
    const names = Array.from({ length: count }, (_, n) => one(`12 min, ${n} sec`, 1));
    const shown = namesIn(barPlot(names, HOW).text).filter(({ kind }) => kind === 'middle');
    expect(shown.length).toBeGreaterThan(0);
    for (const [n, { x, name }] of shown.entries()) {
      const half = (name!.length * 7) / 2;
      expect(x + half).toBeLessThan(480 + 20);
      if (n > 0) expect(x - half).toBeGreaterThan(shown[n - 1]!.x + half);
    }
  });

  it('of nothing are none, and are no fault', () => {
    expect(rectsIn(barPlot([], HOW).text, 'c0')).toEqual([]);
    expect(barPlot([one('a', 0)], HOW).text).not.toMatch(/NaN|Infinity/);
  });
});
