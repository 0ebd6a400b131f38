import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import ky from 'ky';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createHttp,
  HttpTroubleError,
  type Http,
  type HttpOptions,
  type HttpRequest,
} from '../../../lib/adapters/platform/http.ts';
import { BREAKING, INTERIM, serve, serveRaw } from './serve.ts';

function open(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text, ...options });
  onTestFinished(() => http.close());
  return http;
}

const get = (url: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  deadlineMs: 2_000,
  maxBytes: 1_000_000,
  ...over,
});

describe('an exchange', () => {
  test('brings status, headers and body', async () => {
    const server = await serve((_req, res) => {
      res.writeHead(201, { 'X-Subject-Token': 'abc', 'x-twice': ['a', 'b'] }).end('grüß');
    });
    const answer = await open().exchange(
      get(`${server.url}/v3?q=1`, { method: 'POST', headers: { 'x-mine': 'yes' }, body: '{"a":1}' }),
    );
    expect(answer).toMatchObject({ ok: true, status: 201, body: 'grüß', truncated: false });
    expect(answer).toMatchObject({ headers: { 'x-subject-token': 'abc', 'x-twice': 'a, b' } });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v3?q=1',
        body: '{"a":1}',
        headers: { 'x-mine': 'yes', 'user-agent': 'jobchime' },
      },
    ]);
  });

  test('takes bytes as they are', async () => {
    const server = await serve((_req, res) => res.end());
    await open().exchange(get(server.url, { method: 'POST', body: Buffer.from('{"ü":1}') }));
    expect(server.requests[0]!.body).toBe('{"ü":1}');
  });

  test('uses a connection again', async () => {
    const server = await serve((_req, res) => res.end('x'));
    const http = open();
    for (let i = 0; i < 10; i++) await http.exchange(get(server.url));
    // Two, because the first is released a moment after its answer is complete.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('follows no redirect', async () => {
    const server = await serve((_req, res) => res.writeHead(302, { location: '/elsewhere' }).end());
    const answer = await open().exchange(get(server.url));
    expect(answer).toMatchObject({ ok: true, status: 302, headers: { location: '/elsewhere' } });
    expect(server.requests).toHaveLength(1);
  });

  test('decompresses nothing, so that a small answer cannot become a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const server = await serve((_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const answer = await open().exchange(get(server.url));
    expect(answer.ok && answer.body.length).toBeLessThanOrEqual(bomb.length);
  });

  test('takes a header of 32 KiB', async () => {
    const server = await serve((_req, res) =>
      res.writeHead(201, { 'x-subject-token': 't'.repeat(32_768) }).end(),
    );
    const answer = await open().exchange(get(server.url));
    expect(answer.ok && answer.headers['x-subject-token']).toHaveLength(32_768);
  });

  test('takes a header that is not ASCII', async () => {
    const server = await serveRaw((socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\nx-odd: gr\u00fc\u00df \u20ac\r\n__proto__: x\r\ncontent-length: 2\r\n\r\nhi',
      ),
    );
    const http = open();
    expect(await http.exchange(get(server.url))).toMatchObject({ ok: true, body: 'hi' });
    expect(await (await http.fetch(server.url)).text()).toBe('hi');
  });
});

