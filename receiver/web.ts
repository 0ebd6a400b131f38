import {
  signedIn,
  verifiedBy,
  type HeaderSource,
  type Signed,
  type Verified,
  type VerifyOptions,
} from './message.ts';

export { answerChallenge } from './challenge.ts';
export type { HeaderSource, Verified, VerifyFailure, VerifyOptions, WebhookMessage } from './message.ts';

/**
 * Whether a message comes from an owner of one of `keys` (`whsec_...`), is unchanged, and was signed lately. `body` is what
 * arrived, byte by byte: parsed and written again it would be another. Headers may be those of `node:http` or of `fetch`.
 * Answers what is wrong instead of throwing; throws only for keys that are none, and for a body that is no text and no bytes.
 * The same as `jobchime/receiver`, for every runtime that has WebCrypto: workers at the edge, Deno, Bun, browsers, Node.
 */
export async function verifyWebhook(
  headers: HeaderSource,
  body: string | Uint8Array | ArrayBuffer,
  keys: string | readonly string[],
  options: VerifyOptions = {},
): Promise<Verified> {
  const found = signedIn(headers, body, keys, options);
  if (!found.ok) return found;
  const { signed } = found;
  const expected = await Promise.all(signed.secrets.map((secret) => hmac(secret, signed)));
  // Each is computed once and compared here: `subtle.verify` would compute it anew for every signature that somebody sends.
  return verifiedBy(
    signed.signatures.some((one) => expected.some((own) => same(own, one))),
    signed,
  );
}

async function hmac(secret: Uint8Array, { prefix, body }: Signed): Promise<Uint8Array> {
  const before = new TextEncoder().encode(prefix);
  const content = new Uint8Array(before.length + body.length);
  content.set(before);
  content.set(body, before.length);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, algorithm, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
}

/** In the same time wherever they differ. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  let differs = a.length ^ b.length;
  for (let n = 0; n < a.length; n += 1) differs |= a[n]! ^ (b[n] ?? 0);
  return differs === 0;
}
