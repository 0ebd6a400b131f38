/** The board: what it shows of whom, how it finds, what it costs, and that nothing in it is more than text. */
import { describe, expect, it } from 'vitest';
import { newDurations, taught } from '../../../lib/core/jobs/learnt.ts';
import { addTo, NO_SKETCH, type Sketch } from '../../../lib/core/jobs/sketch.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { checkQueue } from '../../../lib/core/row.ts';
import { failed, report, running, spec, START, subscription, succeeded, unavailable } from '../../kit.ts';
import { consoleKit, job } from './kit.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';

const section = (text: string, name: string): string =>
  new RegExp(`<section data-part="${name}"[^]*?</section>`).exec(text)?.[0] ?? '';

describe('the board', () => {
  it('shows failures on top, what is under way by origin, and what just ended', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed, { name: 'web-1' });
    kit.clock.pass(1_000);
    await job(kit, 2, succeeded, { name: 'web-2' });
    await job(kit, 3, running, { name: 'db-1', origin: 'otc-ecs', labels: { team: 'data' } });
    await job(
      kit,
      4,
      { kind: 'awaiting_payment', status: 'PENDING_PAYMENT', report: report() },
      { name: 'db-2' },
    );
    const visitor = await kit.signedIn(['read']);
    const { text } = await visitor.get('/');
    expect(section(text, 'look')).toContain('<strong>web-1: creating the server failed</strong>');
    expect(section(text, 'look')).toContain('waits for payment');
    expect(section(text, 'look')).not.toContain('web-2');
    const under = section(text, 'jobs');
    expect(under.indexOf('db-2')).toBeLessThan(under.indexOf('db-1'));
    expect(under).toContain('team=data');
    expect(under).not.toContain('web-');
    const ended = section(text, 'ended');
    expect(ended.indexOf('web-2')).toBeLessThan(ended.indexOf('web-1'));
    expect(section(text, 'origins')).toContain('otc-ecs');
    expect(text.indexOf('data-part="look"')).toBeLessThan(text.indexOf('data-part="jobs"'));
  });

  it('counts as watched what it lists: not a job that was lost and is looked for', async () => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'web-1' });
    const sought = await job(kit, 2, unavailable, { name: 'web-2', state: 'lost' });
    expect(sought).toMatchObject({ state: 'lost', due: { queue: checkQueue('hwc-ecs') } });
    const visitor = await kit.signedIn(['read']);
    const { says } = await visitor.get('/');
    expect(says).toContain('1 watched');
    expect(says).toMatch(/hwc-ecs 1 /);
    expect((await visitor.get('/origins')).says).toMatch(/Watched 1 /);
  });

  it('shows of a job what was told last: one that turned up again needs no look', async () => {
    const kit = await consoleKit();
    const lost = await job(kit, 1, failed, { name: 'web-1' });
    const visitor = await kit.signedIn(['read']);
    expect(section((await visitor.get('/')).text, 'look')).toContain('web-1');
    kit.clock.pass(25 * 3_600_000);
    const again = await kit.signedIn(['read']);
    expect(section((await again.get('/')).text, 'look')).toContain('Nothing needs a look');
    expect((await again.get('/?state=failed')).text).toContain(lost.jobId);
  });

  it('fills a bar by how long such jobs usually take, and by the deadline where there is one', async () => {
    const kit = await consoleKit();
    let took: Sketch = NO_SKETCH;
    for (let i = 0; i < 40; i++) took = addTo(took, 100_000);
    const row = taught(newDurations('hwc-ecs', 'createServer', START), {
      ended: 40,
      calls: 80,
      took,
      delays: NO_SKETCH,
    });
    await kit.store.durations.create([row]);
    await job(kit, 1, running, { name: 'half' });
    await job(kit, 2, running, { name: 'due', deadlineAt: START + 1_000_000 });
    await job(
      kit,
      3,
      { kind: 'running', status: 'RUNNING', report: report({ jobType: 'other' }) },
      { name: 'unknown' },
    );
    kit.clock.pass(50_000);
    const { text } = await (await kit.signedIn(['read'])).get('/');
    const rowOf = (name: string): string =>
      new RegExp(`<tr[^>]*>(?:(?!</tr>)[^])*>${name}<[^]*?</tr>`).exec(text)![0];
    const [, value, usual] = /<progress class="" max="100" value="(\d+)"[^>]*data-usual="([\d.]+)"/.exec(
      rowOf('half'),
    )!;
    expect(Number(usual)).toBeGreaterThan(95_000);
    expect(Number(value)).toBeGreaterThan(46);
    expect(Number(value)).toBeLessThan(54);
    expect(rowOf('half')).toContain('usually 1 min, 40 sec');
    expect(rowOf('due')).toMatch(/value="5".*deadline/s);
    expect(rowOf('unknown')).not.toContain('<progress');
  });

  it.each([
    ['q=web', ['web-1', 'web-2']],
    ['q=WEB-2', ['web-2']],
    ['q=0000003', ['db-3']],
    ['label=team', ['web-1', 'db-3']],
    ['label=team=a', ['web-1']],
    ['label=team%3Da', ['web-1']],
    ['label=team=', []],
    ['group=nightly', ['web-2']],
    ['origin=otc-ecs', ['db-3']],
    ['origin=../x', []],
    ['state=failed', ['bad-4']],
    ['state=overdue', ['web-2']],
    ['state=overdue&q=web-1', []],
    ['state=any&q=a&origin=hwc-ecs', ['bad-4']],
    ['since=1h', ['db-3']],
    ['since=7d', ['web-1', 'web-2', 'db-3']],
    ['state=nonsense&since=nonsense', ['web-1', 'web-2', 'db-3']],
    ['q=web&label=team=a', ['web-1']],
  ])('finds by %s', async (query, names) => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'web-1', labels: { team: 'a' } });
    await job(kit, 2, running, {
      name: 'web-2',
      group: { key: '-/nightly/1', name: 'nightly', run: 1 } as never,
      emitted: ['job.overdue'],
    });
    await job(kit, 4, failed, { name: 'bad-4' });
    kit.clock.pass(2 * 3_600_000);
    await job(kit, 3, running, { name: 'db-3', labels: { team: 'b' }, origin: 'otc-ecs' });
    const { text, status } = await (await kit.signedIn(['read'])).get(`/?${query}`);
    expect(status).toBe(200);
    const found = [...section(text, 'jobs').matchAll(/<th scope="row">\s*<a[^>]*>([^<]*)</g)].map(
      ([, name]) => name,
    );
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  it('narrows failures and ends by the same filter', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed, { name: 'web-1', labels: { team: 'a' } });
    await job(kit, 2, failed, { name: 'db-2', labels: { team: 'b' } });
    const { text } = await (await kit.signedIn(['read'])).get('/?label=team=a');
    for (const part of ['look', 'ended']) {
      expect(section(text, part)).toContain('web-1');
      expect(section(text, part)).not.toContain('db-2');
    }
  });

  it('shows fifty jobs and the way to the next, and refuses a cursor that is none', async () => {
    const kit = await consoleKit();
    for (let n = 1; n <= 60; n++) await job(kit, n, running, { name: `web-${n}` });
    const visitor = await kit.signedIn(['read']);
    const first = section((await visitor.get('/')).text, 'jobs');
    expect(first.match(/<tr data-row/g)).toHaveLength(50);
    const next = /href="(\?cursor=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const second = section((await visitor.get(`/${next}`)).text, 'jobs');
    expect(second.match(/<tr data-row/g)).toHaveLength(10);
    expect(second).toContain('Back to the newest');
    expect((await visitor.get('/?cursor=nonsense')).status).toBe(422);
  });

  it('shows what is out of order: origins, targets, the sweep', async () => {
    const kit = await consoleKit({ fixed: [subscription('ops', { paused: true })] });
    const { text } = await (await kit.signedIn(['read'])).get('/');
    expect(section(text, 'look')).toMatch(/<strong>ops<\/strong>:\s+paused/);
  });

  it('has a wall for a screen in the office', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    expect((await visitor.get('/')).text).toContain('<body>');
    expect((await visitor.get('/?wall=1')).text).toContain('<body class="wall">');
  });
});

