import { refuse, type Refusal } from './problem.ts';

/** As much of a request as is read. */
export interface Received {
  url: string;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
  /** Its sender does not wait for the answer any more. */
  signal?: AbortSignal;
}

export const MAX_BODY = 262_144;
/** Read to its end even if it is too much: breaking off would reset the connection instead of answering. Not for ever, though. */
const MAX_DISCARDED = 16 * MAX_BODY;

/** The body's text, at most 256 KB of UTF-8. `hint`: what it should be, for one that is too large. `mayMiss`: it need not be there; `anyType`: whatever its header says. */
export async function readBody(
  request: Received,
  hint: string,
  { mayMiss = false, anyType = false }: { mayMiss?: boolean | undefined; anyType?: boolean | undefined } = {},
): Promise<{ text: string } | Refusal> {
  const type = request.headers.get('content-type') ?? '';
  if (mayMiss && type === '' && (await collect(request).catch(() => null))?.length === 0) return { text: '' };
  if (!anyType && !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    return refuse('unsupported_media_type', 'Send JSON, with the header Content-Type: application/json.');
  }
  // A client that hangs up within it is no fault of ours.
  const bytes = await collect(request).catch(() => undefined);
  if (bytes === undefined) return refuse('malformed', 'The body broke off.');
  if (bytes === null) {
    return refuse('too_large', `A body has at most ${MAX_BODY} bytes. ${hint}`);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return refuse('malformed', 'The body is not UTF-8.');
  }
}

async function collect(request: Received): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    if (size > MAX_DISCARDED) break;
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : null;
}
