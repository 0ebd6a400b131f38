import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, inBytes, inEscapedJson } from '../../../lib/adapters/channels/fit.ts';
import { character } from '../../character.ts';

describe('a text that is cut to fit', () => {
  it('takes at most what it may, and is what it was where it fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: character, maxLength: 200 }),
        fc.integer({ min: 6, max: 200 }),
        (text, max) => {
          const clean = text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
          for (const size of [inBytes, inEscapedJson]) {
            const cut = fit(text, max, size);
            expect(size(cut)).toBeLessThanOrEqual(max);
            expect(cut.isWellFormed()).toBe(true);
            if (size(clean) <= max) expect(cut).toBe(clean);
            else expect(cut.endsWith('…')).toBe(true);
          }
        },
      ),
    );
  });

  it('never ends in the midst of what is read as one character', () => {
    expect(fit('👩‍👩‍👧👩‍👩‍👧', 30)).toBe('👩‍👩‍👧…');
    expect(fit('配额超出', 9)).toBe('配额…');
  });

  it('keeps something of a character without end', () => {
    expect(fit(`e${'\u0301'.repeat(50_000)}`, 20)).toMatch(/^e\u0301+…$/u);
  });
});
