/** The console in a real browser. Where there is none the tests are left out, and say so. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageLinks } from '../../../lib/adapters/platform/page-link.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { serve, type Listening } from '../../../lib/wire/local/serve.ts';
import { isBrowserThere, isTooWide, openPage, startBrowser, watch } from '../../../scripts/browser.ts';
import { failed, report, running, succeeded } from '../../kit.ts';
import { compared, lookOf, madeBy, type Look } from './golden.ts';
import { HOSTILE } from './hostile.ts';
import { KEY } from '../api/kit.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';
import { scene } from './scene.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1280, dark: false };
const PHONE = { width: 360, dark: true };
const SCREENS = {
  light: { width: 1000, dark: false },
  dark: { width: 1000, dark: true },
  narrow: PHONE,
};
const KINDS = ['light', 'dark', 'narrow'] as const;
/** Of the others it is enough to see them narrow in the dark. */
const COLOURFUL = ['board', 'stats'];
const isThere = isBrowserThere();
if (!isThere)
  console.warn('There is no Chromium: the console is not tried in a browser (apt-get install chromium).'); // oxlint-disable-line no-console

describe.skipIf(!isThere)('in a browser', () => {
  let kit: ConsoleKit;
  let listening: Listening;
  let browser: Browser;
  let page: Page;
  let seen: ReturnType<typeof watch>;
  let open = true;
  const at = (path: string): string => listening.url + path;
  const text = async (css: string): Promise<string> => (await page.textContent(css))!;
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  const leadsTo = (wanted: string) => page.waitForURL(({ search }) => search === wanted);
  async function signIn(who: Page, token: string, { url } = listening): Promise<void> {
    await who.goto(`${url}/sign-in#${token}`);
    await who.keyboard.press('Enter');
    await who.waitForURL(({ pathname }) => pathname === '/');
  }
  /** What pages are made of: the line that tells of news stays open, and what a page asked when it was left came to nothing. */
  const shownBy = (requests: Request[]): Request[] =>
    requests.filter((one) => !one.url().endsWith('/live') && one.failure() === null);
  async function bytesOf(requests: Request[]): Promise<number> {
    const sizes = await Promise.all(requests.map((one) => one.sizes()));
    return sizes.reduce((sum, one) => sum + one.responseHeadersSize + one.responseBodySize, 0);
  }

  beforeAll(async () => {
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    kit = await consoleKit({ live: { sleep, open: () => open } });
    listening = await serve(kit.serve, { host: '127.0.0.1', port: 0 });
    browser = await startBrowser();
    page = await openPage(browser, DESK);
    seen = watch(page);
  });
  afterAll(async () => {
    open = false;
    await browser.close();
    await listening.close();
  });

  it('signs in with the token behind the #, which then stands nowhere, and shows the board', async () => {
    await job(kit, 1, failed, { name: 'web-1', labels: { team: 'web' } });
    await job(kit, 2, running, { name: 'web-2', deadlineAt: kit.clock.now() + 600_000 });
    await page.goto(at(`/sign-in#${kit.admin}`));
    expect(new URL(page.url()).hash).toBe('');
    await page.keyboard.press('Enter');
    await page.waitForURL(({ pathname }) => pathname === '/');
    await page.waitForSelector('[data-part=look] li');
    expect(await text('[data-part=look]')).toContain('web-1');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  });

  it('asks nobody else for anything, and needs less than 100 KB for the first page', async () => {
    expect(seen.requests.map((one) => one.url()).filter((url) => !url.startsWith(listening.url))).toEqual([]);
    const bytes = await bytesOf(shownBy(seen.requests));
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(100_000);
  });

  it('goes on by itself when a job is tracked and when one ends', async () => {
    await job(kit, 3, running, { name: 'web-3' });
    await page.locator('[data-part=jobs]', { hasText: 'web-3' }).waitFor();
    await job(kit, 4, succeeded, { name: 'web-4' });
    await page.locator('[data-part=ended]', { hasText: 'web-4' }).waitFor();
    expect(await text('#live')).toBe('Live');
  });

  it('is led by the keyboard', async () => {
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('web-1');
    await page.keyboard.press('/');
    expect(await focused()).toBe('f-q');
    await page.focus('[data-part=look] a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/jobs/**');
    expect(await text('h1')).toBe('web-1');
  });

  it('sends a message once more with one button', async () => {
    await kit.deliverAll();
    await page.reload();
    await page.click('form[action$=redeliver] button');
    await leadsTo('?done=redeliver');
    expect(await text('[role=status]')).toContain('once more');
    const before = kit.channel.sent.length;
    await kit.deliverAll();
    expect(kit.channel.sent.length).toBe(before + 1);
  });

  it('shows at once what a pattern gets while it is written, and subscribes with it', async () => {
    await page.goto(at('/subscribe'));
    await page.selectOption('#s-what', 'pattern');
    const shows = (hasText: string) => page.locator('[data-part=matches]', { hasText }).waitFor();
    await page.fill('#s-pattern', '');
    await page.keyboard.type('{}');
    await shows('The pattern cannot be used');
    const write = (pattern: object) => page.fill('#s-pattern', JSON.stringify(pattern));
    await write({ detail: { data: { job: { labels: { team: ['web'] } } } } });
    await shows('1 of the newest 2 events');
    await write({ 'detail-type': ['job.succeeded'] });
    await shows('detail-type is "job.failed", wanted "job.succeeded"');
    expect(await focused()).toBe('s-pattern');
    const target = 'https://hooks.slack.com/services/T00000000/B00000000/s3cret';
    // The button of those without a script tries, and subscribes nobody.
    await page.fill('#s-target', target);
    await page.fill('#s-name', 'tried');
    await page.click('button[name=try]');
    await page.waitForFunction("document.querySelector('#s-target')?.value === ''");
    expect((await kit.store.subscriptions.list({ limit: 1 })).rows).toEqual([]);
    await page.fill('#s-name', 'of-the-page');
    await page.fill('#s-target', target);
    await page.locator('form.draft button').first().click();
    await leadsTo('?done=made');
    expect(await text('body')).not.toContain('s3cret');
    const made = (await kit.store.subscriptions.list({ limit: 1 })).rows[0]!;
    expect(made.definition).toMatchObject({
      name: 'of-the-page',
      pattern: { 'detail-type': ['job.succeeded'] },
    });
  });

  it('has in its form what the chosen channel has, and sends that', async () => {
    await page.goto(at('/subscribe'));
    await page.evaluate("document.querySelectorAll('form.draft details').forEach((it) => (it.open = true))");
    await page.selectOption('#s-channel', 'feishu');
    const isShown = (...names: string[]) =>
      page.evaluate<boolean[]>(
        `${JSON.stringify(names)}.map((name) => document.querySelector('#s-' + name).checkVisibility())`,
      );
    expect(await isShown('secret', 'zone', 'title')).toEqual([true, true, true]);
    expect(await isShown('mention', 'part-token', 'headers', 'signingKeys')).toEqual(Array(4).fill(false));
    const written = {
      name: 'bot',
      target: 'https://open.feishu.cn/hook/s3cret',
      secret: 's3cretOfTheBot',
      from: '22:00',
      to: '07:00',
    };
    for (const [name, value] of Object.entries(written)) await page.fill(`#s-${name}`, value);
    await page.check('input[value=fri]');
    await page.locator('form.draft button').first().click();
    await leadsTo('?done=made');
    const { pathname } = new URL(page.url());
    await page.goto(at(`${pathname}/edit`));
    expect(await page.isChecked('input[value=fri]')).toBe(true);
    expect(await page.content()).not.toContain('s3cret');
    const id = /sub_\w+/.exec(pathname)![0];
    const { definition } = (await kit.store.subscriptions.get(id))!;
    expect(definition).toMatchObject({
      channel: 'feishu',
      quiet: { days: ['fri'] },
      signingKeys: [expect.any(String)],
    });
  });

  it('shows a token of another project nothing of all that', async () => {
    const theirs = await openPage(browser, DESK);
    const { complaints } = watch(theirs);
    await signIn(theirs, await kit.tokenFor(['admin'], { projects: [OTHER_PROJECT] }));
    for (const path of ['/', '/?state=any', '/deliveries', '/origins', '/stats']) {
      await theirs.goto(at(path));
      expect(await theirs.textContent('main'), path).not.toMatch(/web-\d|hwc-ecs/);
    }
    expect(complaints).toEqual([]);
    await theirs.context().close();
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
    const phone = await openPage(browser, PHONE, page);
    const { complaints } = watch(phone);
    // Of the frame and the forms there is one; so of some pages one look is enough.
    const everywhere = ['/', '/subscribe', '/stats?span=24h', `/jobs/${event.subject}`];
    for (const path of paths)
      for (const one of everywhere.includes(path) ? [page, phone] : [phone]) {
        const lang = one === phone ? 'de' : 'en';
        await one.goto(at(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`));
        await one.evaluate(`${AXE}; 0`);
        // Of what passes it is enough how much it is.
        const [faults, looked] = await one.evaluate<[string[], number]>(
          'axe.run(document, { resultTypes: ["violations"] }).then(({ violations, passes }) => [violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")), passes.length])',
        );
        expect(looked).toBeGreaterThan(10);
        expect([path, lang, faults]).toEqual([path, lang, []]);
        expect([path, lang, await isTooWide(one)]).toEqual([path, lang, false]);
      }
    // The page that is none is answered with 404, which the browser calls an error.
    expect(complaints.filter((one) => !one.includes('/nothing'))).toEqual([]);
    await phone.context().close();
  });

  it('keeps its budget on every page: two files beside it, 100 KB, and nothing moves when it has been painted', async () => {
    const cold = await openPage(browser, DESK);
    const { requests } = watch(cold);
    await signIn(cold, kit.admin);
    for (const path of ['/', '/subscribe', '/origins', '/stats', '/deliveries']) {
      requests.length = 0;
      await cold.goto(at(path));
      const moved = await cold.evaluate<number>(
        'new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const it of list.getEntries()) if (!it.hadRecentInput) sum += it.value; }).observe({ type: "layout-shift", buffered: true }); setTimeout(() => done(sum), 50); })',
      );
      // A page that hears of a change asks for itself once more.
      const asked = [...new Map(shownBy(requests).map((one) => [one.url(), one])).values()];
      expect([path, asked.length <= 4]).toEqual([path, true]);
      expect(await bytesOf(asked)).toBeLessThan(100_000);
      expect([path, moved < 0.1]).toEqual([path, true]);
    }
    await cold.context().close();
  });

  it('looks as in the pictures that somebody has looked at, light and dark, wide and narrow', async () => {
    const { kit: still, paths } = await scene();
    const served = await serve(still.serve, { host: '127.0.0.1', port: 0 });
    const looks = new Map<string, Look>();
    try {
      const complaints: string[][] = [];
      const eyes = {} as Record<keyof typeof SCREENS, Page>;
      for (const kind of KINDS) {
        const eye = (eyes[kind] = await openPage(browser, SCREENS[kind]));
        complaints.push(watch(eye).complaints);
        await eye.clock.setFixedTime(still.clock.now());
      }
      const by = await madeBy(eyes.light, browser.version());
      for (const [name, path] of Object.entries(paths)) {
        for (const kind of KINDS) {
          if (kind === 'dark' && !COLOURFUL.includes(name)) continue;
          const lang = kind === 'narrow' ? 'de' : 'en';
          await eyes[kind].goto(`${served.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
          looks.set(`${name}-${kind}`, await lookOf(eyes[kind]));
        }
        // The first of them is the way in.
        if (name === 'sign-in') {
          await signIn(eyes.light, still.admin, served);
          const cookies = await eyes.light.context().cookies();
          for (const eye of [eyes.dark, eyes.narrow]) await eye.context().addCookies(cookies);
        }
      }
      expect(compared(looks, by)).toEqual([]);
      expect(complaints.flat()).toEqual([]);
      for (const eye of Object.values(eyes)) await eye.context().close();
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
      await page.goto(at(path));
      expect(await page.locator('x-evil, [onfocus], [autofocus]').count()).toBe(0);
    }
  });

  it('opens by a link in a message without signing in, until that is over', async () => {
    const stranger = await openPage(browser, DESK);
    const { complaints } = watch(stranger);
    const link = pageLinks(listening.url, createSealer(KEY), 7 * 86_400_000)!;
    const [row] = (await kit.store.deliveries.list({ limit: 1 })).rows;
    const { event } = (await kit.store.events.get(row!.event.metadata.id))!;
    const url = link(event, kit.clock.now())!;
    await stranger.goto(url);
    expect(await stranger.textContent('h1')).toMatch(/^web-\d$/);
    expect(await stranger.locator('form').count()).toBe(0);
    expect(complaints).toEqual([]);
    kit.clock.pass(7 * 86_400_000);
    await stranger.goto(url);
    expect(await stranger.textContent('h1')).toBe('This link has expired');
  });

  it('has nothing to complain of: no error, nothing that the policy refused', () => {
    expect(seen.complaints.filter((one) => !one.includes('/nothing'))).toEqual([]);
  });
});
