import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactly } from '../../../lib/adapters/clouds/json.ts';

test('a number that JavaScript would change keeps its digits, wherever it stands', () => {
  const places = [
    '@',
    ' @',
    '[@]',
    '[1,@]',
    '[1,\n\t@]',
    '{"a":@}',
    '{"a": @ }',
    '[{"b":[@]}]',
    '["9e9",@,"x"]',
  ];
  const numbers = [
    '12345678901234567890',
    '-9007199254740993',
    '0.12345678901234567890123',
    '123456789.12345678901234',
    '1e400',
    '2E+999',
    '1.5e-400',
  ];
  for (const place of places)
    for (const number of numbers)
      expect(JSON.stringify(parseExactly(place.replace('@', number)))).toContain(`"${number}"`);
});

test('texts and all other numbers are what JSON says', () => {
  const small = fc.oneof(fc.integer(), fc.constantFrom(1e21, 1.5, -0.25, 5e-7));
  const id = fc.stringMatching(/^[0-9a-f]{8,40}$/);
  const text = fc.oneof(
    id,
    fc.string(),
    fc.constantFrom(':12345678901234567890', ' 1e400', ',9e9', '[12345678901234567]'),
  );
  fc.assert(
    fc.property(fc.dictionary(text, fc.array(fc.oneof(small, text))), (value) => {
      expect(parseExactly(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 1_000 },
  );
});
