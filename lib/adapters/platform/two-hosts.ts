import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names its host twice (RFC 9112, 3.2: the answer is 400). Node takes the first, and a proxy before it may
 * take the other: what was allowed for one host would reach another.
 */
export const hasTwoHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length > 1;
