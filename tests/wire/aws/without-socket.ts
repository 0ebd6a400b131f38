/**
 * What functions ask of AWS by the real SDK, answered in this process without a socket, and without a signature, which nobody
 * here checks: HTTP and cryptography would be most of what a request takes.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { SSMClient } from '@aws-sdk/client-ssm';
import { lazily } from '../../../lib/core/lazily.ts';
import { CREDENTIALS, REGION } from './stand-in.ts';

export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Said {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** Null: the connection breaks. */
export type Answer = (asked: Asked) => Promise<Said | null>;

interface Request {
  hostname: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}
type Method = (request: Request, ...more: unknown[]) => Promise<unknown>;

const here = new Map<string, Answer>();

/** What is asked of this host is answered here from now on, until the function that it returns is called. */
export async function answerHere(host: string, answer: Answer): Promise<() => void> {
  await replaced();
  here.set(host, answer);
  return () => void here.delete(host);
}

/** All clients of the SDK send by one class, and sign by another. */
const replaced = lazily(async () => {
  const { config } = new SSMClient({ region: REGION, credentials: CREDENTIALS });
  replace(config.requestHandler, 'handle', async ({ path, headers, body = '' }, answer) => {
    const said = await answer({
      path,
      headers,
      body: typeof body === 'string' ? body : new TextDecoder().decode(body),
    });
    if (!said) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return { response: { statusCode: said.status, headers: said.headers, body: Buffer.from(said.body) } };
  });
  replace(await config.signer(), 'sign', async (request) => request);
});

/** For hosts that are answered here; everybody else is served as ever. */
function replace(
  one: object,
  name: string,
  by: (request: Request, answer: Answer) => Promise<unknown>,
): void {
  const methods = Object.getPrototypeOf(one) as Record<string, Method>;
  const original = methods[name]!;
  methods[name] = function replacement(this: unknown, request, ...more) {
    const answer = here.get(request.hostname);
    return answer ? by(request, answer) : original.call(this, request, ...more);
  };
}
