import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Served {
  port: number;
  url: string;
  /** Requests that arrived. */
  requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  /** Connections that arrived. */
  connections: () => number;
}

/** An HTTP server on 127.0.0.1 that lives as long as the test. */
export async function serve(
  answer: (req: IncomingMessage, res: ServerResponse, body: string) => void,
): Promise<Served> {
  const requests: Served['requests'] = [];
  const listener: RequestListener = async (req, res) => {
    res.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    requests.push({ method: req.method!, path: req.url!, headers: req.headers, body });
    answer(req, res, body);
  };
  // A token in a request header may have 32 KiB; Node's own limit is 16.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (req, res) => void listener(req, res));
  return { ...(await listen(server)), requests };
}

/** A bare TCP server, for answers that no HTTP server would give. */
export const serveRaw = (answer: (socket: Socket) => void): Promise<Omit<Served, 'requests'>> =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
    }),
  );

async function listen(server: Server): Promise<Omit<Served, 'requests'>> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, connections: () => connections };
}