describe('in the words of its reader', () => {
  it('is English or German as the browser asks, and as somebody chose', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed, { name: 'web-1' });
    const visitor = await kit.signedIn(['read']);
    const german = await visitor.get('/', { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' });
    expect(german.text).toContain('<html lang="de">');
    expect(german.says).toContain('Bitte ansehen');
    expect(german.says).toContain('web-1: Anlegen des Servers fehlgeschlagen');
    expect((await visitor.get('/', { 'accept-language': 'zh' })).text).toContain('<html lang="en">');
    await visitor.get('/?lang=de');
    expect((await visitor.get('/')).text).toContain('<html lang="de">');
    expect((await visitor.get('/?lang=en')).text).toContain('<html lang="en">');
    expect((await visitor.get('/?lang=%3Cscript%3E')).text).toContain('<html lang="en">');
  });
});

describe('what others write', () => {
  it.each(HOSTILE)('is only text on the board: %j', async (text) => {
    const kit = await consoleKit();
    const over = { name: text, labels: { [text]: text, team: text }, requestedBy: text, status: text };
    const about = report({
      jobType: text,
      error: { code: text, reason: text, subJobs: [], subJobsOmitted: 0 },
      endedAt: '2026-03-01T12:04:08.000Z',
    });
    await job(
      kit,
      1,
      { kind: 'running', status: text, report: { ...about, error: null, endedAt: null } },
      over,
    );
    await job(kit, 2, { kind: 'failed', status: text, report: about }, over);
    const visitor = await kit.signedIn(['read']);
    const shown = await visitor.get(
      `/?state=any&q=${encodeURIComponent(text.toWellFormed())}&label=${encodeURIComponent(text.toWellFormed())}`,
    );
    expect(shown.status).toBe(200);
    isOnlyText(shown.text);
    isOnlyText((await visitor.get('/?state=any')).text);
    isOnlyText(
      (await kit.browser().get(`/sign-in?back=${encodeURIComponent(`/?q=${text.toWellFormed()}`)}`)).text,
    );
  });
});

