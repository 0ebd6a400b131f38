/** The site of the documentation: everything is found in it, and no link of it leads nowhere. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MiniSearch from 'minisearch';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBrowserThere, isTooWide, openPage, startBrowser, watch } from '../scripts/browser.ts';
import { addressOf, copyOf, deadLinks, linkIn, slugOf } from '../scripts/site/links.ts';
import { PARTS } from '../scripts/site/pages.ts';
import { OPTIONS } from '../scripts/site/search-options.js';

const folder = mkdtempSync(join(tmpdir(), 'jobchime-docs-'));
const at = (address: string): string => pathToFileURL(join(folder, address)).href;
let said = '';
beforeAll(() => {
  said = execFileSync(process.execPath, ['scripts/docs.ts', folder], { encoding: 'utf8', stdio: 'pipe' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the site', () => {
  it('is built from the repository, without a link that leads nowhere', () => {
    // The command fails where there is one, and says which.
    expect(said).toMatch(/\d+ pages in/);
    expect(globSync('**/*.html', { cwd: folder }).length).toBeGreaterThan(30);
  });

  it('has every page of docs/ in its menu: a new one needs a line in scripts/site/pages.ts', () => {
    const listed = PARTS.flatMap(({ pages }) => pages.map(({ file }) => file));
    expect(listed).toEqual(expect.arrayContaining(globSync(['docs/*.md', 'docs/*/README.md'])));
    expect(new Set(listed.map(addressOf)).size).toBe(listed.length);
  });

  it('shows plots and pictures, and has the files that pages lead to', () => {
    expect(readFileSync(join(folder, 'performance.html'), 'utf8')).toContain('.svg"');
    expect(globSync('files/docs/performance/*.svg', { cwd: folder }).length).toBeGreaterThan(5);
    expect(globSync('files/docs/pictures/*.png', { cwd: folder }).length).toBeGreaterThan(3);
    expect(globSync('files/examples/receivers/**/*.py', { cwd: folder })).toHaveLength(1);
  });

  it('shows examples of templates as they are written', () => {
    expect(readFileSync(join(folder, 'templates.html'), 'utf8')).toContain('{% if event.data.error %}');
  });

  it('has an index that leads from words to the section that is meant', () => {
    const code = readFileSync(join(folder, 'search-index.js'), 'utf8');
    const json = code.replace(/^globalThis\.searchIndex=/, '').replace(/;\n$/, '');
    const index = MiniSearch.loadJSON(json, OPTIONS);
    expect(index.search('dead man', { boost: { title: 4 } })[0]).toMatchObject({
      id: 'config.html#dead-man',
    });
  });
});

describe('a link', () => {
  it.each([
    ['docs/api.md', 'config.md#api', 'config.html#api'],
    ['docs/api.md', '../README.md', 'project/index.html'],
    ['docs/messages/README.md', '../events.md', '../events.html'],
    ['README.md', 'docs/messages/README.md', '../messages/index.html'],
    ['docs/running.md', '../Dockerfile', 'files/Dockerfile'],
    ['docs/api.md', '#jobs', '#jobs'],
    ['docs/api.md', 'https://example.com/a.md', 'https://example.com/a.md'],
  ])('in %s to %s is %s', (page, written, href) => expect(linkIn(page, written).href).toBe(href));

  it.each([
    ['`jobchime subscriptions add`', 'jobchime-subscriptions-add'],
    ["What's said: of `a.b`, and (more)", 'whats-said-of-ab-and-more'],
    ['Größe', 'größe'],
  ])('finds the heading %s as code hosts name it', (text, slug) =>
    expect(slugOf(text.replaceAll('`', ''))).toBe(slug),
  );

  it('leads nowhere where its page, file or heading is not there', () => {
    const html = `<h2 id="here">.</h2><a href="#here"></a><a href="b.html#there"></a><a href="c.html"></a><img src="${copyOf('d.png')}"><a href="https://example.com"></a>`;
    expect(
      deadLinks(
        [
          { address: 'a.html', html },
          { address: 'b.html', html: '' },
        ],
        (file) => file === copyOf('e.png'),
      ),
    ).toEqual([
      'a.html: b.html#there: that page has no such heading',
      'a.html: c.html: there is no such page or file',
      'a.html: files/d.png: there is no such page or file',
    ]);
  });
});

const isThere = isBrowserThere();
describe.skipIf(!isThere)('in a browser, opened from the disk', () => {
  const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const DESK = { width: 1280, dark: false };
  const PHONE = { width: 360, dark: true };
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('finds a section by words, and leads to it by the keyboard', async () => {
    const page = await openPage(browser, DESK);
    await page.goto(at('index.html'));
    await page.keyboard.press('/');
    await page.keyboard.type('dead man');
    await page.waitForSelector('#found a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/config.html#dead-man');
  });

  it('is one for everybody: axe finds no fault, nothing is wider than its screen, and nobody else is asked', async () => {
    for (const screen of [PHONE, DESK]) {
      const page = await openPage(browser, screen);
      const { requests, complaints } = watch(page);
      for (const address of ['index.html', 'routes.html', 'messages/index.html']) {
        await page.goto(at(address));
        await page.evaluate(AXE);
        const faults = await page.evaluate<string[]>(
          'axe.run({ preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }).then(({ violations }) => violations.map((v) => v.id + ": " + v.nodes[0].html))',
        );
        expect([address, screen, faults]).toEqual([address, screen, []]);
        expect([address, await isTooWide(page)]).toEqual([address, false]);
      }
      expect(requests.map((one) => one.url()).filter((url) => !url.startsWith('file:'))).toEqual([]);
      expect(complaints).toEqual([]);
    }
  });
});
if (!isThere)
  console.warn('There is no Chromium: the site is not tried in a browser (apt-get install chromium).'); // oxlint-disable-line no-console
