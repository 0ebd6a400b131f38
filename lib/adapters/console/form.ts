import { refuse } from '../api/problem.ts';
import { Refused } from './visit.ts';

/** A form has some lines; what is longer is none of ours. */
const MAX_FORM = 65_536;

/** What a browser sends with a form. Throws `Refused` for anything else. */
export async function formOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw new Refused(refuse('unsupported_media_type', 'This takes forms alone.'));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_FORM) throw new Refused(refuse('too_large', 'The form is too large.'));
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
