import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names its host twice (RFC 9112, 3.2: such a one is answered with 400). Node takes the first, and whoever
 * stands before it may take the other: what was allowed for one host would be asked of another.
 */
export const hasTwoHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length > 1;