describe('the body', () => {
  const quota = Buffer.from([0xc5, 0xe4, 0xb6, 0xee]);
  const utf16 = (mark: boolean) => Buffer.from(`${mark ? '\ufeff' : ''}配额`, 'utf16le');
  test.each([
    ['UTF-8, where nothing is said', 'application/json', Buffer.from('配额')],
    ['UTF-8 with a mark', 'application/json', Buffer.from('\ufeff配额')],
    ['UTF-8, where what is said is unknown', 'text/plain; charset=no-such-thing', Buffer.from('配额')],
    ['the charset that it names', 'application/json;charset=GBK', quota],
    ['the charset that it names in quotes', 'text/plain; Charset="gb18030"', quota],
    ['UTF-16 that is named', 'application/json; charset=utf-16le', utf16(false)],
    ['UTF-16 by its mark', 'application/json; charset=utf-8', utf16(true)],
    ['UTF-16 by its mark, the other way round', 'application/json', utf16(true).swap16()],
  ])('is read as %s', async (_what, type, bytes) => {
    const server = await serve((_req, res) => res.writeHead(200, { 'content-type': type }).end(bytes));
    expect(await open().exchange(get(server.url))).toMatchObject({ body: '配额' });
  });

  test('is cut at the limit and the rest is not read', async () => {
    const server = await serve((_req, res) => {
      const piece = Buffer.alloc(64 * 1024, 'a');
      const pump = (): void => {
        while (!res.destroyed && res.write(piece));
      };
      res.on('drain', pump);
      pump();
    });
    const answer = await open().exchange(get(server.url, { maxBytes: 100_000 }));
    expect(answer).toMatchObject({ ok: true, status: 200, truncated: true });
    expect(answer.ok && answer.body).toHaveLength(100_000);
  });

  test('of exactly the limit is whole', async () => {
    const server = await serve((_req, res) => res.end('a'.repeat(1_000)));
    const answer = await open().exchange(get(server.url, { maxBytes: 1_000 }));
    expect(answer).toMatchObject({ truncated: false, body: 'a'.repeat(1_000) });
  });

  test('that goes on behind a piece which ends at the limit is cut there', async () => {
    const server = await serve((_req, res) => {
      res.write('a'.repeat(1_000), () => setImmediate(() => res.end('b')));
    });
    const answer = await open().exchange(get(server.url, { maxBytes: 1_000 }));
    expect(answer).toMatchObject({ ok: true, truncated: true, body: 'a'.repeat(1_000) });
  });

  test('of ten megabytes is refused by fetch, whose callers need the whole', async () => {
    const server = await serve((_req, res) => res.end(Buffer.alloc(10_000_000)));
    await expect(open().fetch(server.url)).rejects.toMatchObject({ reason: 'too_large' });
  });
});

describe('a signal', () => {
  test('ends what hangs at once, and says that it was written', async () => {
    const ending = new AbortController();
    const server = await serve(() => ending.abort());
    const answer = await open().exchange(get(server.url, { signal: ending.signal, deadlineMs: 60_000 }));
    expect(answer).toMatchObject({ ok: false, reason: 'stopped', sent: true });
  });

  test('ends what is not connected yet, and nothing is sent', async () => {
    const ending = new AbortController();
    const http = open({ resolve: () => ending.abort() });
    const answer = await http.exchange(
      get('http://slow.test/', { signal: ending.signal, deadlineMs: 60_000 }),
    );
    expect(answer).toMatchObject({ ok: false, reason: 'stopped' });
    expect(answer).not.toHaveProperty('sent');
  });

  test('that has come before lets nothing begin', async () => {
    const server = await serve((_req, res) => res.end());
    const answer = await open().exchange(get(server.url, { signal: AbortSignal.abort() }));
    expect(answer).toMatchObject({ ok: false, reason: 'stopped' });
    expect(server.connections()).toBe(0);
  });

  test('leaves the status that has come, and no listener behind', async () => {
    const ending = new AbortController();
    const server = await serve((_req, res) => {
      res.writeHead(200, { 'content-length': 100 }).write('x');
      setTimeout(() => ending.abort(), 20);
    });
    const remove = vi.spyOn(ending.signal, 'removeEventListener');
    const answer = await open().exchange(get(server.url, { signal: ending.signal }));
    expect(answer).toMatchObject({ ok: true, status: 200, broken: { reason: 'stopped' } });
    expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
  });

  test('reaches a fetch, also through ky', async () => {
    const ending = new AbortController();
    const server = await serve(() => ending.abort());
    const client = ky.create({ fetch: open().fetch, retry: 0, timeout: false });
    await expect(client(server.url, { signal: ending.signal })).rejects.toMatchObject({ reason: 'stopped' });
  });
});

describe('the deadline', () => {
  test('covers a server that says nothing', async () => {
    const server = await serveRaw(() => {});
    expect(await open().exchange(get(server.url, { deadlineMs: 100 }))).toEqual({
      ok: false,
      reason: 'timeout',
      detail: `127.0.0.1:${server.port} did not answer in time`,
      sent: true,
    });
  });

  test('covers a resolver that never answers', async () => {
    const http = open({ resolve: () => {} });
    expect(await http.exchange(get('http://slow.test/', { deadlineMs: 100 }))).toMatchObject({
      reason: 'timeout',
    });
  });

  test('covers a TLS handshake that does not go on', async () => {
    const server = await serveRaw(() => {});
    const url = `https://127.0.0.1:${server.port}/`;
    expect(await open().exchange(get(url, { deadlineMs: 100 }))).toMatchObject({ reason: 'timeout' });
  });

  test('lets nothing be sent afterwards', async () => {
    const server = await serve((_req, res) => res.end());
    const late = Promise.withResolvers<void>();
    const http = open({
      resolve: (_hostname, _options, callback) =>
        void late.promise.then(() => callback(null, [{ address: '127.0.0.1', family: 4 }])),
    });
    const url = `http://late.test:${server.port}/`;
    expect(await http.exchange(get(url, { method: 'POST', body: 'x', deadlineMs: 50 }))).toMatchObject({
      reason: 'timeout',
    });
    late.resolve();
    expect(await http.exchange(get(url))).toMatchObject({ ok: true });
    expect(server.requests.map((r) => r.method)).toEqual(['GET']);
  });
});

