import { BLOCKED } from '../address.ts';

/**
 * A closed list; also the log field and metric label. `bad_url`: the request cannot be sent as it is, URL or headers.
 * `stopped`: we ended it ourselves, which says nothing of the host.
 */
export type HttpReason =
  | 'timeout'
  | 'stopped'
  | 'dns'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'too_large'
  | 'blocked_address'
  | 'bad_url'
  | 'network';

export interface HttpTrouble {
  ok: false;
  reason: HttpReason;
  /** For people. Names the host at most: path, query and headers may be secrets. */
  detail: string;
  /** The request was written: nobody knows whether it arrived. */
  sent?: true;
}

export class HttpTroubleError extends Error {
  override readonly name = 'HttpTroubleError';
  readonly reason: HttpReason;
  constructor(trouble: Omit<HttpTrouble, 'ok'>) {
    super(trouble.detail);
    this.reason = trouble.reason;
  }
}

const REASONS: readonly (readonly [RegExp, keyof typeof WORDS])[] = [
  [new RegExp(`^${BLOCKED}$`), 'blocked_address'],
  [/TIMEOUT|ETIMEDOUT/, 'timeout'],
  [/^(ENOTFOUND|ENODATA|EAI_)/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'reset'],
  [
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT|CRL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_|EPROTO)/,
    'tls',
  ],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'too_large'],
];

export const reasonOf = (error: unknown): keyof typeof WORDS =>
  REASONS.find(([pattern]) => pattern.test(codeOf(error)))?.[1] ?? 'network';

/** The code alone: messages of the libraries below quote what they were given. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}

/** Which one failed: the host, or the proxy on the way to it. */
export function whereOf(error: unknown, host: string): string {
  const proxy = (error as { proxy?: unknown } | null)?.proxy;
  return typeof proxy === 'string' ? `the proxy ${proxy} on the way to ${host}` : host;
}

export const WORDS: Record<Exclude<HttpReason, 'bad_url'>, (host: string, code: string) => string> = {
  timeout: (host) => `${host} did not answer in time`,
  stopped: (host) => `the exchange with ${host} was ended, because the time for the work is over`,
  dns: (host, code) => `${host} does not resolve (${code})`,
  refused: (host) => `${host} refused the connection`,
  reset: (host, code) => `${host} broke off the connection (${code})`,
  tls: (host, code) => `no trusted TLS connection to ${host} (${code})`,
  too_large: (host) => `${host} sent a larger answer than is taken`,
  blocked_address: (host) => `${host} stands for a private or reserved address`,
  network: (host, code) => `no answer from ${host} (${code})`,
};
