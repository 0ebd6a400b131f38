/** Proxies and authorities of one's own, from the configuration to the wire. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KNOWN_CLOUDS } from '../../lib/adapters/clouds/known.ts';
import { parseConfig, type Config } from '../../lib/adapters/config/config.ts';
import type { Resolver } from '../../lib/adapters/platform/address.ts';
import type { HttpRequest } from '../../lib/adapters/platform/http.ts';
import { createSecrets, type Secrets } from '../../lib/adapters/platform/secrets.ts';
import { openHttp, type Purpose } from '../../lib/wire/http.ts';
import { CA, CERTIFICATE, KEY } from '../adapters/platform/certificates.ts';

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

/** What a cloud or a receiver is: it remembers the headers that it got. */
async function host(tls: boolean, answer: RequestListener = (_req, res) => void res.end('hi')) {
  const headers: IncomingMessage['headers'][] = [];
  const listener: RequestListener = (req, res) => {
    headers.push(req.headers);
    answer(req, res);
  };
  const server = tls
    ? createTlsServer({ cert: CERTIFICATE, key: KEY }, listener)
    : createHttpServer(listener);
  return { port: await listening(server), headers };
}

/** A proxy that leads everybody to one port of this machine, whatever it is asked for, and remembers what that was. */
async function proxy(to: number, refuse?: string) {
  const asked: string[] = [];
  const logins: unknown[] = [];
  const server = createHttpServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    logins.push(req.headers['proxy-authorization']);
    res.end('forwarded');
  });
  server.on('connect', (req, socket: Socket) => {
    asked.push(`CONNECT ${req.url}`);
    logins.push(req.headers['proxy-authorization']);
    if (refuse !== undefined) return void socket.end(refuse);
    const onward = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked, logins };
}

const PROJECT = '0123456789abcdef0123456789abcdef';
const file = (more: string): string => `origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: 'https://inside.example', project: '${PROJECT}', auth: { token: env:TOKEN } }
trusted_hosts: [inside.example]
allow_private: [127.0.0.1]
${more}`;

function parse(more: string, env: Record<string, string> = {}) {
  const secrets = createSecrets();
  const parsed = parseConfig(file(more), {
    path: '/jobchime.yaml',
    env: { TOKEN: 'a-token-of-some-length', ...env },
    readFile(path) {
      if (path === '/ca.pem') return `# ours\n${CA}`;
      if (path === '/key.pem') return KEY;
      if (path === '/cut.pem') return CA.replace(/.{20}\n-----END/, '\n-----END');
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
    clouds: KNOWN_CLOUDS,
    secrets,
  });
  return { parsed, secrets };
}

function settings(more: string, env: Record<string, string> = {}): { config: Config; secrets: Secrets } {
  const { parsed, secrets } = parse(more, env);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { config: parsed.config, secrets };
}

const never: Resolver = (hostname) => {
  throw new Error(`${hostname} was resolved`);
};
const stands =
  (address: string): Resolver =>
  (_hostname, _options, callback) =>
    callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);

async function exchange(
  of: { config: Config; secrets: Secrets },
  purpose: Purpose,
  url: string,
  resolve: Resolver = never,
  more: Partial<HttpRequest> = {},
) {
  const http = openHttp(of, purpose, resolve);
  onTestFinished(() => http.close());
  return http.exchange({ method: 'GET', url, headers: {}, deadlineMs: 5_000, maxBytes: 1_000, ...more });
}

const OWN_CA = 'network: { ca: file:ca.pem }\n';

