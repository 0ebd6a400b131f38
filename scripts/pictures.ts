// Pictures of mails, of chats' messages and of pages as Chromium shows them, light and dark, on a phone and on a desk: a few into docs/pictures/, or with
// --all FOLDER every kind of message and every page. Fails where something is wider than its screen. Needs Chromium (Debian:
// apt-get install chromium); CHROMIUM says where another one is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import { startBrowser } from './browser.ts';
import { ZONES } from './messages/pages.ts';
import { CHAT_PICTURES, chatPage, CHATS, nameOf, type ChatPicture } from './pictures/chat.ts';
import { smaller } from './pictures/smaller.ts';

const LINK = 'https://jobchime.example.com/v1/unsubscribe/v1.Ab-_9Ab-_9';
const AT = Date.parse('2026-03-01T12:04:20Z');

interface Shot {
  name: string;
  html: string;
  width: number;
  dark: boolean;
}

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

const chat = (picture: ChatPicture): Shot => {
  const { channel, event, lang } = picture;
  const content = describe(SAMPLES[event]!, { lang, zone: ZONES[lang] });
  return { ...picture, name: nameOf(picture), html: chatPage(channel, content) };
};

/** What docs/ shows. */
async function few(): Promise<Shot[]> {
  const failed = await mail(SAMPLES['job.failed']!);
  return [
    { name: 'mail-failed-360', html: failed, width: 360, dark: false },
    { name: 'mail-failed-360-dark', html: failed, width: 360, dark: true },
    { name: 'mail-failed-800', html: failed, width: 800, dark: false },
    { name: 'page-unsubscribe-360', html: page('askUnsubscribe', 'en').body, width: 360, dark: false },
    { name: 'page-unsubscribe-360-dark', html: page('askUnsubscribe', 'de').body, width: 360, dark: true },
    ...CHAT_PICTURES.map(chat),
    { name: 'page-bad-link-800', html: page('badLink', 'en').body, width: 800, dark: false },
  ];
}
async function all(): Promise<Shot[]> {
  const mails = await Promise.all(
    LANGS.flatMap((lang) =>
      Object.entries(SAMPLES).map(
        async ([kind, event]) => [`mail-${kind}-${lang}`, await mail(event, lang)] as const,
      ),
    ),
  );
  const pages = LANGS.flatMap((language) =>
    PAGE_NAMES.map((name) => [`page-${name}-${language}`, page(name, language).body] as const),
  );
  const screens = [360, 800].flatMap((width) => [false, true].map((dark) => ({ width, dark })));
  const chats = LANGS.flatMap((lang) =>
    CHATS.flatMap((channel) =>
      Object.keys(SAMPLES).flatMap((event) =>
        screens.map((screen) => chat({ channel, event, lang, ...screen })),
      ),
    ),
  );
  const shots = [...mails, ['mail-confirmation', await confirmation()] as const, ...pages].flatMap(
    ([name, html]) =>
      screens.map(({ width, dark }) => ({
        name: `${name}-${width}${dark ? '-dark' : ''}`,
        html,
        width,
        dark,
      })),
  );
  return [...shots, ...chats];
}

const at = process.argv.indexOf('--all');
const folder = at > 0 ? process.argv[at + 1] : new URL('../docs/pictures', import.meta.url).pathname;
if (folder === undefined) throw new Error('say where to: npm run pictures -- --all FOLDER');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'jobchime-pictures-'));
const browser = await startBrowser(scratch);
const tab = await browser.tab();
const tooWide: string[] = [];
try {
  for (const shot of at > 0 ? await all() : await few()) {
    const file = join(scratch, 'it.html');
    writeFileSync(file, shot.html);
    await tab.show(shot);
    await tab.go(`file://${file}`);
    const { picture: whole, isTooWide } = await tab.picture();
    const picture = smaller(whole);
    if (isTooWide) tooWide.push(shot.name);
    writeFileSync(join(folder, `${shot.name}.png`), picture);
    console.log(`${shot.name}.png  ${(picture.length / 1_024).toFixed(0)} KB`);
  }
} finally {
  await browser.stop();
  rmSync(scratch, { recursive: true, force: true });
}
if (tooWide.length > 0) {
  console.log(`wider than their screens: ${tooWide.join(', ')}`);
  process.exitCode = 1;
}
