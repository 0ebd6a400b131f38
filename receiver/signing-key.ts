/**
 * What a key of Standard Webhooks is, for those that sign and those that verify: `whsec_` and 24 to 64 bytes in base64, with
 * or without the padding at its end.
 */
export const SIGNING_KEY = /^whsec_([A-Za-z0-9+/]{32,86})={0,2}$/;

/** The bytes of a key. Null for anything else: of any text some bytes could be read, and every message would fail with them. */
export function bytesOfKey(text: string): Buffer | null {
  const [, base64 = ''] = SIGNING_KEY.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  // Bits left over at the end must be zero: a receiver that decodes strictly would refuse the key.
  return base64 !== '' && bytes.toString('base64').replace(/=+$/, '') === base64 ? bytes : null;
}

export const isSigningKey = (text: string): boolean => bytesOfKey(text) !== null;
