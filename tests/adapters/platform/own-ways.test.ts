/** A host that is reached by a way of its own: an authority, a certificate to show, a proxy. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebhook } from '../../../lib/adapters/channels/webhook/sender.ts';
import { createHttp, type OwnWay } from '../../../lib/adapters/platform/http.ts';
import { keptWays } from '../../../lib/adapters/platform/http/own-ways.ts';
import { messageTo, targetOf } from '../channels/kit.ts';
import { CA, CERTIFICATE, KEY } from './certificates.ts';

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** It answers with whom it was shown. */
const receiver = (asks: boolean): Promise<number> =>
  listening(
    createTlsServer(
      { cert: CERTIFICATE, key: KEY, ca: CA, requestCert: asks, rejectUnauthorized: asks },
      (req, res) => {
        res.end((req.socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody');
      },
    ),
  );

async function proxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    const onward = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked };
}

function door(allowPrivate = true) {
  const http = createHttp({ allowPrivate: () => allowPrivate, redact: (text) => text });
  onTestFinished(() => http.close());
  return {
    http,
    ask: (port: number, way?: OwnWay) =>
      http.exchange({
        method: 'POST',
        url: `https://localhost:${port}/`,
        headers: {},
        body: '{}',
        deadlineMs: 5_000,
        maxBytes: 1_000,
        way,
      }),
  };
}

const IDENTITY = { ca: CA, cert: CERTIFICATE, key: KEY };

describe('a way of its own', () => {
  it('trusts an authority for this one host, and for no other request', async () => {
    const port = await receiver(false);
    const { ask, http } = door();
    expect(await ask(port)).toMatchObject({ ok: false, reason: 'tls' });
    expect(await ask(port, { ca: CA })).toMatchObject({ ok: true, status: 200, body: 'nobody' });
    expect(await ask(port)).toMatchObject({ ok: false, reason: 'tls' });
    expect(await http.reach(`https://localhost:${port}/`, 5_000, { ca: CA })).toBeNull();
    expect(await http.reach(`https://localhost:${port}/`, 5_000)).toMatchObject({ reason: 'tls' });
  });

  it('shows a receiver that asks for it who we are', async () => {
    const port = await receiver(true);
    const { ask } = door();
    expect(await ask(port, IDENTITY)).toMatchObject({ ok: true, body: 'localhost' });
    expect(await ask(port, { ca: CA })).toMatchObject({ ok: false });
  });

  it('leads through a proxy, to which the certificate is not shown', async () => {
    const port = await receiver(true);
    const { url, asked } = await proxy();
    const { ask } = door();
    expect(await ask(port, { ...IDENTITY, proxy: url })).toMatchObject({ ok: true, body: 'localhost' });
    expect(asked).toEqual([`localhost:${port}`]);
    expect(await ask(port, { ...IDENTITY, proxy: 'http://127.0.0.1:9' })).toMatchObject({
      ok: false,
      detail: 'the proxy 127.0.0.1:9 on the way to localhost refused the connection'.replace(
        'localhost',
        `localhost:${port}`,
      ),
    });
  });

  it('leads past the proxy of all others', async () => {
    const port = await receiver(false);
    const http = createHttp({
      allowPrivate: () => true,
      redact: (text) => text,
      proxyFor: () => new URL('http://127.0.0.1:9'),
    });
    onTestFinished(() => http.close());
    const request = {
      method: 'GET',
      url: `https://localhost:${port}/`,
      headers: {},
      deadlineMs: 5_000,
      maxBytes: 100,
    };
    expect(await http.exchange({ ...request, way: { ca: CA } })).toMatchObject({
      ok: false,
      reason: 'refused',
    });
    expect(await http.exchange({ ...request, way: { ca: CA, proxy: null } })).toMatchObject({ ok: true });
  });

  it('lifts no guard', async () => {
    const port = await receiver(true);
    const { url, asked } = await proxy();
    const { ask } = door(false);
    expect(await ask(port, IDENTITY)).toMatchObject({ ok: false, reason: 'blocked_address' });
    expect(await ask(port, { ...IDENTITY, proxy: url })).toMatchObject({
      ok: false,
      reason: 'blocked_address',
    });
    expect(asked).toEqual([]);
  });

  it('that cannot be gone is a trouble like any other, which gives nothing away', async () => {
    const { ask } = door();
    const trouble = await ask(9, { ca: CA, cert: CERTIFICATE, key: 'hunter2-hunter2' });
    expect(trouble).toMatchObject({ ok: false });
    expect(JSON.stringify(trouble)).not.toContain('hunter2');
  });

  it('is that of the subscription whose message is sent', async () => {
    const port = await receiver(true);
    const { http } = door();
    const channel = createWebhook({ exchange: http.exchange, version: '1.2.3' });
    const request = { ca: () => CA, identity: { cert: () => CERTIFICATE, key: () => KEY }, body: '{}' };
    const target = { ...targetOf(`https://localhost:${port}/`), request };
    expect(await channel.send(messageTo(target))).toMatchObject({ kind: 'sent' });
    const bare = { ...target, request: { body: '{}' } };
    expect(await channel.send(messageTo(bare))).toMatchObject({ kind: 'retry', reason: 'unreachable' });
  });
});

it('ways are kept open, a hundred of them', () => {
  const closed: unknown[] = [];
  let opened = 0;
  const { of, all } = keptWays(({ proxy }) => ({ nth: (opened += 1), close: () => closed.push(proxy) }));
  const first = of({ proxy: 'http://proxy:0' });
  expect(of({ proxy: 'http://proxy:0' })).toBe(first);
  for (let n = 1; n <= 100; n += 1) of({ proxy: `http://proxy:${n}` });
  expect([opened, all().length, closed]).toEqual([101, 100, ['http://proxy:0']]);
});