const knowsNobody: HttpOptions['resolve'] = (_hostname, _options, callback) =>
  callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);

describe('trouble has a reason', () => {
  test('refused', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await open().exchange(get(`http://127.0.0.1:${port}/`))).toMatchObject({
      ok: false,
      reason: 'refused',
    });
  });

  test('reset', async () => {
    const server = await serveRaw((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect(await open().exchange(get(server.url))).toMatchObject({ ok: false, reason: 'reset', sent: true });
  });

  test('dns', async () => {
    expect(await open({ resolve: knowsNobody }).exchange(get('https://nowhere.test/'))).toEqual({
      ok: false,
      reason: 'dns',
      detail: 'nowhere.test does not resolve (ENOTFOUND)',
    });
  });

  test('tls', async () => {
    const server = await serve((_req, res) => res.end());
    expect(await open().exchange(get(`https://127.0.0.1:${server.port}/`))).toMatchObject({
      ok: false,
      reason: 'tls',
    });
  });

  test('network, for what is not HTTP', async () => {
    const server = await serveRaw((socket) => socket.end('220 mail.test ESMTP\r\n'));
    expect(await open().exchange(get(server.url))).toMatchObject({ ok: false, reason: 'network' });
  });

  test.each([
    ['ftp://example.com/', 'the URL is neither http nor https'],
    ['data:text/plain,hello', 'the URL is neither http nor https'],
    ['file:///etc/passwd', 'the URL is neither http nor https'],
    ['https://user:secret@example.com/', 'the URL has credentials in it'],
    ['//example.com', 'the URL is not valid'],
    ['', 'the URL is not valid'],
  ])('bad_url, for %s', async (url, detail) => {
    expect(await open().exchange(get(url))).toEqual({ ok: false, reason: 'bad_url', detail });
  });

  test.each([
    ['x-token', 'a\r\nx-injected: yes'],
    ['x-token', 'a\nb'],
    ['x-token', 'a\0b'],
    ['x-token', '€'],
    ['x-a: b\r\nx-injected', 'yes'],
    ['Host', 'elsewhere.test'],
    ['content-length', '5'],
    ['Transfer-Encoding', 'chunked'],
    ['connection', 'close'],
  ])('bad_url, for the header %j', async (name, value) => {
    const server = await serve((_req, res) => res.end());
    const answer = await open().exchange(get(server.url, { headers: { [name]: value } }));
    expect(answer).toMatchObject({ ok: false, reason: 'bad_url' });
    expect(server.requests).toHaveLength(0);
  });
});

/** The answer comes once the whole request is there. */
const once = (answer: (socket: Socket) => void) => (socket: Socket) =>
  void socket.once('data', () => answer(socket));

