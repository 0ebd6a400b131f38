/** Who is let in, and what a session, a form and a link of others can do. */
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { failed, PROJECT, running } from '../../kit.ts';
import { KEY } from '../api/kit.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';
import { consoleKit, job, OTHER_PROJECT } from './kit.ts';

const HOUR = 3_600_000;

describe('signing in', () => {
  it('shows nothing to a visitor who has not, and leads back to where they wanted to go', async () => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'web-1' });
    const visitor = kit.browser();
    const board = await visitor.get('/?q=web');
    expect([board.status, board.headers.get('location'), board.text]).toEqual([
      303,
      '/sign-in?back=%2F%3Fq%3Dweb',
      '',
    ]);
    const page = await visitor.get('/sign-in?back=%2F%3Fq%3Dweb');
    expect(page.text).toContain('<input type="hidden" name="back" value="/?q=web">');
    const entered = await visitor.signIn(kit.admin, '/?q=web');
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/?q=web']);
    expect((await visitor.get('/?q=web')).says).toContain('web-1');
  });

  it.each([
    ['//evil.test/', '/'],
    ['/\\evil.test/', '/'],
    ['/..//evil.test/', '/'],
    ['/%2f/evil.test', '/%2f/evil.test'],
    ['https://evil.test/', '/'],
    ['javascript:alert(1)', '/'],
    ['\t//evil.test', '/'],
    ['/\t/evil.test', '/'],
    ['/deliveries?state=failed', '/deliveries?state=failed'],
  ])('leads from %j to no other site', async (back, to) => {
    const kit = await consoleKit();
    const { headers } = await kit.browser().signIn(kit.admin, back);
    expect(headers.get('location')).toBe(to === '/' ? '/?hello' : to);
  });

  it('keeps the session in a cookie that no script, no other site and no plain connection gets', async () => {
    const kit = await consoleKit();
    const cookieAt = async (at: string, headers = {}) => {
      const body = new URLSearchParams({ token: kit.admin });
      const request = new Request(`${at}/sign-in`, { method: 'POST', body, headers });
      return (await kit.serve(request)).headers.get('set-cookie')!.replace(/=v1\.[\w-]+/, '=...');
    };
    const secure = '__Host-jobchime-session=...; Max-Age=28800; Path=/; HttpOnly; SameSite=Strict; Secure';
    expect(await cookieAt('https://jobchime.test')).toBe(secure);
    expect(await cookieAt('http://jobchime.test')).toBe(secure);
    expect(await cookieAt('http://127.0.0.1:8481', { 'x-forwarded-proto': 'https' })).toBe(secure);
    const plain = 'jobchime-session=...; Max-Age=28800; Path=/; HttpOnly; SameSite=Strict';
    for (const host of ['127.0.0.1:8481', '[::1]:8481', 'localhost:8481'])
      expect(await cookieAt(`http://${host}`)).toBe(plain);
  });

  it('puts neither the token nor its secret into cookie or page', async () => {
    const kit = await consoleKit();
    const visitor = kit.browser();
    const refused = await visitor.signIn(`${kit.admin.slice(0, -1)}g`);
    await visitor.signIn(kit.admin);
    const board = await visitor.get('/');
    const [, , secret = ''] = kit.admin.split('_');
    for (const text of [refused.text, board.text, ...visitor.jar.values()]) {
      expect(text).not.toContain(secret.slice(0, 16));
      expect(Buffer.from(text, 'base64url').toString()).not.toContain(secret.slice(0, 16));
    }
    expect(JSON.stringify(kit.telemetry.lines)).not.toContain(secret.slice(0, 16));
  });

  it('says what is wrong with a token, and lets nobody in with it', async () => {
    const kit = await consoleKit();
    const visitor = kit.browser();
    const unknown = await visitor.signIn(`jct_${'0'.repeat(16)}_${'0'.repeat(64)}`);
    expect([unknown.status, unknown.says]).toEqual([
      403,
      expect.stringContaining('This token is not known.'),
    ]);
    const old = await kit.tokenFor(['read'], { expiresAt: kit.clock.now() });
    expect((await visitor.signIn(old)).says).toContain('This token has expired.');
    expect((await visitor.get('/')).status).toBe(303);
    expect(visitor.jar.size).toBe(0);
  });

  it('says where the browser keeps no session, and where there is no key to make one', async () => {
    const kit = await consoleKit();
    expect((await kit.browser().get('/sign-in?back=%2F%3Fhello')).says).toContain('did not keep the session');
    const without = await consoleKit({ sealer: null });
    expect((await without.browser().get('/sign-in')).says).toContain('api.secret_key');
    const { status, says } = await without.browser().signIn(without.admin);
    expect([status, says]).toEqual([403, expect.stringContaining('Nobody can sign in yet')]);
  });

  it('lasts eight hours without a request, a week at most, and no longer than the token', async () => {
    const kit = await consoleKit();
    const idle = await kit.signedIn(['read']);
    kit.clock.pass(8 * HOUR - 1);
    expect((await idle.get('/')).status).toBe(200);
    kit.clock.pass(8 * HOUR);
    expect((await idle.get('/')).status).toBe(303);

    const busy = await kit.signedIn(['read']);
    for (let hours = 0; hours < 7 * 24 - 7; hours += 7) {
      kit.clock.pass(7 * HOUR);
      expect((await busy.get('/')).status, `${hours}`).toBe(200);
    }
    kit.clock.pass(7 * HOUR);
    expect((await busy.get('/')).status).toBe(303);

    const short = await kit.signedIn(['read'], { expiresAt: kit.clock.now() + HOUR });
    kit.clock.pass(HOUR);
    expect((await short.get('/')).status).toBe(303);
  });

  it('ends at once where the token is removed', async () => {
    const kit = await consoleKit();
    const text = await kit.tokenFor(['read']);
    const visitor = kit.browser();
    await visitor.signIn(text);
    expect((await visitor.get('/')).status).toBe(200);
    await kit.tokens.remove(text.split('_')[1]!);
    expect((await visitor.get('/')).status).toBe(303);
  });

  it('ends where somebody signs out', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    const { status, headers } = await visitor.post('/sign-out');
    expect([status, headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await visitor.get('/')).status).toBe(303);
  });
});

