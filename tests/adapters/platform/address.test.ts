import { createServer } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isPublic, type Resolver } from '../../../lib/adapters/platform/address.ts';
import { createHttp, type HttpAnswer, type HttpTrouble } from '../../../lib/adapters/platform/http.ts';
import { serve } from './serve.ts';

const PUBLIC = [
  ['93.184.215.14', 'an ordinary address'],
  ['8.8.8.8', 'a resolver'],
  ['100.128.0.1', 'just beyond carrier-grade NAT'],
  ['172.32.0.1', 'just beyond 172.16/12'],
  ['2606:4700:4700::1111', 'IPv6'],
  ['2a00:1450:4001:80e::200e', 'IPv6'],
  ['::ffff:8.8.8.8', 'a mapped public address'],
] as const;

const NOT_PUBLIC = [
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'the end of loopback'],
  ['0.0.0.0', 'this host'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', "a cloud's metadata in carrier-grade NAT"],
  ['169.254.169.254', 'the metadata service'],
  ['169.254.170.2', 'credentials of containers'],
  ['168.63.129.16', "the wire server of Azure's hosts"],
  ['192.0.0.1', 'protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['198.18.0.1', 'benchmarking'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'class E'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with a zone'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'the metadata service'],
  ['ff02::1', 'multicast'],
  ['::ffff:127.0.0.1', 'mapped loopback'],
  ['::ffff:7f00:1', 'mapped loopback in hex'],
  ['::ffff:10.0.0.1', 'mapped private'],
  ['::ffff:a9fe:a9fe', 'mapped metadata service'],
  ['64:ff9b::7f00:1', 'NAT64'],
  ['64:ff9b:1::1', 'NAT64 of a network of its own'],
  ['2002:7f00:1::', '6to4'],
  ['2001::1', 'Teredo'],
  ['2001:db8::1', 'documentation'],
  ['100::1', 'discard'],
  ['100:0:0:1::1', 'dummy prefix'],
  ['', 'no address'],
  ['example.com', 'no address'],
] as const;

test.each(PUBLIC)('%s is public: %s', (address) => expect(isPublic(address)).toBe(true));
test.each(NOT_PUBLIC)('%s is not public: %s', (address) => expect(isPublic(address)).toBe(false));

const answering = (answers: Record<string, string[]>): Resolver => {
  return (hostname, _options, callback) => {
    const addresses = (answers[hostname] ?? []).map((address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    callback(null, addresses);
  };
};

/** Asks through a guarded door. `port` and `hits` belong to a server on every loopback address there is. */
async function knock(
  url: (port: number) => string,
  answers: Record<string, string[]> = {},
  allowPrivate: (hostname: string) => boolean = () => false,
): Promise<{ answer: HttpAnswer | HttpTrouble; hits: number }> {
  let hits = 0;
  const server = createServer((socket) => {
    hits += 1;
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi');
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  const { port } = server.address() as { port: number };
  const http = createHttp({ allowPrivate, redact: (text) => text, resolve: answering(answers) });
  onTestFinished(async () => {
    await http.close();
    server.close();
  });
  const answer = await http.exchange({
    method: 'GET',
    url: url(port),
    headers: {},
    deadlineMs: 2_000,
    maxBytes: 1_000,
  });
  return { answer, hits };
}

describe('nothing reaches the inside', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0:PORT/',
    'http://127.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://[2002:7f00:1::]:PORT/',
    'https://127.0.0.1:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
  ])('by the literal %s', async (template) => {
    const { answer, hits } = await knock((port) => template.replace('PORT', String(port)));
    expect(answer).toMatchObject({ ok: false, reason: 'blocked_address' });
    expect(hits).toBe(0);
  });

  test.each([
    ['a name of the loopback', ['127.0.0.1']],
    ['a name of the metadata service', ['169.254.169.254']],
    ['a name with a public and a private address', ['93.184.215.14', '127.0.0.1']],
    ['a name with a mapped private address', ['::ffff:10.0.0.1']],
    ['a name with a mapped loopback address', ['::ffff:127.0.0.1']],
    ['a name of the IPv6 loopback', ['::1']],
  ])('by %s', async (_what, addresses) => {
    const { answer, hits } = await knock((port) => `http://inside.test:${port}/`, {
      'inside.test': addresses,
    });
    expect(answer).toMatchObject({ ok: false, reason: 'blocked_address' });
    expect(hits).toBe(0);
  });

  test('by localhost as the system resolves it', async () => {
    const server = await serve((_req, res) => res.end());
    const http = createHttp({ allowPrivate: () => false, redact: (text) => text });
    onTestFinished(() => http.close());
    const limits = { deadlineMs: 2_000, maxBytes: 1_000 };
    const url = `http://localhost:${server.port}/`;
    expect(await http.exchange({ method: 'GET', url, headers: {}, ...limits })).toMatchObject({
      reason: 'blocked_address',
    });
    expect(server.connections()).toBe(0);
  });

  test('by a name that changes its mind: it is resolved once, so what was checked is what is dialled', async () => {
    let asked = 0;
    const rebinding: Resolver = (_hostname, _options, callback) => {
      asked += 1;
      callback(null, [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }]);
    };
    const server = await serve((_req, res) => res.end('hi'));
    const http = createHttp({ allowPrivate: () => true, redact: (text) => text, resolve: rebinding });
    onTestFinished(() => http.close());
    const url = `http://rebind.test:${server.port}/`;
    const answer = await http.exchange({
      method: 'GET',
      url,
      headers: {},
      deadlineMs: 2_000,
      maxBytes: 1_000,
    });
    expect(answer).toMatchObject({ ok: true, body: 'hi' });
    expect(asked).toBe(1);
  });

  test('and the refusal does not show which address a name stands for', async () => {
    const { answer } = await knock((port) => `http://inside.test:${port}/`, {
      'inside.test': ['10.11.12.13'],
    });
    expect(JSON.stringify(answer)).not.toContain('10.11.12.13');
  });
});

const ours = (hostname: string): boolean => hostname === '127.0.0.1' || hostname === 'inside.test';

describe('a host that is allowed to be private', () => {
  test('is reached by literal and by name', async () => {
    expect((await knock((port) => `http://127.0.0.1:${port}/`, {}, ours)).answer).toMatchObject({
      body: 'hi',
    });
    const answers = { 'inside.test': ['127.0.0.1'] };
    expect((await knock((port) => `http://inside.test:${port}/`, answers, ours)).answer).toMatchObject({
      body: 'hi',
    });
  });

  test('opens no door for its neighbours', async () => {
    const answers = { 'inside.test': ['127.0.0.1'] };
    const { answer, hits } = await knock(
      (port) => `http://inside.test:${port}/`,
      answers,
      (hostname) => hostname === 'allowed.test',
    );
    expect(answer).toMatchObject({ ok: false, reason: 'blocked_address' });
    expect(hits).toBe(0);
  });
});
