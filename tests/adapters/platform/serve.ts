import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
  const listener = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
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

/** Answers that begin with a status and then break, each in its own way; `line` is what the answer begins with. */
export const BREAKING: Record<string, (line: string) => (socket: Socket) => void> = {
  'a body shorter than its content-length': (line) => (socket) =>
    socket.end(`${line}\r\ncontent-length: 20\r\n\r\n{"ok":true}`),
  'a body that falls silent': (line) => (socket) =>
    void socket.write(`${line}\r\ncontent-length: 20\r\n\r\n{"ok"`),
  'a body that never ends': (line) => (socket) => {
    const timer = setInterval(() => socket.write('1\r\na\r\n'), 10);
    socket.on('close', () => clearInterval(timer));
    socket.write(`${line}\r\ntransfer-encoding: chunked\r\n\r\n`);
  },
  'a body with a chunk that is none': (line) => (socket) =>
    socket.end(`${line}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello`),
  'a reset behind the head': (line) => (socket) =>
    socket.write(`${line}\r\ncontent-length: 20\r\n\r\n`, () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    ),
  'a reset within the head': (line) => (socket) =>
    socket.write(`${line}\r\nserver: x`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
  'a head that falls silent': (line) => (socket) => void socket.write(`${line}\r\nserver: x\r\n`),
  'a head that never ends': (line) => (socket) => {
    const timer = setInterval(() => socket.write('x-more: 1\r\n'), 10);
    socket.on('close', () => clearInterval(timer));
    socket.write(`${line}\r\n`);
  },
  'more headers than are taken': (line) => (socket) =>
    socket.end(`${line}\r\n${`x-more: ${'y'.repeat(1_000)}\r\n`.repeat(300)}\r\n`),
  'a header that is none': (line) => (socket) => socket.end(`${line}\r\nno header\r\n\r\n`),
  'two lengths that disagree': (line) => (socket) =>
    socket.end(`${line}\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi`),
};

/** Answers in which others come first that nobody asked for; `line` is what the final one begins with. */
export const INTERIM: Record<string, (line: string) => (socket: Socket) => void> = {
  'an unasked 100 Continue': (line) => (socket) =>
    socket.end(`HTTP/1.1 100 Continue\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`),
  'several interim answers with headers': (line) => (socket) =>
    socket.end(
      `HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`,
    ),
  'an empty line': (line) => (socket) => socket.end(`\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`),
  'a 100 Continue and one more empty line': (line) => (socket) =>
    socket.end(`HTTP/1.1 100 Continue\r\n\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`),
  'an interim answer with long headers': (line) => (socket) =>
    socket.end(
      `HTTP/1.1 103 Early Hints\r\nlink: ${'a'.repeat(100_000)}\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`,
    ),
  'a 100 Continue in single bytes': (line) => async (socket) => {
    socket.setNoDelay();
    for (const byte of `HTTP/1.1 100 Continue\r\n\r\n${line}\r\ncontent-length: 2\r\n\r\nok`) {
      await new Promise((done) => setImmediate(done));
      socket.write(byte);
    }
  },
};
