import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decoded } from '../../../lib/adapters/platform/http/answer.ts';

it('reads every body as the decoder of the platform does, whatever its bytes are', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
    fc.constantFrom([0xef, 0xbb, 0xbf], [0xff], [0xc3], [0xe2, 0x82]).map((bytes) => Uint8Array.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const body = Buffer.concat(pieces);
      // A mark of UTF-16 decides over what the header says.
      fc.pre(!['fffe', 'feff'].includes(body.toString('hex', 0, 2)));
      expect(decoded(body, 'application/json')).toBe(new TextDecoder().decode(body));
    }),
    { numRuns: 500 },
  );
});