describe('what it costs', () => {
  it('is less than 100 KB for the first page with fifty jobs and what ended, and no request leaves the server', async () => {
    const kit = await consoleKit();
    for (let n = 1; n <= 50; n++) await job(kit, n, running, { name: `web-${n}`, labels: { team: 'web' } });
    for (let n = 51; n <= 110; n++) await job(kit, n, n % 2 ? failed : succeeded, { name: `web-${n}` });
    const visitor = await kit.signedIn(['read']);
    const { text, headers } = await visitor.get('/');
    const loaded = [...text.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"/g)].map(
      ([, url]) => url!,
    );
    expect(loaded).toHaveLength(3);
    let bytes = Buffer.byteLength(text);
    for (const url of loaded) {
      expect(url).toMatch(/^\/assets\/\w+\.[0-9a-f]{16}\.(css|js|svg)$/);
      const asset = await kit.browser().get(url);
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)|@import|url\(/);
      bytes += Buffer.byteLength(asset.text);
    }
    expect(bytes).toBeLessThan(100_000);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/\sstyle=|\son\w+=|<script(?! src="\/assets)|<style/);
    expect((await visitor.get('/assets/console.0000000000000000.js')).status).toBe(404);
  });

  it('is under 200 ms of CPU with 10,000 outstanding jobs, also where a filter finds nothing', async () => {
    const kit = await consoleKit();
    const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    for (let n = 0; n < 10_000; n += 1_000)
      await kit.store.jobs.create(
        Array.from({ length: 1_000 }, (_, i) =>
          newJob(spec(n + i, { name: `web-${n + i}` }), info, START, START),
        ),
      );
    const visitor = await kit.signedIn(['read']);
    await visitor.get('/');
    let reads = 0;
    const { list } = kit.store.jobs;
    kit.store.jobs.list = async (asked) => {
      reads += asked.limit;
      return list(asked);
    };
    for (const [path, most] of [
      ['/', 51],
      ['/?q=nothing-is-called-so', 2_001],
    ] as const) {
      reads = 0;
      const before = process.cpuUsage();
      const { status, says } = await visitor.get(path);
      const { user, system } = process.cpuUsage(before);
      expect(status).toBe(200);
      expect(says).toContain('10000');
      expect((user + system) / 1_000, path).toBeLessThan(200);
      expect(reads, path).toBeLessThanOrEqual(most);
    }
  });

  it('is nothing but a look while nothing has changed', async () => {
    const kit = await consoleKit();
    await job(kit, 1, running, { name: 'web-1' });
    const visitor = await kit.signedIn(['read']);
    const { headers } = await visitor.get('/');
    const etag = headers.get('etag')!;
    kit.clock.pass(60_000);
    const same = await visitor.get('/', { 'if-none-match': etag });
    expect([same.status, same.text]).toEqual([304, '']);
    await job(kit, 2, failed, { name: 'web-2' });
    expect((await visitor.get('/', { 'if-none-match': etag })).status).toBe(200);
    const other = await kit.signedIn(['read']);
    const fresh = (await visitor.get('/')).headers.get('etag')!;
    expect((await visitor.get('/', { 'if-none-match': fresh })).status).toBe(304);
    expect((await other.get('/', { 'if-none-match': fresh })).status).toBe(200);
  });
});

describe('what is no page', () => {
  it('goes to the API as before', async () => {
    const kit = await consoleKit();
    const health = await kit.serve(new Request('http://127.0.0.1:8481/healthz'));
    expect(await health.json()).toMatchObject({ status: 'ok' });
    const jobs = await kit.serve(
      new Request('http://127.0.0.1:8481/v1/jobs', { headers: { authorization: `Bearer ${kit.admin}` } }),
    );
    expect(jobs.status).toBe(200);
    // A session opens pages, not the API.
    const visitor = await kit.signedIn(['admin']);
    expect((await visitor.get('/v1/jobs')).status).toBe(401);
    expect((await visitor.get('/nothing')).status).toBe(404);
  });

  it('is not made where the service is in trouble, and says so', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    kit.store.jobs.list = async () => {
      throw new Error('a secret of the inside');
    };
    const { status, says, text } = await visitor.get('/');
    expect([status, says]).toEqual([500, expect.stringContaining('Something is wrong with the service')]);
    expect(text).not.toContain('secret of the inside');
    expect(kit.telemetry.lines.map(({ event }) => event)).toContain('console.broken');
  });
});
