import type { IncomingHttpHeaders } from 'node:http';

/** One call as the gateway sees it. */
export interface Call {
  /** The gateway's id for it, quoted in its errors. */
  id: string;
  method: string;
  /** As sent, without the query. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What goes back, and how: faults change an answer before it is sent. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  delayMs: number;
  /** `truncated`: the connection breaks in the middle of the body. `reset`: it breaks before the first byte. */
  send: 'whole' | 'truncated' | 'reset';
}

const whole = { delayMs: 0, send: 'whole' } as const;

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
  body: JSON.stringify(body),
  ...whole,
});

export const html = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
  ...whole,
});

/** A service's own error. */
export const flat = (status: number, code: string, message: string): Answer =>
  json(status, { code, message });

/** The same inside `error`. */
export const wrapped = (status: number, code: string, message: string): Answer =>
  json(status, { error: { code, message } });

/** In the gateway's words, but by a service, which has no request id to quote. */
export const coded = (status: number, code: string, message: string): Answer =>
  json(status, { error_code: code, error_msg: message });

/** An error of the API gateway in front of the services. */
export const gateway = (call: Call, status: number, code: string, message: string): Answer =>
  json(status, { error_msg: message, error_code: code, request_id: call.id });

/** An error of IAM's calls of version 3.0, and of its codes that begin with IAM. */
export const iamCoded = coded;

/** An error of IAM's calls of version 3. */
export const iamError = (status: number, title: string, message: string): Answer =>
  json(status, { error: { message, code: status, title } });

export const unknownApi = (call: Call): Answer =>
  gateway(call, 404, 'APIGW.0101', 'The API does not exist or has not been published in the environment');

export const tokenExpired = (call: Call): Answer =>
  gateway(call, 401, 'APIGW.0307', 'The token must be updated.');

/** The rule of a quota: at most `limit` calls in a second or a minute. */
export interface Rule {
  limit: number;
  per: 'second' | 'minute';
}

export const throttled = (call: Call, { limit, per }: Rule): Answer =>
  gateway(
    call,
    429,
    'APIGW.0308',
    `The throttling threshold has been reached: policy user over ratelimit,limit:${limit},time:1 ${per}`,
  );
