/** What the comparison of pictures notices, and what it lets pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otherPixels, pixelsOf, type Pixels } from '../../../scripts/pictures/pixels.ts';
import { smaller } from '../../../scripts/pictures/smaller.ts';
import { otherBoxes } from './golden.ts';

const PICTURE = readFileSync(join(import.meta.dirname, 'golden/sign-in-light.png'));
const changed = (by: number, count: number): Pixels => {
  const { rgb, ...size } = pixelsOf(PICTURE)!;
  const other = Buffer.from(rgb);
  for (let n = 0; n < 3 * count; n++) other[n] = other[n]! > 127 ? other[n]! - by : other[n]! + by;
  return { ...size, rgb: other };
};

describe('two pictures of a page', () => {
  it('are alike where only shades differ, as a palette makes them', () => {
    const before = pixelsOf(PICTURE)!;
    expect(otherPixels(before, changed(20, 5_000))).toBe(0);
    expect(otherPixels(before, pixelsOf(smaller(PICTURE))!)).toBe(0);
  });

  it('differ by each pixel of another colour, and by their size', () => {
    const before = pixelsOf(PICTURE)!;
    expect(otherPixels(before, changed(60, 100))).toBe(100);
    expect(otherPixels(before, { ...before, height: before.height - 1 })).toBeNull();
  });
});

describe('where elements stand', () => {
  const BEFORE: [string, number, number][] = [
    ['main', 0, 1000],
    ['table', 16, 968],
  ];

  it('is the same within a pixel', () => {
    expect(
      otherBoxes('board', BEFORE, [
        ['main', 0, 1000],
        ['table', 17, 967],
      ]),
    ).toEqual([]);
  });

  it.each([
    [
      'moved',
      [
        ['main', 0, 1000],
        ['table', 40, 968],
      ],
    ],
    [
      'wider',
      [
        ['main', 0, 1000],
        ['table', 16, 1400],
      ],
    ],
    ['gone', [['main', 0, 1000]]],
    [
      'another',
      [
        ['main', 0, 1000],
        ['form', 16, 968],
      ],
    ],
  ] as [string, typeof BEFORE][])('says which element is %s', (_, now) => {
    expect(otherBoxes('board', BEFORE, now)).toEqual([
      expect.stringMatching(/^board: element 1 was \["table",16,968\]/),
    ]);
  });
});
