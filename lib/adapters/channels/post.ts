import type { Http, OwnWay } from '../platform/http.ts';

/** How a channel reaches the world: the one door out, or a part of it. */
export type Exchange = Http['exchange'];

/** Within the 15 to 30 s that Standard Webhooks asks for; two in a row still fit into the claim of a delivery. */
export const DEADLINE_MS = 15_000;
/** Of an answer only a word on what went wrong is read. */
const MAX_BYTES = 64 * 1024;

/** What may be otherwise than usual. */
export interface PostOptions {
  method?: string | undefined;
  deadlineMs?: number | undefined;
  way?: OwnWay | undefined;
}

/** Posts JSON as it stands. */
export const post = (
  exchange: Exchange,
  url: string,
  body: string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
  { method = 'POST', deadlineMs = DEADLINE_MS, way }: PostOptions = {},
): ReturnType<Exchange> =>
  exchange({
    method,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    deadlineMs,
    maxBytes: MAX_BYTES,
    signal,
    ...(way && { way }),
  });
