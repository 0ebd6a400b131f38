/** Commands that ask a service elsewhere: the same as over the store, and sentences where that does not work. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { each } from '../../cli/each.ts';
import { withApi } from '../../cli/with-api.ts';
import { remoteOf } from '../../cli/remote.ts';
import { remoteOptions } from '../../cli/remote-options.ts';
import { Refusal } from '../../cli/refusal.ts';
import { createClient } from '../../client/index.ts';
import { serve } from '../../lib/wire/local/serve.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { apiKit } from '../adapters/api/kit.ts';
import { world } from './world.ts';

const TOKEN = `jct_${'a'.repeat(16)}_${'b'.repeat(64)}`;
const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0)) await close();
});

async function serverWith(listener: (...its: Parameters<RequestListener>) => unknown): Promise<string> {
  const server: Server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  serverWith((_, response) => response.writeHead(status, headers).end(body));

/** What a command is told that lists jobs there. */
async function told(url: string, token = TOKEN): Promise<Refusal> {
  vi.stubEnv('JOBCHIME_TOKEN', token);
  const error: unknown = await withApi({ url }, ({ client }) => client.jobs.list()).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).message).not.toContain(token);
  return error as Refusal;
}

describe('the commands', () => {
  it('say of a service elsewhere what they say of the store', async () => {
    const w = await world('api: { listen: 127.0.0.1:0 }\n');
    const failing = w.simulator.submit({
      system: 'otc-ecs',
      life: { end: 'FAIL', runMs: 50, error: { code: 'Ecs.0204', reason: 'quota exceeded' } },
    });
    const endless = w.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    const token = (await w.run('jobchime token create remote')).out.trim();
    const service = await w.start('jobchime start', 'service.started');
    const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
    /** Where there is no configuration. */
    const there = (line: string) =>
      w.run(line, {
        folder: join(w.folder, 'bin'),
        env: { JOBCHIME_URL: `${url}/`, JOBCHIME_TOKEN: token },
      });

    const tracked = await there(`jobchime track otc-ecs ${failing} --name web-7 --notify slack:ops-failures`);
    expect(tracked).toMatchObject({ code: 0, err: '' });
    const asJson = await there(`jobchime track otc-ecs ${endless} bad/id --json --deadline 2h --label a=b`);
    expect(asJson.err).toContain('bad/id: jobId must be 1 to 64');
    expect(JSON.parse(asJson.out)).toMatchObject({
      outcome: 'tracked',
      job: { jobId: endless, labels: { a: 'b' }, deadlineAt: expect.any(String), error: null },
    });
    const mailed = await there(`jobchime track otc-ecs ff808084 --notify mailto:me@example.com`);
    expect(mailed).toMatchObject({ code: 1, out: '' });
    expect(mailed.err).toMatch(/^ff808084: notify names a mail address.*\/v1\/subscriptions/);

    const waited = await there(`jobchime wait ${failing}`);
    expect(waited).toMatchObject({ code: 1, err: '' });
    expect(waited.out).toContain('Ecs.0204 quota exceeded');
    expect((await there(`jobchime wait ${endless} --timeout 50ms`)).code).toBe(3);
    await service.until('"delivery.attempted"');

    for (const line of [
      'jobs --json --state failed',
      `explain ${failing}`,
      `explain --json ${failing}`,
      'events --limit 10',
      `events --json --job ${failing}`,
    ]) {
      const [here, remote] = [await w.run(`jobchime ${line}`), await there(`jobchime ${line}`)];
      expect(remote, line).toEqual(here);
      expect(remote.out).toContain('failed');
    }
    const unknown = await there('jobchime wait nothing-of-ours');
    expect(unknown).toMatchObject({ code: 4, out: '' });
    expect(unknown.err).toBe('nothing-of-ours is not tracked. `jobchime jobs` lists what is.\n');
    expect((await there('JOBCHIME_TOKEN= jobchime jobs')).err).toContain('Set JOBCHIME_TOKEN');
  }, 120_000);

  it('hand in and list more than goes into one call', async () => {
    const w = await world('api: { listen: 127.0.0.1:0 }\n');
    const token = (await w.run('jobchime token create remote')).out.trim();
    const service = await w.start('jobchime start', 'service.started');
    const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
    const there = `export JOBCHIME_TOKEN=${token} && `;
    const label = (name: string): string => `--label ${name}=${'x'.repeat(200)}`;
    const tracked = await w.run(
      `${there} seq 1 1100 | sed s/^/a/ | jobchime track otc-ecs - --url ${url} ${label('a')} ${label('b')} | wc -l`,
    );
    expect(tracked).toEqual({ code: 0, out: '1100\n', err: '' });
    const [all, some] = [
      await w.run(`${there} jobchime jobs --url ${url} --json --limit 5000 | sort -u | wc -l`),
      await w.run(`${there} jobchime jobs --url ${url} --limit 300`),
    ];
    expect(all.out).toBe('1100\n');
    expect(some.out.trim().split('\n')).toHaveLength(302);
    expect(some.out).toContain('... and more');
  }, 60_000);
});

