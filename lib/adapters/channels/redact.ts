import { truncate, MAX } from '../../core/jobs/bounds.ts';
import { line } from '../../core/notify/message-content.ts';
import { hideShapes } from '../platform/secret-shapes.ts';

/**
 * Makes words from outside fit for a receipt: one line, bounded, and without any of the secrets, nor what looks like one of
 * others. Endpoints like to echo what they were sent; hiding comes before cutting, so that no half of a secret is left at the edge.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const longestFirst = secrets.filter(Boolean).toSorted((a, b) => b.length - a.length);
  return (text) =>
    truncate(
      line(hideShapes(longestFirst.reduce((t, secret) => t.replaceAll(secret, '[redacted]'), text))),
      MAX.text,
    );
}

/** Shorter pieces of a URL (`v1`, `hooks`) are no secrets, and hiding them would make every text unreadable. */
const SECRET_LENGTH = 6;

/**
 * All that an echo of a URL may give away. A Slack webhook's URL is itself the key, and so are those of many other
 * receivers: everything behind the host counts as secret, whole and in pieces.
 */
export function secretsOfUrl(address: string): string[] {
  if (!URL.canParse(address)) return [address];
  const url = new URL(address);
  const pieces = [url.username, url.password, ...url.pathname.split('/'), ...url.searchParams.values()];
  return [
    address,
    url.href,
    ...[`${url.pathname}${url.search}`, url.pathname, ...pieces, ...pieces.map(decoded)].filter(
      (piece) => piece.length >= SECRET_LENGTH,
    ),
  ];
}

/** `Bearer TOKEN` is quoted with its word or without. A value as short as a number is told apart from no other text. */
export const secretsOfHeader = (value: string): string[] =>
  [value, ...value.split(' ')].filter((piece) => piece.length >= SECRET_LENGTH);

/** As it stands in JSON too. */
export const secretsOfBody = (value: string): string[] =>
  [value, JSON.stringify(value).slice(1, -1)].filter((piece) => piece.length >= SECRET_LENGTH);

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
