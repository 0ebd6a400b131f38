/** docs/messages/ shows what the program says, and what it says is enough to act on. */
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describe as contentOf } from '../lib/core/notify/message.ts';
import { LANGS } from '../lib/core/notify/reader.ts';
import { pages } from '../scripts/messages/pages.ts';
import { CHAT_PICTURES, chatPage, CHATS, nameOf } from '../scripts/pictures/chat.ts';
import { SHOW } from '../scripts/messages/shown.ts';
import { SAMPLES } from './core/notify/samples.ts';

const FOLDER = new URL('../docs/messages/', import.meta.url);

it('docs/messages/ has each message as it is; `npm run messages` writes it anew', async () => {
  const made = await pages();
  expect(readdirSync(FOLDER).toSorted()).toEqual([...made.keys()].toSorted());
  for (const [name, text] of made)
    expect(readFileSync(new URL(name, FOLDER), 'utf8') === text, `${name}: run npm run messages`).toBe(true);
});

it('each picture that a page shows is there, and those of chats are small; `npm run pictures` makes them', () => {
  const shown = globSync('docs/**/*.md').flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/!\[[^\]]*\]\(([^):]+\.png)\)/g)].map(([, file]) =>
      join(dirname(page), file!),
    ),
  );
  for (const picture of CHAT_PICTURES) expect(shown).toContain(`docs/pictures/${nameOf(picture)}.png`);
  expect(shown.filter((file) => !existsSync(file))).toEqual([]);
  const sizes = CHAT_PICTURES.map((picture) => statSync(`docs/pictures/${nameOf(picture)}.png`).size);
  expect(Math.max(...sizes)).toBeLessThan(60_000);
});

it.each(CHATS)(
  'the picture of %s has all that its message says, and what is from outside as text',
  (channel) => {
    for (const lang of LANGS)
      for (const event of Object.values(SAMPLES)) {
        const content = contentOf(event, { lang, zone: 'UTC' });
        const html = chatPage(channel, content);
        const seen = html
          .replaceAll(/<[^>]*>/g, '')
          .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
        for (const said of [content.lead, content.hint, content.command])
          if (said !== undefined) expect(seen).toContain(said.replaceAll('&', '&amp;'));
        expect(html).not.toMatch(
          /<(?!\/?(a|b|div|span|hr|h4|p|ul|li|blockquote|small|main|body|html|meta|title|style|!doctype)\b)/,
        );
      }
  },
);

/** What somebody has to do something about, and what of it tells what and where. */
const BAD: Readonly<Record<string, { what: string; where: string }>> = {
  'job.failed': { what: 'web-7', where: 'eu-de' },
  'job.succeeded.partly': { what: 'web-7', where: 'eu-de' },
  'job.lost.expired': { what: 'web-7', where: 'eu-de' },
  'job.lost.payment_expired': { what: 'web-7', where: 'eu-de' },
  'job.lost.unknown': { what: 'web-7', where: 'eu-de' },
  'job.lost.gave_up': { what: 'web-7', where: 'eu-de' },
  'job.overdue': { what: 'web-7', where: 'eu-de' },
  'job.unreachable': { what: 'web-7', where: 'eu-de' },
  'group.failing': { what: 'apply-42', where: 'eu-de' },
  'group.overdue': { what: 'apply-42', where: 'eu-de' },
  'group.ended.failed': { what: 'apply-42', where: 'otc-ecs' },
  'group.ended.partial': { what: 'apply-42', where: 'otc-ecs' },
  summary: { what: '195', where: 'otc-ecs' },
  'origin.unreachable': { what: 'otc-ecs', where: 'eu-de' },
  'origin.at_risk': { what: 'otc-ecs', where: 'eu-de' },
  'subscription.failing': { what: 'ops-slack', where: 'Slack (hooks.slack.com/…)' },
  'subscription.disabled': { what: 'ops-slack', where: 'Slack (hooks.slack.com/…)' },
  'subscription.disabled.failing': { what: 'ops-slack', where: 'Slack (hooks.slack.com/…)' },
  'subscription.disabled.bounced': { what: 'team', where: 'ops@example.com' },
  'delivery.failed': { what: 'ops-slack', where: 'Slack (hooks.slack.com/…)' },
};
/** Without a page in the console. */
const NO_PAGE = /^(subscription|delivery|group\.ended)\.|^summary$|^job\.lost\.unknown$/;

const cases = Object.entries(BAD).flatMap(([name, told]) =>
  LANGS.flatMap((lang) => Object.keys(SHOW).map((channel) => ({ name, lang, channel, ...told }))),
);

describe('a person at 3 am', () => {
  it('is told of everything bad that there is a sample of', () => {
    const bad = Object.entries(SAMPLES).filter(([, event]) =>
      ['bad', 'warn'].includes(contentOf(event).tone),
    );
    expect(bad.map(([name]) => name).toSorted()).toEqual(Object.keys(BAD).toSorted());
  });

  it.each(cases)(
    '$name in $channel, $lang: the push text says what, where and why; a tap leads to the console, a command acts',
    async ({ name, lang, channel, what, where }) => {
      const event = SAMPLES[name]!;
      const reader = { lang, zone: 'Europe/Berlin' };
      const { push, text, links } = await SHOW[channel]!(event, reader);
      const { reason, command, link } = contentOf(event, reader);
      expect(push).toContain(what);
      expect(push).toContain(where);
      // That it is overdue is the reason itself.
      expect(reason ?? '').toMatch(name === 'group.overdue' ? /^$/ : /\S/);
      // Of a long one the end may be left to what stands below.
      expect(push).toContain((reason ?? '').slice(0, 40));
      expect(command).toMatch(/^jobchime [a-z]/);
      // Markdown that is escaped reads the same.
      expect(text.replaceAll('\\', '')).toContain(command);
      if (NO_PAGE.test(name)) expect(link).toBeUndefined();
      else expect(links).toContain(link);
    },
  );
});
