/** The console in a real browser. Where there is none the tests are left out, and say so. */
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageLinks } from '../../../lib/adapters/platform/page-link.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { serve, type Listening } from '../../../lib/wire/local/serve.ts';
import { isBrowserThere, startBrowser, type Tab } from '../../../scripts/browser.ts';
import { failed, report, running, succeeded } from '../../kit.ts';
import { compared, lookOf, madeBy, type Look } from './golden.ts';
import { HOSTILE } from './hostile.ts';
import { KEY } from '../api/kit.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';
import { scene } from './scene.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENS = {
  light: { width: 1000, dark: false },
  dark: { width: 1000, dark: true },
  narrow: { width: 360, dark: true },
};
/** Of the others it is enough to see them narrow in the dark. */
const COLOURFUL = ['board', 'stats'];
const isThere = isBrowserThere();
if (!isThere)
  console.warn('There is no Chromium: the console is not tried in a browser (apt-get install chromium).'); // oxlint-disable-line no-console

describe.skipIf(!isThere)('in a browser', () => {
  let kit: ConsoleKit;
  let listening: Listening;
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let tab: Tab;
  const profile = mkdtempSync(join(tmpdir(), 'jobchime-browser-'));
  let open = true;
  const at = (path: string): string => listening.url + path;

  beforeAll(async () => {
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    kit = await consoleKit({ live: { sleep, open: () => open } });
    listening = await serve(kit.serve, { host: '127.0.0.1', port: 0 });
    browser = await startBrowser(profile);
    tab = await browser.tab();
    await tab.show({ width: 1280, dark: false });
  });
  afterAll(async () => {
    open = false;
    await browser.stop();
    await listening.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('signs in with the token behind the #, which then stands nowhere, and shows the board', async () => {
    await job(kit, 1, failed, { name: 'web-1', labels: { team: 'web' } });
    await job(kit, 2, running, { name: 'web-2', deadlineAt: kit.clock.now() + 600_000 });
    await tab.go(at(`/sign-in#${kit.admin}`));
    expect(await tab.run('location.hash')).toBe('');
    await tab.press('Enter');
    await tab.until("location.pathname === '/' && document.querySelector('[data-part=look] li')");
    expect(await tab.run("document.querySelector('[data-part=look]').textContent")).toContain('web-1');
    const [cookie] = await tab.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  });

  it('asks nobody else for anything, and needs less than 100 KB for the first page', async () => {
    expect(tab.requests.filter(({ url }) => !url.startsWith(listening.url))).toEqual([]);
    expect(tab.requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(100_000);
  });

  it('goes on by itself when a job is tracked and when one ends', async () => {
    await job(kit, 3, running, { name: 'web-3' });
    await tab.until("document.querySelector('[data-part=jobs]').textContent.includes('web-3')");
    await job(kit, 4, succeeded, { name: 'web-4' });
    await tab.until("document.querySelector('[data-part=ended]').textContent.includes('web-4')");
    expect(await tab.run("document.querySelector('#live').textContent")).toBe('Live');
  });

  it('is led by the keyboard', async () => {
    await tab.press('j');
    const first = await tab.run<string>('document.activeElement.textContent');
    expect(first).toContain('web-1');
    await tab.press('/');
    expect(await tab.run('document.activeElement.id')).toBe('f-q');
    await tab.run("document.activeElement.blur() ?? document.querySelector('[data-part=look] a').focus()");
    await tab.press('Enter');
    await tab.until("location.pathname.startsWith('/jobs/')");
    expect(await tab.run("document.querySelector('h1').textContent")).toBe('web-1');
  });

  it('sends a message once more with one button', async () => {
    await kit.deliverAll();
    await tab.go(await tab.run('location.href'));
    await tab.run("document.querySelector('form[action$=redeliver] button').click()");
    await tab.until("location.search === '?done=redeliver'");
    expect(await tab.run("document.querySelector('[role=status]').textContent")).toContain('once more');
    const before = kit.channel.sent.length;
    await kit.deliverAll();
    expect(kit.channel.sent.length).toBe(before + 1);
  });

  it('shows at once what a pattern gets while it is written, and subscribes with it', async () => {
    await tab.go(at('/subscribe'));
    await tab.run(
      "(document.querySelector('#s-what').value = 'pattern', document.querySelector('#s-what').dispatchEvent(new Event('input', { bubbles: true })))",
    );
    const shows = (text: string) =>
      tab.until(
        `document.querySelector('[data-part=matches]').textContent.includes(${JSON.stringify(text)})`,
      );
    await tab.run(
      "(document.querySelector('#s-pattern').focus(), document.querySelector('#s-pattern').value = '')",
    );
    for (const key of '{}') await tab.press(key);
    await shows('The pattern cannot be used');
    const write = (pattern: object) =>
      tab.run(
        `(document.querySelector('#s-pattern').value = ${JSON.stringify(JSON.stringify(pattern))}, document.querySelector('#s-pattern').dispatchEvent(new Event('input', { bubbles: true })))`,
      );
    await write({ detail: { data: { job: { labels: { team: ['web'] } } } } });
    await shows('1 of the newest 2 events');
    await write({ 'detail-type': ['job.succeeded'] });
    await shows('detail-type is "job.failed", wanted "job.succeeded"');
    expect(await tab.run('document.activeElement.id')).toBe('s-pattern');
    // The button of those without a script tries, and subscribes nobody.
    await tab.run(
      "(document.querySelector('#s-target').value = 'https://hooks.slack.com/services/T00000000/B00000000/s3cret', document.querySelector('#s-name').value = 'tried', document.querySelector('button[name=try]').click())",
    );
    await tab.until("document.readyState === 'complete' && document.querySelector('#s-target').value === ''");
    expect((await kit.store.subscriptions.list({ limit: 1 })).rows).toEqual([]);
    await tab.run("document.querySelector('#s-name').value = 'of-the-page'");
    await tab.run(
      "document.querySelector('#s-target').value = 'https://hooks.slack.com/services/T00000000/B00000000/s3cret'",
    );
    await tab.run("document.querySelector('form.draft button').click()");
    await tab.until("location.search === '?done=made'");
    expect(await tab.run('document.body.textContent')).not.toContain('s3cret');
    const made = (await kit.store.subscriptions.list({ limit: 1 })).rows[0]!;
    expect(made.definition).toMatchObject({
      name: 'of-the-page',
      pattern: { 'detail-type': ['job.succeeded'] },
    });
  });

  it('has in its form what the chosen channel has, and sends that', async () => {
    await tab.go(at('/subscribe'));
    await tab.run(
      "(document.querySelectorAll('form.draft details').forEach((it) => (it.open = true)), document.querySelector('#s-channel').value = 'feishu')",
    );
    const isShown = (...names: string[]) =>
      tab.run<boolean[]>(
        `${JSON.stringify(names)}.map((name) => document.querySelector('#s-' + name).checkVisibility())`,
      );
    expect(await isShown('secret', 'zone', 'title')).toEqual([true, true, true]);
    expect(await isShown('mention', 'part-token', 'headers', 'signingKeys')).toEqual(Array(4).fill(false));
    const written = { name: 'bot', target: 'https://open.feishu.cn/hook/s3cret', secret: 's3cretOfTheBot' };
    for (const [name, value] of Object.entries(written))
      await tab.run(`document.querySelector('#s-${name}').value = ${JSON.stringify(value)}; 0`);
    await tab.run("document.querySelector('input[value=fri]').click()");
    await tab.run(
      "document.querySelector('#s-from').value = '22:00'; document.querySelector('#s-to').value = '07:00'; 0",
    );
    await tab.run("document.querySelector('form.draft button').click()");
    await tab.until("location.search === '?done=made'");
    await tab.go(at(`${await tab.run('location.pathname')}/edit`));
    expect(await tab.run("document.querySelector('input[value=fri]').checked")).toBe(true);
    expect(await tab.run('document.documentElement.outerHTML')).not.toContain('s3cret');
    const id = /sub_\w+/.exec(await tab.run('location.pathname'))![0];
    const { definition } = (await kit.store.subscriptions.get(id))!;
    expect(definition).toMatchObject({
      channel: 'feishu',
      quiet: { days: ['fri'] },
      signingKeys: [expect.any(String)],
    });
  });

  it('shows a token of another project nothing of all that', async () => {
    const theirs = await browser.tab();
    await theirs.go(at(`/sign-in#${await kit.tokenFor(['admin'], { projects: [OTHER_PROJECT] })}`));
    await theirs.press('Enter');
    await theirs.until("location.pathname === '/' && document.querySelector('[data-part=look]')");
    for (const path of ['/', '/?state=any', '/deliveries', '/origins', '/stats']) {
      await theirs.go(at(path));
      expect(await theirs.run('document.querySelector("main").textContent'), path).not.toMatch(
        /web-\d|hwc-ecs/,
      );
    }
    expect(theirs.complaints).toEqual([]);
  });

  it('is one for everybody: no page has a fault that axe finds, light and dark, narrow and wide, in both languages', async () => {
    const deliveries = (await kit.store.deliveries.list({ limit: 1 })).rows;
    const { event, id } = deliveries[0]!;
    const paths = [
      '/',
      '/?wall=1',
      `/jobs/${event.subject}`,
      '/deliveries',
      `/deliveries/${event.metadata.id}/${id}`,
      '/subscriptions',
      '/subscriptions/ops',
      '/subscribe',
      '/preview?channel=email',
      '/origins',
      '/stats?span=24h',
      '/nothing',
    ];
    const screens = [
      { width: 1280, dark: false },
      { width: 360, dark: true },
    ];
    // Of the frame and the forms there is one; so of some pages one look is enough.
    const everywhere = ['/', '/subscribe', '/stats?span=24h', `/jobs/${event.subject}`];
    for (const path of paths)
      for (const screen of everywhere.includes(path) ? screens : screens.slice(1)) {
        await tab.show(screen);
        await tab.go(at(`${path}${path.includes('?') ? '&' : '?'}lang=${screen.dark ? 'de' : 'en'}`));
        await tab.run(`${AXE}; 0`);
        const [faults, looked] = await tab.run<[string[], number]>(
          'axe.run(document).then(({ violations, passes }) => [violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")), passes.length])',
        );
        expect(looked).toBeGreaterThan(10);
        expect([path, screen, faults]).toEqual([path, screen, []]);
        expect([path, screen, await tab.isTooWide()]).toEqual([path, screen, false]);
      }
    await tab.show(screens[0]!);
  });

  it('keeps its budget on every page: two files beside it, 100 KB, and nothing moves when it has been painted', async () => {
    const cold = await browser.tab();
    await cold.show({ width: 1280, dark: false });
    await cold.go(at(`/sign-in#${kit.admin}`));
    await cold.press('Enter');
    await cold.until("location.pathname === '/' && document.querySelector('[data-part=look] li')");
    for (const path of ['/', '/subscribe', '/origins', '/stats', '/deliveries']) {
      cold.requests.length = 0;
      await cold.go(at(path));
      const moved = await cold.run<number>(
        'new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const it of list.getEntries()) if (!it.hadRecentInput) sum += it.value; }).observe({ type: "layout-shift", buffered: true }); setTimeout(() => done(sum), 50); })',
      );
      // A page that hears of a change asks for itself once more.
      const asked = [...new Map(cold.requests.map((one) => [one.url, one])).values()].filter(
        ({ url }) => !url.endsWith('/live'),
      );
      expect([path, asked.length <= 4]).toEqual([path, true]);
      expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(100_000);
      expect([path, moved < 0.1]).toEqual([path, true]);
    }
  });

  it('looks as in the pictures that somebody has looked at, light and dark, wide and narrow', async () => {
    const { kit: still, paths } = await scene();
    const served = await serve(still.serve, { host: '127.0.0.1', port: 0 });
    const looks = new Map<string, Look>();
    try {
      const eye = await browser.tab();
      await eye.first(`Date.now = () => ${still.clock.now()}`);
      await eye.show(SCREENS.light);
      const by = await madeBy(eye, browser.version);
      for (const [name, path] of Object.entries(paths)) {
        for (const [kind, screen] of Object.entries(SCREENS)) {
          if (kind === 'dark' && !COLOURFUL.includes(name)) continue;
          await eye.show(screen);
          await eye.go(
            `${served.url}${path}${path.includes('?') ? '&' : '?'}lang=${screen.width < 500 ? 'de' : 'en'}`,
          );
          looks.set(`${name}-${kind}`, await lookOf(eye));
        }
        // The first of them is the way in.
        if (name === 'sign-in') {
          await eye.go(`${served.url}/sign-in?lang=en#${still.admin}`);
          await eye.press('Enter');
          await eye.until("location.pathname === '/'");
        }
      }
      expect(compared(looks, by)).toEqual([]);
      expect(eye.complaints).toEqual([]);
    } finally {
      await served.close();
    }
  }, 60_000);

  it('makes nothing of what others write, and runs nothing of it', async () => {
    const text = HOSTILE.join(' ').toWellFormed();
    const error = { code: text, reason: text, subJobs: [], subJobsOmitted: 0 };
    const about = report({ jobType: text, error, entities: { [text]: text } });
    const it = await job(
      kit,
      9,
      { kind: 'failed', status: text, report: about },
      { name: text, labels: { [text]: text } },
    );
    for (const path of ['/?state=any&lang=en', `/jobs/${it.key}`]) {
      await tab.go(at(path));
      expect(await tab.run("document.querySelectorAll('x-evil, [onfocus], [autofocus]').length")).toBe(0);
    }
  });

  it('opens by a link in a message without signing in, until that is over', async () => {
    const stranger = await browser.tab();
    const link = pageLinks(listening.url, createSealer(KEY), 7 * 86_400_000)!;
    const [row] = (await kit.store.deliveries.list({ limit: 1 })).rows;
    const { event } = (await kit.store.events.get(row!.event.metadata.id))!;
    const url = link(event, kit.clock.now())!;
    await stranger.go(url);
    expect(await stranger.run("document.querySelector('h1').textContent")).toMatch(/^web-\d$/);
    expect(await stranger.run('document.forms.length')).toBe(0);
    expect(stranger.complaints).toEqual([]);
    kit.clock.pass(7 * 86_400_000);
    await stranger.go(url);
    expect(await stranger.run("document.querySelector('h1').textContent")).toBe('This link has expired');
  });

  it('has nothing to complain of: no error, nothing that the policy refused', () => {
    // The page that is none is answered with 404, which the browser calls an error.
    expect(tab.complaints.filter((one) => !one.includes('/nothing'))).toEqual([]);
  });
});
