import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hmacWith } from '../../../lib/adapters/platform/hmac.ts';

const reference = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text);

it('signs as the library does, with keys and texts of any length and of any characters', () => {
  const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(text, { maxLength: 5 }), (key, texts) => {
      const hmac = hmacWith(key);
      for (const one of texts) {
        expect(hmac(one, 'hex')).toBe(reference(key, one).digest('hex'));
        expect(hmac(one, 'base64')).toBe(reference(key, one).digest('base64'));
      }
    }),
    { numRuns: 25 },
  );
});

it('signs short texts after long ones, and keys of a block, one less and one more', () => {
  for (const length of [0, 1, 63, 64, 65, 128]) {
    const key = randomBytes(length);
    const hmac = hmacWith(key);
    for (const one of ['a'.repeat(9), '€'.repeat(70_000), '', '\u{d800}x', 'a'.repeat(4_096), 'b'])
      expect(hmac(one, 'hex')).toBe(reference(key, one).digest('hex'));
  }
});

it('gives what RFC 4231 has for its test cases', () => {
  const cases: [key: string, text: string, mac: string][] = [
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe').toString('hex'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ];
  for (const [key, text, mac] of cases) expect(hmacWith(Buffer.from(key, 'hex'))(text, 'hex')).toBe(mac);
});
