import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, cutTo, padTo, shortenTo } from '../../cli/cells.ts';

describe('the cells of a terminal that a text takes', () => {
  it.each([
    ['web-7', 5],
    ['日本語', 6],
    ['ｗｅｂ', 6],
    ['서버', 4],
    ['grün', 4],
    ['gru\u0308n', 4],
    ['Сервер', 6],
    ['🚀', 2],
    ['❤\uFE0F', 2],
    ['', 0],
  ])('%s', (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
    expect(cellsOf(padTo(text, 12))).toBe(12);
  });

  it('are never more than there is room for', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, fc.nat(40), (text, room) => {
        expect(cellsOf(cutTo(text, room))).toBeLessThanOrEqual(room);
        expect(cellsOf(shortenTo(text, room))).toBeLessThanOrEqual(room);
        if (cellsOf(text) <= room) expect([cutTo(text, room), shortenTo(text, room)]).toEqual([text, text]);
      }),
    );
  });

  it('leave both ends of a name', () => {
    expect(shortenTo('production-frontend-eu-de-7', 15)).toBe('produc...u-de-7');
    expect(shortenTo('日本語日本語日本語', 9)).toBe('日本...語');
    expect(shortenTo('abc', 2)).toBe('..');
  });
});
