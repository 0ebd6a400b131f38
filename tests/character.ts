import fc from 'fast-check';

/** Where half characters are, which are none. */
const HALVES = { first: 0xd800, count: 0x800 };

/**
 * Any character there is, for `fc.string({ unit: character })`. The unit `binary` of fast-check is the same, and makes a table of all
 * million of them for each text that is described so.
 */
export const character: fc.Arbitrary<string> = fc.nat({ max: 0x10ffff - HALVES.count }).map(
  (nth) => String.fromCodePoint(nth < HALVES.first ? nth : nth + HALVES.count),
  (value) => {
    const code = typeof value === 'string' ? value.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== value || !value.isWellFormed())
      throw new Error('it is not one character');
    return code < HALVES.first ? code : code - HALVES.count;
  },
);
