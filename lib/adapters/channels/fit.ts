/** What a text takes of a limit. A piece takes no more than the whole, and a UTF-16 unit at least 1. */
export type Size = (text: string) => number;

export const inBytes: Size = (text) => Buffer.byteLength(text);

/** Within JSON. */
export const inJson: Size = (text) => Buffer.byteLength(JSON.stringify(text)) - 2;

/** Within JSON whose writer escapes all that is not plain ASCII: nobody counts a text as longer than that. */
export const inEscapedJson: Size = (text) => {
  const json = JSON.stringify(text);
  return json.length - 2 + 5 * (json.match(ESCAPED)?.length ?? 0);
};
/** Each UTF-16 unit becomes six characters. */
const ESCAPED = /[^\x20-\x7e]|[<>&'+`]/g;

const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** As much of a text as takes at most `max`, with a marker where something is missing; never half of what is read as one character. */
export function fit(text: string, max: number, size: Size = inBytes): string {
  const candidate = text
    .slice(0, max + 1)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ');
  if (text.length <= max && size(candidate) <= max) return candidate;
  const room = max - size(ELLIPSIS);
  // Nobody reads a character that is longer than all there is room for.
  const whole = taken(graphemes.segment(candidate), room, size);
  return `${
    whole ||
    taken(
      [...candidate].map((segment) => ({ segment })),
      room,
      size,
    )
  }${ELLIPSIS}`;
}

function taken(pieces: Iterable<{ segment: string }>, room: number, size: Size): string {
  let left = room;
  let kept = '';
  for (const { segment } of pieces) {
    left -= size(segment);
    if (left < 0) break;
    kept += segment;
  }
  return kept;
}