describe('whom to ask', () => {
  const env = { JOBCHIME_TOKEN: TOKEN, JOBCHIME_URL: 'https://there.example.com/base/' };

  it('is --url, then JOBCHIME_URL unless a configuration is named, then the configured store', () => {
    const url = 'https://other.example.com';
    expect(remoteOf({ url }, env)).toMatchObject({ url, token: TOKEN });
    expect(remoteOf({}, env)).toMatchObject({ url: 'https://there.example.com/base' });
    expect(remoteOf({ config: 'x.yaml' }, env)).toBeNull();
    expect(remoteOf({}, { ...env, JOBCHIME_URL: '' })).toBeNull();
    expect(() => remoteOf({ url, config: 'x.yaml' }, env)).toThrow('Give --url or --config, not both');
  });

  it.each(['http://127.0.0.1:8481', 'http://localhost:8481', 'http://[::1]:8481'])(
    'may be without TLS on this machine: %s',
    (url) => expect(remoteOf({ url }, env)).toMatchObject({ url }),
  );

  it.each(['http://there.example.com', 'http://10.0.0.7:8481', 'http://localhost.example.com'])(
    'is refused without TLS elsewhere, since the token goes along: %s',
    (url) =>
      expect(() => remoteOf({ url }, env)).toThrow(/anybody on the way could read the token.*ssh -N -L/),
  );

  it.each(['127.0.0.1:8481', 'localhost:8481', '[::1]:8481', 'localhost'])(
    'is shown how to be written: %s',
    (url) => expect(() => remoteOf({ url }, env)).toThrow(`Write http://${url}.`),
  );

  it.each([
    'there',
    'ftp://there',
    'https://me:hunter22@there.example.com',
    'https://there.example.com?x=hunter22',
  ])('must be an address: %s', (url) => {
    expect(() => remoteOf({ url }, env)).toThrow('--url is no address of a service');
    expect(() => remoteOf({ url }, env)).not.toThrow('hunter22');
  });

  it('needs a token that is one, which is not quoted', () => {
    const url = 'https://there.example.com';
    expect(() => remoteOf({ url }, {})).toThrow('Set JOBCHIME_TOKEN to a token of the service');
    expect(() => remoteOf({ url }, { JOBCHIME_TOKEN: 'hunter22\n!' })).toThrow(
      /^((?!hunter22).)*holds no token/s,
    );
    expect(remoteOf({ url }, { JOBCHIME_TOKEN: `${TOKEN}\n` })).toMatchObject({ token: TOKEN });
  });
});

