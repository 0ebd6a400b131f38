/** Pictures that somebody has looked at, and whether pages still look like that. `npm run pictures` makes them anew. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { picture } from '../../../scripts/browser.ts';
import { otherPixels, pixelsOf } from '../../../scripts/pictures/pixels.ts';
import { smaller } from '../../../scripts/pictures/smaller.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const LAYOUT = join(FOLDER, 'layout.json');
/** Where what looks otherwise is put beside. */
const OTHERS = join(import.meta.dirname, '../../../.build/golden');
const ANEW = process.env['PICTURES'] === 'anew';

/** Where an element begins, and how wide it is: what does not depend on letters. */
type Box = [name: string, x: number, width: number];
interface Layout {
  madeBy: MadeBy;
  boxes: Record<string, Box[]>;
}
/** Another version draws otherwise, and so do other fonts. */
export interface MadeBy {
  chromium: number;
  fonts: string;
}

export interface Look {
  picture: Buffer;
  boxes: Box[];
}
/** Letters of each font that the pages have, as this machine draws them. */
const LETTERS = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 400, height: 160 });
  const pen = canvas.getContext('2d');
  ['15px system-ui', '600 22px system-ui', '13px ui-monospace, monospace'].forEach((font, n) => {
    pen.font = font;
    pen.fillText('Jobchime Ägypten 0123 ✓ ✗ fi', 4, 40 * (n + 1));
  });
  return canvas.toDataURL();
})()`;
const BOXES = `[...document.querySelectorAll('header,main,h1,h2,h3,[data-part],.card,table,form.draft,form.filter,fieldset,figure,svg,footer')]
  .filter((it) => it.checkVisibility())
  .map((it) => [[it.localName, it.dataset.part, it.id].filter(Boolean).join(' '), ...['x', 'width'].map((one) => Math.round(it.getBoundingClientRect()[one]))])`;

/** `version`: such as `150.0.7871.100`. */
export async function madeBy(page: Page, version: string): Promise<MadeBy> {
  const letters = await page.evaluate<string>(LETTERS);
  return {
    chromium: parseInt(version),
    fonts: createHash('sha256').update(letters).digest('hex').slice(0, 16),
  };
}
export const lookOf = async (page: Page): Promise<Look> => ({
  picture: await picture(page),
  boxes: await page.evaluate<Box[]>(BOXES),
});

/** So many pixels may be others: a corner, no word. */
const FEW = 40;

/** What is other than it was, by the names of pages. Without the same browser and fonts only where the elements stand is compared. */
export function compared(looks: ReadonlyMap<string, Look>, by: MadeBy): string[] {
  if (ANEW) renew(looks, by);
  const known = JSON.parse(readFileSync(LAYOUT, 'utf8')) as Layout;
  const isSame = JSON.stringify(known.madeBy) === JSON.stringify(by);
  if (!isSame)
    // oxlint-disable-next-line no-console
    console.warn(
      `Not compared: pictures of pages. They are of Chromium ${known.madeBy.chromium} and its fonts, and Chromium ${by.chromium} draws letters otherwise here. Compared: where elements stand.`,
    );
  return [...looks].flatMap(([name, look]) => [
    ...otherBoxes(name, known.boxes[name] ?? [], look.boxes),
    ...(isSame ? otherPicture(name, look.picture) : []),
  ]);
}

export function otherBoxes(page: string, before: readonly Box[], now: readonly Box[]): string[] {
  const n = Math.max(before.length, now.length);
  const at = Array.from({ length: n }, (_, i) => i).find((i) => !isNear(before[i], now[i]));
  if (at === undefined) return [];
  return [`${page}: element ${at} was ${JSON.stringify(before[at])} and is ${JSON.stringify(now[at])}`];
}
const isNear = (a: Box | undefined, b: Box | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a[0] === b[0] &&
  Math.abs(a[1] - b[1]) <= 1 &&
  Math.abs(a[2] - b[2]) <= 1;

function otherPicture(name: string, picture: Buffer): string[] {
  const file = join(FOLDER, `${name}.png`);
  if (!existsSync(file)) return [`${name}: there is no picture of it`];
  const others = otherPixels(pixelsOf(readFileSync(file))!, pixelsOf(picture)!);
  if (others !== null && others <= FEW) return [];
  mkdirSync(OTHERS, { recursive: true });
  writeFileSync(join(OTHERS, `${name}.png`), picture);
  return [
    `${name}: ${others === null ? 'its size is another' : `${others} pixels are others`}; it is in .build/golden/${name}.png. npm run pictures takes it over: look at it.`,
  ];
}

function renew(looks: ReadonlyMap<string, Look>, by: MadeBy): void {
  mkdirSync(FOLDER, { recursive: true });
  const boxes = Object.fromEntries([...looks].map(([name, look]) => [name, look.boxes]));
  const lines = Object.entries(boxes).map(
    ([name, all]) => `    ${JSON.stringify(name)}: ${JSON.stringify(all)}`,
  );
  writeFileSync(
    LAYOUT,
    `{\n  "madeBy": ${JSON.stringify(by)},\n  "boxes": {\n${lines.join(',\n')}\n  }\n}\n`,
  );
  for (const [name, { picture }] of looks) writeFileSync(join(FOLDER, `${name}.png`), smaller(picture));
}
