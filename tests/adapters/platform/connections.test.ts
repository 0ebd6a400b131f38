import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { holdConnections, maxOpenFiles } from '../../../lib/adapters/platform/connections.ts';

async function held(listener: RequestListener, { max = 100, closingMs = 60_000 } = {}) {
  const server = createServer(listener);
  const connections = holdConnections(server, max, closingMs);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await connections.close();
  });
  /** What it was sent until it was closed. */
  const open = async (says = ''): Promise<Socket & { heard: Promise<string> }> => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk))).on('error', () => {});
    const heard = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
    await once(socket, 'connect');
    socket.write(says);
    return Object.assign(socket, { heard });
  };
  const all = async (): Promise<number> =>
    new Promise((resolve, reject) =>
      server.getConnections((error, n) => (error ? reject(error) : resolve(n))),
    );
  return { connections, open, all };
}

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

it.each([
  ['a silent connection', ''],
  ['half of a head', 'GET / HTTP/1.1\r\nho'],
])('does not wait for %s when it closes', async (_what, says) => {
  const { connections, open, all } = await held((_req, res) => res.end('ok'));
  const idle = await open(says);
  await expect.poll(all).toBe(1);
  await connections.close();
  expect(await idle.heard).toBe('');
});

it('does not wait for a connection that is kept for a next request', async () => {
  const { connections, open } = await held((_req, res) => res.end('ok'));
  const kept = await open(GET);
  await once(kept, 'data');
  await connections.close();
  expect(await kept.heard).toContain('200 OK');
});

it('answers what it has begun to answer, and takes nothing new meanwhile', async () => {
  let answer = (): void => {};
  const { connections, open } = await held((_req, res) => (answer = () => res.end('whole')));
  const asking = await open(GET);
  await expect.poll(() => answer.toString()).toContain('whole');
  let closed = false;
  const closing = connections.close().then(() => (closed = true));
  await expect(open()).rejects.toThrow('ECONNREFUSED');
  expect(closed).toBe(false);
  answer();
  await closing;
  expect(await asking.heard).toMatch(/200 OK[^]*whole$/);
});

it('breaks off what is not answered some time after', async () => {
  const { connections, open } = await held(() => {}, { closingMs: 20 });
  const [asking, sending] = [
    await open(GET),
    await open('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf'),
  ];
  await connections.close();
  expect([await asking.heard, await sending.heard]).toEqual(['', '']);
});

it('gives the place of the oldest silent connection to a new one', async () => {
  const { open, all } = await held((_req, res) => res.end('ok'), { max: 3 });
  const silent = [await open(), await open(), await open()];
  const asking = await open(GET);
  await once(asking, 'data');
  await silent[0]!.heard;
  expect(await all()).toBe(3);
  expect(silent.map(({ closed }) => closed)).toEqual([true, false, false]);
});

it('refuses a new connection where all are being answered, and takes one again afterwards', async () => {
  const answers: (() => void)[] = [];
  const { open } = await held((_req, res) => void answers.push(() => res.end('ok')), { max: 2 });
  const busy = [await open(GET), await open(GET)];
  await expect.poll(() => answers.length).toBe(2);
  expect(await (await open(GET)).heard).toBe('');
  expect(answers).toHaveLength(2);
  for (const answer of answers) answer();
  await Promise.all(busy.map((socket) => once(socket, 'data')));
  const next = await open(GET);
  await expect.poll(() => answers.length).toBe(3);
  answers[2]!();
  await once(next, 'data');
});

it('knows how many files the process may open', () => {
  expect(maxOpenFiles()).toBeGreaterThan(10);
});