describe('a service that cannot be asked', () => {
  it('is not there', async () => {
    const url = await answering(200, '');
    for (const close of open.splice(0)) await close();
    const refusal = await told(url);
    expect(refusal.message).toBe(
      `${url} cannot be reached (ECONNREFUSED). Check the address, and that the service runs and has api.listen.`,
    );
    expect(refusal.passing).toBe(true);
  });

  it('speaks no TLS, or is at a port that nobody may ask', async () => {
    const url = (await answering(200, '')).replace('http:', 'https:');
    expect((await told(url)).message).toBe(
      `${url} cannot be reached (ERR_SSL_WRONG_VERSION_NUMBER). What answers there speaks http, not https. ` +
        `Write ${url.replace('https:', 'http:')}.`,
    );
    expect((await told('http://127.0.0.1:6000')).message).toContain('cannot be reached (bad port)');
  });

  it('breaks off', async () => {
    const url = await serverWith((request) => request.socket.destroy());
    expect(await told(url)).toMatchObject({
      passing: true,
      message: expect.stringContaining('cannot be reached'),
    });
    const half = await serverWith((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setImmediate(() => request.socket.destroy());
    });
    expect(await told(half)).toMatchObject({ passing: true });
  });

  it.each<[number, string, Record<string, string>, RegExp, boolean]>([
    [200, '<h1>Welcome</h1>', {}, /is not Jobchime \(HTTP 200\)/, false],
    [200, '{"hello": "world"}', {}, /is not Jobchime/, false],
    [200, '[]', {}, /is not Jobchime/, false],
    [401, '{"message": "Unauthorized"}', {}, /is not Jobchime \(HTTP 401\)/, false],
    [404, 'not found', {}, /is not Jobchime.*without \/v1/, false],
    [502, '<h1>Bad gateway</h1>', {}, /HTTP 502, and not as Jobchime does/, true],
    [
      301,
      '',
      { location: 'https://there.example.com/v1/jobs' },
      /HTTP 301 to https:\/\/there\.example\.com\)/,
      false,
    ],
    [
      500,
      JSON.stringify({
        type: 'urn:jobchime:problem:broken',
        title: 'x',
        status: 500,
        detail: 'Its log says more.',
      }),
      {},
      /is in trouble\. Its log says more\./,
      true,
    ],
  ])('answers HTTP %i with %s', async (status, body, headers, words, passing) => {
    const refusal = await told(await answering(status, body, headers));
    expect(refusal.message).toMatch(words);
    expect(refusal.passing).toBe(passing);
  });

  it('repeats the token, which is shown nowhere', async () => {
    const url = await serverWith(({ headers }, response) => {
      const detail = `you sent ${headers.authorization}`;
      const problem = { type: 'urn:jobchime:problem:forbidden', title: detail, status: 403, detail };
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    expect((await told(url)).message).toContain('[redacted]');
    const good = await serverWith(({ headers }, response) =>
      response.end(JSON.stringify({ items: [{ name: headers.authorization }], next: null })),
    );
    const listed = await withApi({ url: good }, ({ client }) => client.jobs.list());
    expect(listed.items[0]!.name).toBe('Bearer [redacted]');
  });

  it('says what is wrong with the token, and with the request', async () => {
    const { api, tokenFor } = await apiKit();
    const { url, close } = await serve(api, { host: '127.0.0.1', port: 0 });
    open.push(close);
    expect((await told(url)).message).toBe(
      `${url} does not take the token in JOBCHIME_TOKEN. This token is not known. ` +
        '`jobchime token create NAME` makes one where the service runs (on AWS: docs/aws.md).',
    );
    const narrow = await tokenFor(['track']);
    expect((await told(url, narrow)).message).toContain('This needs the scope read; the token has track.');
    vi.stubEnv('JOBCHIME_TOKEN', await tokenFor(['read']));
    await expect(withApi({ url }, ({ client }) => client.jobs.list({ origin: 'X' }))).rejects.toThrow(
      /refuses this\. query origin: .* Write the name of an origin\.$/,
    );
  });

  it('is asked again where it wants to be asked less, a few at a time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    open.push(() => void vi.useRealTimers());
    let [asked, under, most] = [0, 0, 0];
    const url = await serverWith(async (_, response) => {
      const refused = (asked += 1) <= 6;
      most = Math.max(most, (under += 1));
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      if (refused) response.writeHead(429, { 'retry-after': '7' }).end();
      else response.end('{"items": [], "next": null}');
    });
    const client = createClient({ url, token: TOKEN, options: remoteOptions(url, createSecrets()) });
    const all = each(Array(30).fill(0), () => client.jobs.list());
    // Real time passes here, and none of the time that is waited for.
    while (asked < 6) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(6_900);
    expect(asked).toBe(6);
    while (asked < 36) await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(asked).toBe(36);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('is not waited for longer than a minute', async () => {
    const problem = { type: 'urn:jobchime:problem:rate_limited', title: 'x', status: 429, detail: 'x' };
    const url = await answering(429, JSON.stringify(problem), { 'retry-after': '61' });
    const message = `${url} gets too many requests. Try again in 61 s.`;
    expect(await told(url)).toMatchObject({ passing: true, message });
  });
});