describe('the status decides', () => {
  test.each(Object.entries(BREAKING))('although there is %s', async (_what, breaking) => {
    const server = await serveRaw(once(breaking('HTTP/1.1 202 Accepted')));
    const http = open({ limits: { deadlineMs: 150, maxBytes: 1_000 } });
    const answer = await http.exchange(get(server.url, { deadlineMs: 150 }));
    expect(answer).toMatchObject({ ok: true, status: 202, truncated: true });
    expect(answer.ok && answer.broken?.reason).toMatch(/^(timeout|reset|network|too_large)$/);
    // A caller that needs the whole answer is told that it is not.
    await expect(http.fetch(server.url)).rejects.toBeInstanceOf(HttpTroubleError);
  });

  test.each(Object.entries(INTERIM))('behind %s', async (_what, interim) => {
    const server = await serveRaw(once(interim('HTTP/1.1 202 Accepted')));
    expect(await open().exchange(get(server.url))).toEqual({
      ok: true,
      status: 202,
      headers: { 'content-length': '2' },
      body: 'ok',
      truncated: false,
    });
  });

  test('although it stands behind an empty line and the rest breaks', async () => {
    const server = await serveRaw(once((socket) => socket.end('\r\nHTTP/1.1 202 Accepted\r\nx')));
    expect(await open().exchange(get(server.url))).toMatchObject({ ok: true, status: 202 });
  });

  test('of each exchange by itself, however many share the connections', async () => {
    const server = await serveRaw((socket) =>
      socket.on('data', (chunk: Buffer) => {
        const [, n = ''] = /^GET \/(\d+)/.exec(chunk.toString()) ?? [];
        const rest = Number(n) % 3 === 0 ? `x: ${'y'.repeat(200_000)}\r\n\r\n` : 'content-length: 0\r\n\r\n';
        socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ${n} Fine\r\n${rest}`);
      }),
    );
    const http = open();
    const asked = Array.from({ length: 200 }, (_, n) => 200 + n);
    const answers: unknown[] = [];
    for (let at = 0; at < asked.length; at += 20) {
      const some = asked.slice(at, at + 20).map((n) => http.exchange(get(`${server.url}/${n}`)));
      answers.push(...(await Promise.all(some)).map((answer) => answer.ok && answer.status));
    }
    expect(answers).toEqual(asked);
  });

  test.each(['HTTP/1.1 20', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/2.0 200 OK\r\n', 'HTT'])(
    'only where there is one: %j is none',
    async (beginning) => {
      const server = await serveRaw(once((socket) => socket.end(beginning)));
      expect(await open().exchange(get(server.url))).toMatchObject({ ok: false, sent: true });
    },
  );

  test('where nothing was sent, nothing is uncertain', async () => {
    const server = await serveRaw(() => {});
    const url = `https://127.0.0.1:${server.port}/`;
    for (const over of [{ url, deadlineMs: 50 }, { url: 'http://127.0.0.1:1/' }])
      expect(await open().exchange(get(url, over))).not.toHaveProperty('sent');
  });
});

describe('what is said of trouble', () => {
  test('holds neither path nor query nor headers, and is redacted', async () => {
    const http = open({ redact: (text) => text.replaceAll('tenant-a', '[redacted]'), resolve: () => {} });
    const answer = await http.exchange(
      get('https://tenant-a.test/services/T0/B0/XXXX?key=YYYY', {
        headers: { authorization: 'ZZZZ' },
        deadlineMs: 20,
      }),
    );
    expect(answer).toEqual({
      ok: false,
      reason: 'timeout',
      detail: '[redacted].test did not answer in time',
    });
  });
});

describe('fetch', () => {
  test('carries ky', async () => {
    const server = await serve((req, res, body) => {
      if (req.url === '/nothing') return void res.writeHead(204).end();
      res.writeHead(req.url === '/broken' ? 500 : 200, { 'x-answer': 'yes' }).end(body || '{"a":1}');
    });
    const api = ky.create({ fetch: open().fetch, retry: 0, timeout: false, throwHttpErrors: false });
    expect(await api.get(`${server.url}/a?b=c`, { headers: { 'x-mine': '1' } }).json()).toEqual({ a: 1 });
    expect(await api.post(`${server.url}/a`, { json: { b: 2 } }).json()).toEqual({ b: 2 });
    const broken = await api.get(`${server.url}/broken`);
    expect([broken.status, broken.ok, broken.headers.get('x-answer')]).toEqual([500, false, 'yes']);
    expect((await api.get(`${server.url}/nothing`)).status).toBe(204);
    expect(server.requests[0]).toMatchObject({ path: '/a?b=c', headers: { 'x-mine': '1' } });
    expect(server.requests[1]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  });

  test('throws an error that carries the reason, through ky too', async () => {
    const server = await serveRaw((socket) => socket.destroy());
    const http = open();
    const error = await http.fetch(server.url).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(HttpTroubleError);
    expect(error).toMatchObject({ reason: 'reset' });
    await expect(ky.get(server.url, { fetch: http.fetch, retry: 0 })).rejects.toMatchObject({
      reason: 'reset',
    });
  });

  test('has limits of its own', async () => {
    const server = await serveRaw(() => {});
    const http = open({ limits: { deadlineMs: 50, maxBytes: 10 } });
    await expect(http.fetch(server.url)).rejects.toMatchObject({ reason: 'timeout' });
  });

  test('calls a status that is none trouble', async () => {
    const server = await serveRaw((socket) => socket.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'));
    await expect(open().fetch(server.url)).rejects.toMatchObject({ reason: 'network' });
  });
});

test('close ends connections that are kept alive', async () => {
  const closed = Promise.withResolvers<void>();
  const server = await serveRaw((socket) => {
    socket.on('close', () => closed.resolve());
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  await http.exchange(get(server.url));
  await http.close();
  await closed.promise;
});
