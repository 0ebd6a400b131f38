import { disable, refuse, retry, SENT, type StatusTable } from '../verdict.ts';

/** Where the word says nothing: it may come from a proxy on the way, so only what is unmistakable is final. */
export const BY_STATUS: StatusTable = {
  '1xx': retry('server_error'),
  '2xx': SENT,
  '3xx': retry('redirected'),
  400: refuse('client_error'),
  401: retry('auth_error'),
  403: retry('auth_error'),
  404: disable('gone'),
  410: disable('gone'),
  429: retry('rate_limited'),
  '4xx': retry('client_error'),
  '5xx': retry('server_error'),
};
