import { createHmac, timingSafeEqual } from 'node:crypto';
import { signedIn, verifiedBy, type HeaderSource, type Verified, type VerifyOptions } from './message.ts';

export { answerChallenge } from './challenge.ts';
export type { HeaderSource, Verified, VerifyFailure, VerifyOptions, WebhookMessage } from './message.ts';

/**
 * Whether a message comes from an owner of one of `keys` (`whsec_...`), is unchanged, and was signed lately. `body` is what
 * arrived, byte by byte: parsed and written again it would be another. Headers may be those of `node:http` or of `fetch`.
 * Answers what is wrong instead of throwing; throws only for keys that are none, and for a body that is no text and no bytes.
 */
export function verifyWebhook(
  headers: HeaderSource,
  body: string | Uint8Array | ArrayBuffer,
  keys: string | readonly string[],
  options: VerifyOptions = {},
): Verified {
  const found = signedIn(headers, body, keys, options);
  if (!found.ok) return found;
  const { prefix, body: bytes, secrets, signatures } = found.signed;
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(prefix).update(bytes).digest(),
  );
  return verifiedBy(
    signatures.some((one) => expected.some((own) => same(own, one))),
    found.signed,
  );
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
