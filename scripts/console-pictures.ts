// Pictures of the console into docs/pictures/, as somebody sees it who starts the demonstration and looks around: light and dark, on a desk
// and on a phone. Fails where a page is wider than its screen, or complains of something. Needs Chromium, as scripts/pictures.ts does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demo } from '../cli/demo/demo.ts';
import type { Page } from 'playwright-core';
import { isTooWide, openPage, picture, startBrowser, watch } from './browser.ts';
import { smaller } from './pictures/smaller.ts';

const FOLDER = new URL('../docs/pictures', import.meta.url).pathname;
const DESK = { width: 1000, dark: false };
const PHONE = { width: 360, dark: true };

const lines: string[] = [];
const stop = new AbortController();
const ended = demo({ out: (line) => lines.push(line), exit: false, stopped: stop.signal });
const said = async (pattern: RegExp): Promise<string> => {
  for (let tries = 0; tries < 600; tries++) {
    const found = pattern.exec(lines.join('\n'));
    if (found) return found[1] ?? '';
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the demonstration never said ${pattern}`);
};

const browser = await startBrowser();
const faults: string[] = [];
async function take(page: Page, name: string): Promise<void> {
  if (await isTooWide(page)) faults.push(`${name} is wider than its screen`);
  const taken = smaller(await picture(page));
  writeFileSync(join(FOLDER, `${name}.png`), taken);
  console.log(`${name}.png  ${(taken.length / 1_024).toFixed(0)} KB`);
}
try {
  const desk = await openPage(browser, DESK);
  const ofDesk = watch(desk);
  const entrance = await said(/Watch it in a browser: (\S+)/);
  const at = (path: string): string => new URL(path, entrance).href;
  await desk.goto(entrance);
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('[data-part=look] li');
  await said(/(job\.lost)/);
  await desk.locator('[data-part=ended]', { hasText: 'web-2' }).waitFor();
  await take(desk, 'console-board-1000');
  await said(/(Still watching)/);
  await desk.goto(at('/subscribe'));
  // The pattern stands there as an example.
  await desk.selectOption('#s-what', 'pattern');
  await desk.locator('[data-part=matches]', { hasText: 'detail-type is' }).waitFor();
  await take(desk, 'console-subscribe-1000');
  await desk.goto(at('/stats'));
  await desk.setViewportSize({ ...desk.viewportSize()!, width: 1280 });
  await take(desk, 'console-stats-1280');
  const phone = await openPage(browser, PHONE, desk);
  const ofPhone = watch(phone);
  await phone.goto(at('/?state=failed&q=web-2'));
  await phone.locator('[data-part=jobs] tbody a').first().click();
  await phone.waitForURL('**/jobs/**');
  await take(phone, 'console-job-360-dark');
  faults.push(...ofDesk.complaints, ...ofPhone.complaints);
} finally {
  await browser.close();
  stop.abort();
  await ended;
}
for (const fault of faults) console.log(fault);
if (faults.length > 0) process.exitCode = 1;
