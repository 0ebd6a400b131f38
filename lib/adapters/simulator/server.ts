import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { json, type Answer, type Call } from './exchange.ts';

/** `body` is null when it was too large to be read. */
export type Received = Omit<Call, 'id' | 'body'> & { body: Buffer | null };

export interface HttpServer {
  /** Port 0 takes a free one. */
  listen(port: number, host: string): Promise<{ url: string; port: number }>;
  /** Breaks every connection, so that it takes no longer than the operating system does. */
  close(): Promise<void>;
}

/** The gateway's limits: 12 MB of body, and headers of 128 KiB in all, since tokens alone have many thousand characters. */
const MAX_BODY = 12 * 1024 * 1024;
const MAX_HEADERS = 128 * 1024;

/** Reads calls whole and sends each answer as it says; whatever arrives, it goes on serving. */
export function createHttpServer(answerTo: (received: Received) => Answer): HttpServer {
  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (req, res) => {
    serve(req, res).catch((error: unknown) => fail(res, error));
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await read(req);
    const [path = '', ...query] = (req.url ?? '').split('?');
    const { method = '', headers } = req;
    const answer = answerTo({ method, path, query: query.join('?'), headers, body });
    // Not a reason to keep the process alive once the server is closed.
    if (answer.delayMs > 0) await setTimeout(answer.delayMs, undefined, { ref: false });
    SEND[answer.send](res, answer);
  }

  return {
    async listen(port, host) {
      server.listen(port, host);
      await once(server, 'listening');
      const bound = (server.address() as AddressInfo).port;
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even if it is too much: breaking off would reset the connection instead of answering.
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : null;
}

const head = (res: ServerResponse, { status, headers, body }: Answer): ServerResponse =>
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });

const SEND: Record<Answer['send'], (res: ServerResponse, answer: Answer) => void> = {
  whole: (res, answer) => head(res, answer).end(answer.body),
  truncated: (res, answer) =>
    head(res, answer).write(answer.body.slice(0, answer.body.length / 2), () => res.destroy()),
  reset: (res) => res.socket?.resetAndDestroy(),
};

/** Either the caller went away, which is its right, or the simulator itself is broken, which it says. */
function fail(res: ServerResponse, error: unknown): void {
  if (res.destroyed || res.headersSent) return;
  SEND.whole(res, json(500, { error: `the simulator failed: ${String(error)}` }));
}
