import { remembered } from '../../../core/remembered.ts';
import { hmacWith, type Hmac } from '../../platform/hmac.ts';
import { bytesOfKey } from '../../../../receiver/signing-key.ts';

const PREFIX = 'whsec_';

/** The key as it is written, and without its prefix. */
export const secretsOfKey = (text: string): string[] => [text, text.replace(PREFIX, '')];

/**
 * The `webhook-signature` of Standard Webhooks 1.0: `v1,` and the HMAC-SHA256 of `id.seconds.body`, once for each key.
 * With the old key beside the new one, receivers can change over whenever they like.
 * @param seconds Unix time of this attempt: receivers refuse what is older than some minutes, so each attempt signs anew.
 */
export function sign(
  keys: readonly string[],
  id: string,
  seconds: number,
  body: string,
  keyOf: ReadyKeys = readyKeys(),
): string {
  if (keys.length === 0) throw new Error('a webhook needs a signing key: whsec_ and base64');
  const signed = `${id}.${seconds}.${body}`;
  return keys.map((key) => `v1,${keyOf(key)(signed, 'base64')}`).join(' ');
}

/** A key by its text, made ready once: reading one costs more than signing with it. */
export type ReadyKeys = (text: string) => Hmac;

/** Receivers that are written to at the same time, with an old key and a new one. */
const KEYS = 1_000;

export const readyKeys = (): ReadyKeys =>
  remembered(KEYS, (text) => {
    const bytes = bytesOfKey(text);
    if (!bytes) throw new Error('a signing key of a webhook is not whsec_ and 24 to 64 bytes in base64');
    return hmacWith(bytes);
  });
