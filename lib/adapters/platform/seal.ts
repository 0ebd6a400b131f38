import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Secrets as they may lie in a table: AES-256-GCM, so what was changed or moved is not opened. */
export interface Sealer {
  /** `about` names what the text belongs to; it opens only with the same words. */
  seal(text: string, about: string): string;
  /** Null: sealed with another key, for something else, or damaged. */
  open(sealed: string, about: string): string | null;
}

/** The form leaves room for another one later. */
const FORM = 'v1.';
/** The sizes that GCM is specified for. Nonces are random: with 96 bits some 2^32 texts under one key are safe. */
const NONCE = 12;
const TAG = 16;
export const SEAL_KEY_BYTES = 32;

export function createSealer(key: Buffer): Sealer {
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return FORM + Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
    },
    open(sealed, about) {
      if (!sealed.startsWith(FORM)) return null;
      const bytes = Buffer.from(sealed.slice(FORM.length), 'base64url');
      if (bytes.length < NONCE + TAG) return null;
      const options = { authTagLength: TAG };
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), options)
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        return decipher.update(bytes.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },
  };
}
