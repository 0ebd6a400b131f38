import { eastAsianWidth } from 'get-east-asian-width';

/** Drawn into the character before them. The selector of emoji (U+FE0F) makes that one wider, so it counts as a cell. */
const WITHIN = /(?!\uFE0F)[\p{Mn}\p{Me}\u200B-\u200D\u2060\uFEFF]/u;

const cellOf = (character: string): number =>
  WITHIN.test(character) ? 0 : eastAsianWidth(character.codePointAt(0)!);

/**
 * How many cells of a terminal a text takes. Emoji that are joined into one count as several, since not every terminal joins
 * them: what is cut to this never takes more.
 */
export const cellsOf = (text: string): number =>
  [...text].reduce((cells, character) => cells + cellOf(character), 0);

/** The beginning of a text that fits into this many cells. */
export function cutTo(text: string, room: number): string {
  let left = room;
  const kept = [...text].findIndex((character) => (left -= cellOf(character)) < 0);
  return kept === -1 ? text : [...text].slice(0, kept).join('');
}

const GAP = '...';

/** The same for a name: its middle is left out, since names that belong together differ at their ends. */
export function shortenTo(text: string, room: number): string {
  if (cellsOf(text) <= room) return text;
  const left = Math.max(0, room - GAP.length);
  const end = endOf(text, Math.floor(left / 2));
  return cutTo(`${cutTo(text, left - cellsOf(end))}${GAP}`, room) + end;
}

function endOf(text: string, room: number): string {
  let left = room;
  const characters = [...text];
  const dropped = characters.findLastIndex((character) => (left -= cellOf(character)) < 0);
  // A mark without its letter would be drawn into what stands before it.
  return characters
    .slice(dropped + 1)
    .join('')
    .replace(/^[\p{M}\p{Cf}]+/u, '');
}

/** Filled up with blanks to this many cells. */
export const padTo = (text: string, room: number): string =>
  text + ' '.repeat(Math.max(0, room - cellsOf(text)));
