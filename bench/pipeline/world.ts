import { createServer, type Socket } from 'node:net';
import { createHmac } from 'node:crypto';
import { bodyOf } from '../check/cloud.ts';
import { nowMs } from '../harness/machine.ts';

// A cloud whose jobs have all ended and a receiver of webhooks, over bare sockets, so that neither ever is the limit.

/** One message of this many has its signature verified. */
const VERIFY_ONE_OF = 101;
export const SIGNING_KEY = `whsec_${Buffer.from('a signing key of the benchmarks only').toString('base64')}`;

/** Each message, with when it came first: milliseconds of the clock that all processes of this machine share. */
const seen = new Map<string, number>();
/** Who waits for a message. */
const waiting = new Map<string, () => void>();
let posts = 0;
let forged = 0;
/** Of every answer to a webhook, in milliseconds and percent. */
const behaviour = { latencyMs: 0, refusePercent: 0 };

export function start(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => serve(socket));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as { port: number }).port));
  });
}

export const counts = () => ({ posts, announced: seen.size, forged });
export function reset(next: Partial<typeof behaviour> = {}): void {
  seen.clear();
  posts = 0;
  forged = 0;
  Object.assign(behaviour, { latencyMs: 0, refusePercent: 0 }, next);
}

function serve(socket: Socket): void {
  let held = '';
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1');
    for (;;) {
      const end = held.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = held.slice(0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (held.length < end + 4 + length) return;
      const body = held.slice(end + 4, end + 4 + length);
      held = held.slice(end + 4 + length);
      answer(socket, head, body);
    }
  });
}

function answer(socket: Socket, head: string, body: string): void {
  const [, method, path = ''] = /^(\S+) (\S+)/.exec(head) ?? [];
  if (method === 'GET' && path.startsWith('/reset')) {
    reset({ refusePercent: Number(/refuse=(\d+)/.exec(path)?.[1] ?? 0) });
    socket.write(http(200, 'ok'), 'latin1');
    return;
  }
  if (method === 'GET' && path.startsWith('/wait/')) {
    const id = path.slice('/wait/'.length);
    const answer = (): void => void socket.write(http(200, 'ok'), 'latin1');
    if (seen.has(id)) answer();
    else waiting.set(id, answer);
    return;
  }
  if (method === 'GET' && path === '/arrivals') {
    socket.write(http(200, JSON.stringify([...seen])), 'latin1');
    return;
  }
  if (method === 'GET') {
    const said =
      path === '/count' ? JSON.stringify(counts()) : bodyOf(path.slice(path.lastIndexOf('/') + 1), true);
    socket.write(http(200, said), 'latin1');
    return;
  }
  posts += 1;
  // Spread evenly, so that nobody is refused many times in a row.
  if ((posts * behaviour.refusePercent) % 100 < behaviour.refusePercent) {
    socket.write(http(429, 'slower', 'retry-after: 1\r\n'), 'latin1');
    return;
  }
  const id = /"id":\s*"([^"]+)"/.exec(body)?.[1] ?? String(posts);
  if (posts % VERIFY_ONE_OF === 0 && !isGenuine(head, body)) forged += 1;
  if (!seen.has(id)) seen.set(id, nowMs());
  waiting.get(id)?.();
  waiting.delete(id);
  if (behaviour.latencyMs === 0) socket.write(http(200, 'ok'), 'latin1');
  else setTimeout(() => socket.write(http(200, 'ok'), 'latin1'), behaviour.latencyMs);
}

const header = (head: string, name: string): string | undefined =>
  new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'i').exec(head)?.[1];

/** A peer that does not sign needs no signature. */
function isGenuine(head: string, body: string): boolean {
  const signature = header(head, 'webhook-signature');
  if (signature === undefined) return true;
  const signed = `${header(head, 'webhook-id')}.${header(head, 'webhook-timestamp')}.${Buffer.from(body, 'latin1').toString()}`;
  const key = Buffer.from(SIGNING_KEY.slice('whsec_'.length), 'base64');
  return signature === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

const http = (status: number, body: string, headers = ''): string =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