describe('a session of others', () => {
  it('is not taken over from a cookie that was there before: signing in makes a new one', async () => {
    const kit = await consoleKit();
    const attacker = await kit.signedIn(['track', 'read']);
    const [name, planted] = [...attacker.jar][0]!;
    const victim = kit.browser();
    victim.jar.set(name, planted);
    await victim.signIn(kit.admin);
    expect(victim.jar.get(name)).not.toBe(planted);
    const csrf = /name="csrf" value="(\w+)"/;
    expect(csrf.exec((await victim.get('/')).text)![1]).not.toBe(
      csrf.exec((await attacker.get('/')).text)![1],
    );
  });

  it('cannot be made of anything else that is sealed here, nor changed, nor made with another key', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const [name, good] = [...visitor.jar][0]!;
    const key = kit.admin.split('_')[1];
    const about = JSON.stringify([key, kit.clock.now(), kit.clock.now(), 'c']);
    for (const forged of [
      createSealer(KEY).seal(about, 'unsubscribe'),
      createSealer(Buffer.alloc(32, 1)).seal(about, 'console session'),
      createSealer(KEY).seal('not JSON', 'console session'),
      createSealer(KEY).seal('"text"', 'console session'),
      `${good.slice(0, -2)}AA`,
      'v1.',
      '',
    ]) {
      visitor.jar.set(name, forged);
      expect((await visitor.get('/')).status, forged).toBe(303);
    }
  });
});

