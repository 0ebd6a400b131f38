/**
 * What a key of Standard Webhooks is, for those that sign and those that verify: `whsec_` and 24 to 64 bytes in base64, with
 * or without the padding at its end. Only what every runtime with `fetch` has is used here.
 */
export const SIGNING_KEY = /^whsec_([A-Za-z0-9+/]{32,86})={0,2}$/;

/** The bytes of a key. Null for anything else: of any text some bytes could be read, and every message would fail with them. */
export function bytesOfKey(text: string): Uint8Array<ArrayBuffer> | null {
  const [, base64 = ''] = SIGNING_KEY.exec(text) ?? [];
  const bytes = bytesOfBase64(base64);
  // Bits left over at the end must be zero: a receiver that decodes strictly would refuse the key.
  return bytes && base64 !== '' && toBase64(bytes) === base64 ? bytes : null;
}

export const isSigningKey = (text: string): boolean => bytesOfKey(text) !== null;

/** Null for what is no base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');
