import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';

const sealer = createSealer(Buffer.alloc(32, 1));

describe('a sealed text', () => {
  it('opens to what it was, and looks different every time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, about) => {
        const [a, b] = [sealer.seal(text, about), sealer.seal(text, about)];
        expect(a).not.toBe(b);
        expect([sealer.open(a, about), sealer.open(b, about)]).toEqual([text, text]);
      }),
    );
  });

  it('does not open with another key, for another owner, or changed in any place', () => {
    const sealed = sealer.seal('https://hooks.slack.com/services/T/B/x', 'sub_1');
    expect(sealed).toMatch(/^v1\.[\w-]+$/);
    expect(createSealer(Buffer.alloc(32, 2)).open(sealed, 'sub_1')).toBeNull();
    expect(sealer.open(sealed, 'sub_2')).toBeNull();
    for (let i = 0; i < sealed.length - 1; i += 1) {
      const other = sealed[i] === 'A' ? 'B' : 'A';
      expect(sealer.open(sealed.slice(0, i) + other + sealed.slice(i + 1), 'sub_1')).toBeNull();
    }
    for (const text of ['', 'v1.', 'v1.AAAA', sealed.slice(0, -8), `v2.${sealed.slice(3)}`])
      expect(sealer.open(text, 'sub_1')).toBeNull();
  });
});