describe('a form of others', () => {
  it.each([
    ['without the token of a page', { csrf: '' }],
    ['with a token that was made up', { csrf: 'f'.repeat(32) }],
    ['that says where it comes from', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['from another host of the domain', { headers: { 'sec-fetch-site': 'same-site' } }],
  ])('%s does nothing', async (_, how) => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    await visitor.post('/sign-out', {}, how);
    expect((await visitor.get('/')).status).toBe(200);
  });

  it('of an old browser is known by its origin', async () => {
    const kit = await consoleKit();
    const send = (origin: string) =>
      kit.serve(
        new Request('https://jobchime.test/sign-in', {
          method: 'POST',
          body: new URLSearchParams({ token: kit.admin }),
          headers: { origin, host: 'jobchime.test' },
        }),
      );
    expect((await send('https://jobchime.test')).status).toBe(303);
    for (const origin of ['https://evil.test', 'null', 'https://jobchime.test.evil.test'])
      expect((await send(origin)).status, origin).toBe(403);
  });

  it('signs nobody in', async () => {
    const kit = await consoleKit();
    const body = new URLSearchParams({ token: kit.admin });
    const headers = { 'sec-fetch-site': 'cross-site' };
    const request = new Request('http://127.0.0.1:8481/sign-in', { method: 'POST', body, headers });
    const { status, headers: answered } = await kit.serve(request);
    expect([status, answered.get('set-cookie')]).toEqual([403, null]);
  });

  it('that is no form, or too large, is refused', async () => {
    const kit = await consoleKit();
    const send = (body: string, type: string) =>
      kit.serve(
        new Request('http://127.0.0.1:8481/sign-in', {
          method: 'POST',
          body,
          headers: { 'content-type': type },
        }),
      );
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await send('a'.repeat(70_000), 'application/x-www-form-urlencoded')).status).toBe(413);
  });
});

describe('the name of a token', () => {
  it.each(HOSTILE)('is only text wherever it stands: %j', async (text) => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1' });
    await kit.deliverAll();
    const [row] = (await kit.store.deliveries.list({ limit: 1 })).rows;
    const all = { scopes: ['admin' as const], projects: null, expiresAt: null };
    const visitor = kit.browser();
    await visitor.signIn((await kit.tokens.create({ name: text, ...all })).text);
    await visitor.post(`/jobs/${it.key}/mute`, { for: '1h', why: 'x' });
    await visitor.post(`/deliveries/${row!.event.metadata.id}/${row!.id}/redeliver`);
    await visitor.post('/recover', { span: '24h', confirmed: 'yes' });
    for (const path of [
      '/',
      '/subscriptions',
      '/deliveries',
      `/deliveries/${row!.event.metadata.id}/${row!.id}`,
    ]) {
      const { status, text: page } = await visitor.get(path);
      expect([path, status]).toEqual([path, 200]);
      isOnlyText(page);
    }
  });
});

describe('what a token may see', () => {
  it('is nothing where it has no scope to read', async () => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'web-1' });
    const visitor = await kit.signedIn(['track']);
    const { status, says } = await visitor.get('/');
    expect([status, says]).toEqual([403, expect.stringContaining('This needs the scope read')]);
    expect(says).not.toContain('web-1');
  });

  it('is only its own projects', async () => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'mine-runs' });
    await job(kit, 2, failed, { name: 'mine-failed' });
    await job(kit, 3, running, { name: 'secret-runs', projectId: OTHER_PROJECT });
    await job(kit, 4, failed, { name: 'secret-failed', projectId: OTHER_PROJECT });
    const mine = await kit.signedIn(['read'], { projects: [PROJECT] });
    for (const query of ['/', '/?state=any', '/?state=any&q=secret', '/?state=any&group=&since=30d']) {
      const { text } = await mine.get(query);
      expect(text, query).not.toContain('secret-');
    }
    expect((await mine.get('/?state=any')).text).toContain('mine-failed');
    const theirs = await kit.signedIn(['read'], { projects: [OTHER_PROJECT] });
    const { text } = await theirs.get('/?state=any');
    expect(text).toContain('secret-failed');
    expect(text).not.toMatch(/mine-|hwc-ecs<\/strong>/);
  });

  it('is counted with what it asks of the API', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    kit.gate.buckets = { take: () => 2_500 };
    const { status, headers } = await visitor.get('/');
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
  });
});
