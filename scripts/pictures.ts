// Pictures of mails, of chats' messages and of pages as Chromium shows them, light and dark, on a phone and on a desk: a few into docs/pictures/, or with
// --all FOLDER every kind of message and every page. Fails where something is wider than its screen. Needs Chromium (Debian:
// apt-get install chromium); CHROMIUM says where another one is.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { page } from '../lib/adapters/api/pages/page.ts';
import { PAGE_NAMES } from '../lib/adapters/api/pages/page-text.ts';
import { createConfirmation } from '../lib/adapters/channels/email/confirmation.ts';
import { createEmail, type Mail } from '../lib/adapters/channels/email/sender.ts';
import type { Event } from '../lib/core/jobs/event.ts';
import { describe } from '../lib/core/notify/message.ts';
import { LANGS, type Lang } from '../lib/core/notify/reader.ts';
import { newTarget } from '../lib/core/notify/target.ts';
import { SAMPLES } from '../tests/core/notify/samples.ts';
import { isTooWide, openPage, picture, startBrowser, type Screen } from './browser.ts';
import { ZONES } from './messages/pages.ts';
import { CHAT_PICTURES, chatPage, CHATS } from './pictures/chat.ts';
import { smaller } from './pictures/smaller.ts';

const LINK = 'https://jobchime.example.com/v1/unsubscribe/v1.Ab-_9Ab-_9';
const AT = Date.parse('2026-03-01T12:04:20Z');

/** One page as several screens show it; each picture is named after both. */
interface Shown {
  name: string;
  html: string;
  screens: readonly Screen[];
}
const SCREENS: readonly Screen[] = [360, 800].flatMap((width) =>
  [false, true].map((dark) => ({ width, dark })),
);

/** The mail that `make` hands over. */
async function mailOf(
  make: (transport: { send(mail: Mail): Promise<{ kind: 'sent'; detail: '' }> }) => Promise<unknown>,
): Promise<string> {
  let html = '';
  await make({
    async send(mail) {
      html = mail.html;
      return { kind: 'sent', detail: '' };
    },
  });
  return html;
}
const from = 'Jobchime <jobchime@example.com>';
const mail = (event: Event, lang: Lang = 'en'): Promise<string> =>
  mailOf((transport) =>
    createEmail({ transport, from }, () => LINK).send({
      deliveryId: 'dlv_1',
      event,
      subscription: 'team',
      target: { ...newTarget('email', () => 'ops@example.com'), reader: { lang, zone: 'Europe/Berlin' } },
      at: AT,
    }),
  );
const confirmation = (): Promise<string> =>
  mailOf((transport) =>
    createConfirmation({ transport, from })('ops@example.com', LINK.replace('unsubscribe', 'confirm'), AT),
  );

const chat = (channel: string, event: string, lang: Lang, screens: readonly Screen[]): Shown => {
  const content = describe(SAMPLES[event]!, { lang, zone: ZONES[lang] });
  return { name: `${channel}-${event}-${lang}`, html: chatPage(channel, content), screens };
};

/** What docs/ shows. */
async function few(): Promise<Shown[]> {
  const failed = await mail(SAMPLES['job.failed']!);
  const phone = { width: 360, dark: false };
  const phoneAtNight = { width: 360, dark: true };
  const desk = { width: 800, dark: false };
  return [
    { name: 'mail-failed', html: failed, screens: [phone, phoneAtNight, desk] },
    { name: 'page-unsubscribe', html: page('askUnsubscribe', 'en').body, screens: [phone] },
    { name: 'page-unsubscribe', html: page('askUnsubscribe', 'de').body, screens: [phoneAtNight] },
    ...CHAT_PICTURES.map(({ channel, event, lang, width, dark }) =>
      chat(channel, event, lang, [{ width, dark }]),
    ),
    { name: 'page-bad-link', html: page('badLink', 'en').body, screens: [desk] },
  ];
}
async function all(): Promise<Shown[]> {
  const kinds = Object.keys(SAMPLES);
  const mails = LANGS.flatMap((lang) =>
    kinds.map(async (kind) => ({ name: `mail-${kind}-${lang}`, html: await mail(SAMPLES[kind]!, lang) })),
  );
  const pages = LANGS.flatMap((lang) =>
    PAGE_NAMES.map((name) => ({ name: `page-${name}-${lang}`, html: page(name, lang).body })),
  );
  const chats = LANGS.flatMap((lang) =>
    CHATS.flatMap((channel) => kinds.map((event) => chat(channel, event, lang, SCREENS))),
  );
  const plain = [
    ...(await Promise.all(mails)),
    { name: 'mail-confirmation', html: await confirmation() },
    ...pages,
  ];
  return [...plain.map((one) => ({ ...one, screens: SCREENS })), ...chats];
}

const at = process.argv.indexOf('--all');
const isAll = at > 0;
const folder = isAll ? process.argv[at + 1] : new URL('../docs/pictures', import.meta.url).pathname;
if (folder === undefined) throw new Error('say where to: npm run pictures -- --all FOLDER');
mkdirSync(folder, { recursive: true });
const browser = await startBrowser();
const tooWide: string[] = [];
const waiting = (isAll ? await all() : await few()).values();

async function takePictures(): Promise<void> {
  for (const { name, html, screens } of waiting)
    for (const screen of screens) {
      const whole = `${name}-${screen.width}${screen.dark ? '-dark' : ''}`;
      const page = await openPage(browser, screen);
      await page.setContent(html);
      if (await isTooWide(page)) tooWide.push(whole);
      const taken = await picture(page);
      await page.context().close();
      // Those of the documentation are kept for ever; the others are looked at once.
      const kept = isAll ? taken : smaller(taken);
      writeFileSync(join(folder!, `${whole}.png`), kept);
      console.log(`${whole}.png  ${(kept.length / 1_024).toFixed(0)} KB`);
    }
}
try {
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, takePictures));
} finally {
  await browser.close();
}
// Those that the pages of the console are held against.
if (at < 0) {
  const args = ['vitest', 'run', 'tests/adapters/console/browser.test.ts', '-t', 'looks as in the pictures'];
  execFileSync('npx', args, { env: { ...process.env, PICTURES: 'anew' }, stdio: 'inherit' });
}
if (tooWide.length > 0) {
  console.log(`wider than their screens: ${tooWide.join(', ')}`);
  process.exitCode = 1;
}
