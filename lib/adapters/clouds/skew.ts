import type { Answer } from './answer.ts';

/** A cloud refuses a signature whose date is further off than this. */
const TOLERATED_MS = 15 * 60_000;

/** `signature expired, signature time:20230527T000431Z,server time:20230527T020608Z` */
const BOTH_TIMES = /signature time:\s*(\d{8}T\d{6}Z)\W+server time:\s*(\d{8}T\d{6}Z)/i;
/** About a signature and its date; a token is not refused for the time at which it is sent. */
const ABOUT_SIGNATURE = /signature|aksk|ak\/sk|x-sdk-date/i;

/**
 * By how much this machine's clock is ahead of the cloud's, in milliseconds (negative: behind), where that is why a signature
 * was refused. Null where it is not, or cannot be known. The words of the gateway say so; without both times in them the
 * answer's own date does.
 */
export function clockAhead({ status, headers, body, at }: Answer): number | null {
  const [, signed, server] = BOTH_TIMES.exec(body) ?? [];
  if (signed && server) return Date.parse(iso(signed)) - Date.parse(iso(server)) || null;
  if (status !== 401 || !ABOUT_SIGNATURE.test(body)) return null;
  const ahead = at - Date.parse(headers.date ?? '');
  return Math.abs(ahead) > TOLERATED_MS ? ahead : null;
}

const iso = (compact: string): string =>
  compact.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');

export function skewWords(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const amount = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `this machine's clock is ${amount} ${aheadMs > 0 ? 'ahead of' : 'behind'} the cloud's: set it right`;
}
