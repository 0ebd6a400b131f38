import { sameText, sha256 } from '../../core/access/token.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Sealer } from '../platform/seal.ts';

/** What a cookie says, sealed: who signed in, and nothing that lets anybody in elsewhere. */
export interface Session {
  /** Key of the token; the token itself is in no cookie. */
  token: string;
  /** Epoch milliseconds. */
  signedInAt: number;
  /** When this cookie was made. */
  at: number;
  /** Stands in every form, so that only a page of this session can send one. */
  csrf: string;
}

/** Without a request for so long a session is over, and so is one that is older than a week. */
export const IDLE_MS = 8 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
/** A cookie that is older is made anew. */
const RENEW_MS = 600_000;

/** A text sealed for anything else does not open as a session, nor a session as anything else. */
const PURPOSE = 'console session';

export const newSession = (token: string, now: number, random: (bytes: number) => Buffer): Session => ({
  token,
  signedInAt: now,
  at: now,
  csrf: random(16).toString('hex'),
});

export const sealSession = (sealer: Sealer, { token, signedInAt, at, csrf }: Session): string =>
  sealer.seal(JSON.stringify([token, signedInAt, at, csrf]), PURPOSE);

/** The session in a cookie; null for one that was not made here, or is over. */
export function openSession(sealer: Sealer, cookie: string, now: number): Session | null {
  const text = sealer.open(cookie, PURPOSE);
  const read = text === null ? undefined : parseJson(text);
  if (!Array.isArray(read)) return null;
  const [token, signedInAt, at, csrf] = read as [string, number, number, string];
  const isOver = now - at >= IDLE_MS || now - signedInAt >= LONGEST_MS;
  return isOver ? null : { token, signedInAt, at, csrf };
}

/** The same session for a while longer; null where its cookie is still good for long enough. */
export const renewed = (session: Session, now: number): Session | null =>
  now - session.at >= RENEW_MS ? { ...session, at: now } : null;

/** Takes the same time, whatever was sent. */
export const isCsrfOf = (session: Session, sent: string | null): boolean =>
  sent !== null && sameText(sha256(sent), sha256(session.csrf));
