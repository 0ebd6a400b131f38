import { bytesOfBase64, bytesOfKey } from './signing-key.ts';

/** What a webhook of Jobchime says, once it is known to be genuine. */
export interface WebhookMessage {
  /** The same for every attempt at one delivery: remember it, and a repetition is recognised. */
  deliveryId: string;
  /** The event; docs/events.md describes it. */
  event: {
    id: string;
    /** Its kind, for instance `job.failed`. */
    type: string;
    /** When it was found out; ISO 8601, UTC. */
    timestamp: string;
    /** Within a version fields are only added. */
    version: number;
    /** 1, 2, 3 ... for one job: the order of its events, which may arrive in another one. */
    sequence: number;
    /** As it was handed in with the job. */
    correlationId?: string;
    /** A drill: nothing happened, and what the event is about does not exist. */
    drill?: true;
    /** What happened. */
    data: unknown;
  };
}

/** Why a message must not be believed. */
export type VerifyFailure = 'missing_header' | 'stale' | 'bad_signature' | 'not_json';

export interface VerifyOptions {
  /** Epoch milliseconds; the system's clock by default. */
  now?: number;
  /** How old or how far ahead the timestamp may be, in seconds. 300 by default, as Standard Webhooks says. */
  toleranceSeconds?: number;
}

export type HeaderSource =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

export type Verified = { ok: true; message: WebhookMessage } | { ok: false; reason: VerifyFailure };

/** What is signed and what it is signed with, for anybody who can compute an HMAC. */
export interface Signed {
  id: string;
  /** What stands before the body in the signed content. */
  prefix: string;
  body: Uint8Array;
  secrets: Uint8Array[];
  /** One is enough: of several, one is made with the old key and one with the new one. */
  signatures: Uint8Array[];
}

/** All that is done without an HMAC: whether everything is there, is a key, and is fresh. */
export function signedIn(
  headers: HeaderSource,
  body: string | Uint8Array | ArrayBuffer,
  keys: string | readonly string[],
  { now = Date.now(), toleranceSeconds = 300 }: VerifyOptions,
): { ok: true; signed: Signed } | { ok: false; reason: VerifyFailure } {
  const secrets = (Array.isArray(keys) ? (keys as readonly unknown[]) : [keys]).map(decodeKey);
  if (secrets.length === 0) throw new TypeError('at least one key is needed');
  const [id, timestamp, signatures] = NAMES.map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signatures) return { ok: false, reason: 'missing_header' };
  if (!isFresh(timestamp, now, toleranceSeconds)) return { ok: false, reason: 'stale' };
  const given = signatures.split(' ').flatMap(signatureOf);
  const prefix = `${id}.${timestamp}.`;
  return { ok: true, signed: { id, prefix, body: bytesOf(body), secrets, signatures: given } };
}

/** The end of it: what a message says, if `isGenuine`. */
export function verifiedBy(isGenuine: boolean, { id, body }: Signed): Verified {
  if (!isGenuine) return { ok: false, reason: 'bad_signature' };
  const event = eventIn(body);
  return event ? { ok: true, message: { deliveryId: id, event } } : { ok: false, reason: 'not_json' };
}

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

function headerOf(headers: HeaderSource, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined;
  const entries = Object.entries(headers as Record<string, string | readonly string[] | undefined>);
  const [, value] = entries.find(([key]) => key.toLowerCase() === name) ?? [];
  const values = [value].flat();
  // Some hand in every header as a list. Two of one name are nothing to believe.
  return values.length === 1 ? values[0] : undefined;
}

/** What somebody parsed before is no longer what was signed. */
function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new TypeError(
    'the body is neither text nor bytes: hand in what arrived, before anything parses it (in Express: express.raw)',
  );
}

/** Seconds since 1970. What was recorded and is played back later is stale. */
function isFresh(timestamp: string, now: number, toleranceSeconds: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1_000 - Number(timestamp)) <= toleranceSeconds;
}

/** `v1,<base64>`; other versions are for others. */
function signatureOf(text: string): Uint8Array[] {
  const [version, base64] = text.split(',');
  const bytes = version === 'v1' && base64 ? bytesOfBase64(base64) : null;
  return bytes ? [bytes] : [];
}

/** What is no key is refused, and not quoted: it may be a key with a slip. */
function decodeKey(key: unknown): Uint8Array {
  const bytes = typeof key === 'string' ? bytesOfKey(key) : null;
  if (bytes) return bytes;
  throw new TypeError(
    `${slipOf(key)}; a key is whsec_ and 24 to 64 random bytes in base64, as Jobchime shows it once or as it stands in signing_keys`,
  );
}

function slipOf(key: unknown): string {
  if (typeof key !== 'string' || key.trim() === '') return 'there is no key: is its variable set?';
  if (/^\s|\s$/.test(key)) return 'the key has spaces or line breaks around it';
  if (/^["'`]|["'`]$/.test(key)) return 'the key has quotation marks around it';
  if (key.startsWith('v1,')) return "the key has 'v1,' before it, which belongs to signatures";
  if (!key.startsWith('whsec_')) return 'the key does not begin with whsec_, in small letters';
  return 'what follows whsec_ is not 24 to 64 bytes in base64';
}

function eventIn(bytes: Uint8Array): WebhookMessage['event'] | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as WebhookMessage['event']) : null;
  } catch {
    return null;
  }
}
