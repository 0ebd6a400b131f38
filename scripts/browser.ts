// Debian's Chromium, led by Playwright: for pictures, and for tests of pages. Playwright downloads no browser of its own.
import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';

/** Where it is, as a shell finds it (Debian: apt-get install chromium); CHROMIUM says which one, or where another one is. */
export function findChromium(env = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => resolve(folder, env['CHROMIUM'] || 'chromium')).find(isProgram);
}
function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
export const isBrowserThere = (): boolean => findChromium() !== undefined;

export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('there is no Chromium: apt-get install chromium, or say where in CHROMIUM');
  // Tests that are left out without a browser do not load it.
  const { chromium } = await import('playwright-core');
  // Letters are drawn by their shape alone, whatever the screen of the machine would like.
  const args = ['--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text'];
  return chromium.launch({ executablePath, args });
}

export interface Screen {
  width: number;
  dark: boolean;
}
/** A page with cookies of its own, or those of `like`. A narrow one is a phone's, which shows at its width only pages that ask for that. */
export async function openPage(browser: Browser, { width, dark }: Screen, like?: Page): Promise<Page> {
  const page = await browser.newPage({
    ...(like && { storageState: await like.context().storageState() }),
    viewport: { width, height: 200 },
    isMobile: width < 600,
    colorScheme: dark ? 'dark' : 'light',
    // What is shown of times does not depend on where the machine stands.
    timezoneId: 'UTC',
  });
  page.setDefaultTimeout(10_000);
  return page;
}

/** What goes wrong in a page from now on, and what it asks for. */
export function watch(page: Page): { complaints: string[]; requests: Request[] } {
  const complaints: string[] = [];
  const requests: Request[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (one) => {
    if (one.type() === 'error') complaints.push(`${one.text()} ${one.location().url}`);
  });
  page.on('request', (request) => requests.push(request));
  return { complaints, requests };
}

/** Whether a page is wider than its screen. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(`document.scrollingElement.scrollWidth > ${page.viewportSize()!.width}`);
}

/** All of a page, however long, and nothing done to it for that. */
export const picture = (page: Page): Promise<Buffer> => page.screenshot({ fullPage: true, caret: 'initial' });
