// Pictures of the console into docs/pictures/, as somebody sees it who starts the demonstration and looks around: light and dark, on a desk
// and on a phone. Fails where a page is wider than its screen, or complains of something. Needs Chromium, as scripts/pictures.ts does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../cli/demo/demo.ts';
import { startBrowser } from './browser.ts';
import { smaller } from './pictures/smaller.ts';

const FOLDER = new URL('../docs/pictures', import.meta.url).pathname;
const DESK = { width: 1000, dark: false };
const PHONE = { width: 360, dark: true };
/** Of the pattern in a new subscription, which stands there as an example. */
const PATTERN =
  "(document.querySelector('#s-what').value = 'pattern', document.querySelector('#s-what').dispatchEvent(new Event('input', { bubbles: true })))";

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

const scratch = mkdtempSync(join(tmpdir(), 'jobchime-pictures-'));
const browser = await startBrowser(scratch);
const faults: string[] = [];
try {
  const tab = await browser.tab();
  const entrance = await said(/Watch it in a browser: (\S+)/);
  const at = (path: string): string => new URL(path, entrance).href;
  const take = async (name: string, screen: typeof DESK): Promise<void> => {
    await tab.show(screen);
    const { picture: whole, isTooWide } = await tab.picture();
    const picture = smaller(whole);
    if (isTooWide) faults.push(`${name} is wider than its screen`);
    writeFileSync(join(FOLDER, `${name}.png`), picture);
    console.log(`${name}.png  ${(picture.length / 1_024).toFixed(0)} KB`);
  };
  await tab.show(DESK);
  await tab.go(entrance);
  await tab.press('Enter');
  await tab.until("location.pathname === '/' && document.querySelector('[data-part=look] li')");
  await said(/(job\.lost)/);
  await tab.until("document.querySelector('[data-part=ended]').textContent.includes('web-2')");
  await take('console-board-1000', DESK);
  await said(/(Still watching)/);
  await tab.go(at('/subscribe'));
  await tab.run(PATTERN);
  await tab.until("document.querySelector('[data-part=matches]').textContent.includes('detail-type is')");
  await take('console-subscribe-1000', DESK);
  await tab.go(at('/stats'));
  await take('console-stats-1280', { ...DESK, width: 1280 });
  await tab.go(at('/?state=failed&q=web-2'));
  await tab.run("document.querySelector('[data-part=jobs] tbody a').click()");
  await tab.until("location.pathname.startsWith('/jobs/') && document.querySelector('.line')");
  await take('console-job-360-dark', PHONE);
  faults.push(...tab.complaints);
} finally {
  await browser.stop();
  rmSync(scratch, { recursive: true, force: true });
  stop.abort();
  await ended;
}
for (const fault of faults) console.log(fault);
if (faults.length > 0) process.exitCode = 1;