describe('a proxy', () => {
  it.each([
    ['HTTPS_PROXY', (url: string) => ({ env: { HTTPS_PROXY: url }, yaml: OWN_CA })],
    [
      'https_proxy',
      (url: string) => ({ env: { https_proxy: url, HTTPS_PROXY: 'http://127.0.0.1:9' }, yaml: OWN_CA }),
    ],
    [
      'the configuration',
      (url: string) => ({
        env: { HTTPS_PROXY: 'http://127.0.0.1:9' },
        yaml: `network: { ca: file:ca.pem, proxy: '${url}' }\n`,
      }),
    ],
  ])('by %s leads to a cloud, which it is told by its name', async (_how, given) => {
    const cloud = await host(true);
    const { url, asked } = await proxy(cloud.port);
    const { env, yaml } = given(url);
    const answer = await exchange(settings(yaml, env), 'clouds', 'https://inside.example/v1/x');
    expect(answer).toMatchObject({ ok: true, status: 200, body: 'hi' });
    expect(asked).toEqual(['CONNECT inside.example:443']);
    expect(cloud.headers).toMatchObject([{ host: 'inside.example' }]);
  });

  it('leads to a target at the address that was checked, whatever it would resolve the name to', async () => {
    const target = await host(true);
    const { url, asked } = await proxy(target.port);
    const of = settings(OWN_CA, { HTTPS_PROXY: url });
    const said = { ok: true, body: 'hi' };
    expect(await exchange(of, 'targets', 'https://inside.example/x', stands('93.184.215.14'))).toMatchObject(
      said,
    );
    expect(
      await exchange(of, 'targets', 'https://inside.example:8443/x', stands('2a00:1450::1')),
    ).toMatchObject(said);
    expect(asked).toEqual(['CONNECT 93.184.215.14:443', 'CONNECT [2a00:1450::1]:8443']);
    // The certificate is still that of the name.
    const other = await exchange(of, 'targets', 'https://other.example/x', stands('93.184.215.14'));
    expect(other).toMatchObject({ ok: false, reason: 'tls' });
  });

  it('is asked for the whole URL where there is no TLS, as HTTP_PROXY says', async () => {
    const { url, asked } = await proxy(9);
    const of = settings('', { HTTP_PROXY: url });
    const answer = await exchange(of, 'targets', 'http://127.0.0.1:8080/hooks?a=b');
    expect(answer).toMatchObject({ ok: true, body: 'forwarded' });
    expect(asked).toEqual(['GET http://127.0.0.1:8080/hooks?a=b']);
  });

  it.each(['127.0.0.1', '*', '127.0.0.0/8', 'a.example, 127.0.0.1:PORT'])(
    'is left out where NO_PROXY is %s',
    async (list) => {
      const target = await host(false);
      const { url, asked } = await proxy(9);
      const of = settings('', { HTTP_PROXY: url, NO_PROXY: list.replace('PORT', String(target.port)) });
      expect(await exchange(of, 'targets', `http://127.0.0.1:${target.port}/`)).toMatchObject({ body: 'hi' });
      expect(asked).toEqual([]);
    },
  );

  it.each([
    'network: { proxy: none }\n',
    "network: { proxy: 'http://127.0.0.1:9', no_proxy: [127.0.0.1] }\n",
  ])('is left out where the configuration says so: %s', async (yaml) => {
    const target = await host(false);
    const of = settings(yaml, { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' });
    expect(await exchange(of, 'targets', `http://127.0.0.1:${target.port}/`)).toMatchObject({ body: 'hi' });
  });

  it('gets its login, the host behind it does not, and no word tells it', async () => {
    const target = await host(true);
    const { url, logins } = await proxy(target.port);
    const login = url.replace('http://', 'http://user:p%40ssword-of-it@');
    const of = settings(OWN_CA, { HTTPS_PROXY: login });
    await exchange(of, 'clouds', 'https://inside.example/');
    const expected = Buffer.from('user:p@ssword-of-it').toString('base64');
    expect(logins).toEqual([`Basic ${expected}`]);
    expect(target.headers[0]).not.toHaveProperty('proxy-authorization');
    for (const text of [login, 'p%40ssword-of-it', 'p@ssword-of-it', expected])
      expect(of.secrets.redact(`said ${text}`)).not.toContain('word-of-it');
    const { url: plain, logins: forwarded } = await proxy(9);
    const http = settings('', { HTTP_PROXY: plain.replace('http://', 'http://user:p%40ssword-of-it@') });
    await exchange(http, 'targets', 'http://127.0.0.1:8080/');
    expect(forwarded).toEqual([`Basic ${expected}`]);
  });

  it.each([
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'network', 'it said 407'],
    ['HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n', 'network', 'it said 403'],
    ['SSH-2.0-x\r\n\r\n', 'network', 'it speaks no HTTP'],
    ['', 'reset', 'ECONNRESET'],
    [`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`, 'too_large', 'larger answer'],
  ])('that says %j is named with what it said', async (answer, reason, says) => {
    const { url } = await proxy(9, answer);
    const of = settings('', { HTTPS_PROXY: url });
    const trouble = await exchange(of, 'clouds', 'https://inside.example/');
    expect(trouble).toMatchObject({ ok: false, reason });
    expect(trouble).not.toHaveProperty('sent');
    if (trouble.ok) return;
    expect(trouble.detail).toContain(says);
    expect(trouble.detail).toContain(`the proxy ${new URL(url).host} on the way to inside.example`);
  });

  it('that is not there is named, and one that hangs does not hold anybody up', async () => {
    const gone = await exchange(
      settings('', { HTTPS_PROXY: 'http://127.0.0.1:9' }),
      'clouds',
      'https://inside.example/',
    );
    expect(gone).toMatchObject({
      reason: 'refused',
      detail: 'the proxy 127.0.0.1:9 on the way to inside.example refused the connection',
    });
    const silent = await listening(createHttpServer().on('connect', () => {}));
    const of = settings('', { HTTPS_PROXY: `http://127.0.0.1:${silent}` });
    const hung = await exchange(of, 'clouds', 'https://inside.example/', never, { deadlineMs: 100 });
    expect(hung).toMatchObject({ ok: false, reason: 'timeout' });
  });

  it('lifts no bound: what comes beyond is not read, and no redirect is followed', async () => {
    const cloud = await host(true, (_req, res) =>
      res.writeHead(302, { location: 'https://inside.example/' }).end('x'.repeat(9_000)),
    );
    const { url, asked } = await proxy(cloud.port);
    const answer = await exchange(
      settings(OWN_CA, { HTTPS_PROXY: url }),
      'clouds',
      'https://inside.example/',
    );
    expect(answer).toMatchObject({ ok: true, status: 302, truncated: true, body: 'x'.repeat(1_000) });
    expect(asked).toHaveLength(1);
  });
});

describe("an authority of one's own", () => {
  it.each(['clouds', 'targets'] as const)(
    'is trusted for %s where the configuration names it',
    async (purpose) => {
      const { port } = await host(true);
      const url = `https://inside.example:${port}/`;
      const [without, withIt] = [settings(''), settings(OWN_CA)] as const;
      for (const of of [without, withIt]) of.config.allowPrivate.push('inside.example');
      const local = stands('127.0.0.1');
      expect(await exchange(without, purpose, url, local)).toMatchObject({ ok: false, reason: 'tls' });
      expect(await exchange(withIt, purpose, url, local)).toMatchObject({ ok: true, body: 'hi' });
      const wrong = `https://127.0.0.2:${port}/`;
      expect(await exchange(withIt, purpose, wrong, local)).toMatchObject({ ok: false });
    },
  );

  it.each(['', OWN_CA])('is trusted by NODE_EXTRA_CA_CERTS, beside the configuration %j', async (yaml) => {
    const { port } = await host(true);
    const folder = mkdtempSync(join(tmpdir(), 'jobchime-ca-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const extra = join(folder, 'extra.pem');
    writeFileSync(extra, CA);
    const { ca } = settings(yaml).config.network;
    const script = `
      import { createHttp } from ${JSON.stringify(new URL('../../lib/adapters/platform/http.ts', import.meta.url).href)};
      const http = createHttp({ allowPrivate: () => true, redact: String, ca: ${JSON.stringify(ca && OTHER_CA)} });
      const answer = await http.exchange({ method: 'GET', url: 'https://127.0.0.1:${port}/', headers: {}, deadlineMs: 5000, maxBytes: 100 });
      console.log(JSON.stringify(answer));
      await http.close();`;
    const asked = (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, ...env },
      });
    expect((await asked({ NODE_EXTRA_CA_CERTS: extra })).stdout).toContain('"body":"hi"');
    expect((await asked({})).stdout).toContain('"reason":"tls"');
  });
});

/** Any certificate that has nothing to do with the server's. */
const OTHER_CA = CERTIFICATE;

describe('what the configuration says of the network', () => {
  it('is read from the variables where the file says nothing', () => {
    const { network } = settings('', {
      HTTPS_PROXY: 'proxy.internal:3128',
      NO_PROXY: 'a.example, .b.example  c.example',
    }).config;
    expect([network.proxy.http, network.proxy.https?.()]).toEqual([null, 'http://proxy.internal:3128/']);
    expect(network.noProxy).toEqual(['a.example', '.b.example', 'c.example']);
    expect(settings('').config.network).toEqual({
      proxy: { http: null, https: null },
      noProxy: [],
      ca: null,
    });
  });

  it.each([
    [
      "network: { proxy: 'http://user:opensesame@proxy:1' }\n",
      {},
      'network.proxy',
      'has a password written out',
    ],
    ["network: { proxy: 'socks5://proxy:1' }\n", {}, 'network.proxy', 'is not the URL of a proxy'],
    ["network: { proxy: 'http://proxy:1/path' }\n", {}, 'network.proxy', 'is not the URL of a proxy'],
    [
      'network: { proxy: env:OPEN }\n',
      { OPEN: 'socks5://opensesame' },
      'network.proxy',
      'what it refers to is not',
    ],
    [
      '',
      { HTTPS_PROXY: 'socks5://user:opensesame@proxy:1' },
      'network.proxy',
      'the variable HTTPS_PROXY is not the URL',
    ],
    ['network: { ca: ./ca.pem }\n', {}, 'network.ca', 'is not a reference'],
    ['network: { ca: file:gone.pem }\n', {}, 'network.ca', 'file:gone.pem cannot be read (ENOENT)'],
    ['network: { ca: file:key.pem }\n', {}, 'network.ca', 'is no certificate in PEM'],
    ['network: { ca: file:cut.pem }\n', {}, 'network.ca', 'is no certificate in PEM'],
    ['network: { proxies: x }\n', {}, 'network', "unknown key 'proxies'"],
  ])('is refused where it cannot be: %s', (yaml, env, where, says) => {
    const { parsed } = parse(yaml, env);
    expect(parsed).toMatchObject({ ok: false });
    if (parsed.ok) return;
    expect(parsed.problems[0]!.where).toContain(where);
    expect(parsed.problems[0]!.problem).toContain(says);
    expect(JSON.stringify(parsed.problems)).not.toContain('opensesame');
    expect(JSON.stringify(parsed.problems)).not.toContain('PRIVATE');
  });
});
