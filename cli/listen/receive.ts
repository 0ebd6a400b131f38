import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerChallenge, verifyWebhook } from '../../receiver/index.ts';
import type { Forwarder } from './forward.ts';
import type { Reply } from './replies.ts';
import type { Arrived } from './show.ts';

export interface Receiving {
  host: string;
  port: number;
  keys: readonly string[];
  /** One for each message, the last one for all that follow. Null: 200 for what is genuine, 401 for the rest. */
  replies: readonly Reply[] | null;
  forward: Forwarder | null;
  show(arrived: Arrived): void;
  /** How long `slow` takes; longer than Jobchime waits for a receiver. */
  slowMs?: number;
}

/** An event has some 30 KB. */
const MAX_BYTES = 1024 * 1024;
const SLOW_MS = 20_000;
/** Ids that are remembered to recognise a repetition. */
const MAX_IDS = 10_000;

/** A receiver of webhooks on this machine. Rejects where it cannot listen there. */
export async function receive(receiving: Receiving): Promise<{ url: string; close(): void }> {
  const { host, port, show, forward, keys, slowMs = SLOW_MS } = receiving;
  const stopped = new AbortController();
  const timesOf = counter();
  const nextReply = inOrder(receiving.replies);

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    if (request.method === 'GET' || request.method === 'HEAD')
      return end(response, 405, 'This receives webhooks of Jobchime by POST.\n');
    const body = await bodyOf(request);
    if (!body) return end(response, 413, `A message has at most ${MAX_BYTES} bytes.\n`);
    const id = request.headers['webhook-id']?.toString() ?? null;
    const verified = verifyWebhook(request.headers, body, keys, { now: at });
    const event = verified.ok ? verified.message.event : null;
    const shown = (answer: string): void =>
      show({
        at,
        id,
        event,
        failure: verified.ok ? null : verified.reason,
        times: id ? timesOf(id) : 1,
        answer,
      });

    const challenge = event && answerChallenge({ event });
    if (challenge !== null) {
      shown('HTTP 200 with its challenge');
      return end(response, 200, challenge, 'application/json');
    }
    if (forward) {
      const answered = await forward.post(passedOn(request), body);
      shown(`forwarded: ${answered.words}`);
      return end(response, answered.status, answered.body, answered.type);
    }
    const reply: Reply = nextReply() ?? { kind: 'status', status: event ? 200 : 401 };
    if (reply.kind === 'drop') {
      shown('connection closed without an answer');
      return void request.socket.destroy();
    }
    if (reply.kind === 'slow') {
      shown(`HTTP 200 after ${slowMs / 1_000} s`);
      await sleep(slowMs, undefined, { signal: stopped.signal }).catch(() => {});
    } else shown(`HTTP ${reply.status}`);
    end(response, reply.kind === 'slow' ? 200 : reply.status);
  }

  const server = createServer((request, response) => {
    // A sender that hangs up within its message has said nothing.
    take(request, response).catch(() => request.socket.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close() {
      stopped.abort();
      server.close();
      server.closeAllConnections();
    },
  };
}

function end(response: ServerResponse, status: number, body = '', type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BYTES ? Buffer.concat(chunks) : null;
}

/** Those that belong to the connection are made anew. */
const OF_THE_CONNECTION =
  /^(host|connection|content-length|transfer-encoding|expect|keep-alive|upgrade|te|trailer|proxy-.*)$/;
const passedOn = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || OF_THE_CONNECTION.test(name) ? [] : [[name, value.toString()]],
    ),
  );

function inOrder(replies: readonly Reply[] | null): () => Reply | undefined {
  let n = 0;
  return () => replies?.[Math.min(n++, replies.length - 1)];
}

function counter(): (id: string) => number {
  const seen = new Map<string, number>();
  return (id) => {
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    if (seen.size > MAX_IDS) seen.delete(seen.keys().next().value!);
    return times;
  };
}
