import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a webhook of Jobchime says, once it is known to be genuine. */
export interface WebhookMessage {
  /** The same for every attempt at one delivery: remember it, and a repetition is recognised. */
  deliveryId: string;
  /** The event: its id, its kind (`job.failed`), when it was found out, and what happened; see docs/events.md. */
  event: { id: string; type: string; timestamp: string; data: unknown };
}

/** Why a message must not be believed. */
export type Doubt = 'missing_header' | 'stale' | 'bad_signature' | 'not_json';

export interface VerifyOptions {
  /** Epoch milliseconds; the system's clock by default. */
  now?: number;
  /** How old or how far ahead the timestamp may be, in seconds. 300 by default, as Standard Webhooks says. */
  toleranceSeconds?: number;
}

type HeaderSource =
  Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null };

/**
 * Whether a message comes from whoever has one of `keys` (`whsec_...`), is unchanged, and was signed lately. `body` is what
 * arrived, byte by byte: parsed and written again it would be another. Headers may be those of `node:http` or of `fetch`.
 * Answers what is wrong instead of throwing; throws only for keys that are none.
 */
export function verifyWebhook(
  headers: HeaderSource,
  body: string | Uint8Array,
  keys: string | readonly string[],
  { now = Date.now(), toleranceSeconds = 300 }: VerifyOptions = {},
): { ok: true; message: WebhookMessage } | { ok: false; doubt: Doubt } {
  const secrets = (typeof keys === 'string' ? [keys] : keys).map(decodeKey);
  if (secrets.length === 0) throw new TypeError('at least one key is needed');
  const [id, timestamp, signatures] = NAMES.map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signatures) return { ok: false, doubt: 'missing_header' };
  if (!isFresh(timestamp, now, toleranceSeconds)) return { ok: false, doubt: 'stale' };
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(bytes).digest(),
  );
  const given = signatures.split(' ').flatMap(signatureOf);
  if (!given.some((one) => expected.some((own) => same(own, one))))
    return { ok: false, doubt: 'bad_signature' };
  const event = parse(bytes);
  return event ? { ok: true, message: { deliveryId: id, event } } : { ok: false, doubt: 'not_json' };
}

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

function headerOf(headers: HeaderSource, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined;
  const entries = Object.entries(headers as Record<string, string | readonly string[] | undefined>);
  const [, value] = entries.find(([key]) => key.toLowerCase() === name) ?? [];
  return Array.isArray(value) ? undefined : (value as string | undefined);
}

/** Seconds since 1970. What was recorded and is played back later is stale. */
function isFresh(timestamp: string, now: number, toleranceSeconds: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1_000 - Number(timestamp)) <= toleranceSeconds;
}

/** `v1,<base64>`; other versions are for others. */
function signatureOf(text: string): Buffer[] {
  const [version, base64] = text.split(',');
  return version === 'v1' && base64 ? [Buffer.from(base64, 'base64')] : [];
}

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function decodeKey(key: string): Buffer {
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
  // Not quoted: it may be a key with a slip.
  if (bytes.length < 24) throw new TypeError('a key is whsec_ and at least 24 bytes in base64');
  return bytes;
}

function parse(bytes: Uint8Array): WebhookMessage['event'] | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as WebhookMessage['event']) : null;
  } catch {
    return null;
  }
}
