/** The HTML of mails: read on a phone, in the dark, without pictures, and by what reads aloud. */
import { describe, expect, it } from 'vitest';
import { createConfirmation } from '../../../lib/adapters/channels/email/confirmation.ts';
import { emailHtml } from '../../../lib/adapters/channels/email/html.ts';
import { plainText } from '../../../lib/adapters/channels/email/plain-text.ts';
import { smtpTransport } from '../../../lib/adapters/channels/email/smtp.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { MessageContent } from '../../../lib/core/notify/message-content.ts';
import { HTML_LANGS, LANGS, type Lang } from '../../../lib/core/notify/reader.ts';
import { TEXTS } from '../../../lib/core/notify/texts/catalogue.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { mailbox } from './mailbox.ts';

const LINK = 'https://jobchime.example.com/v1/unsubscribe/v1.x';
const every = LANGS.flatMap((lang) => Object.keys(SAMPLES).map((name) => ({ lang, name })));
const written = (lang: Lang, name: string): [html: string, content: MessageContent] => {
  const content = contentOf(SAMPLES[name]!, { lang, zone: 'UTC' });
  return [emailHtml(content, 'Jobchime, event evt_1', LINK), content];
};
const hidden = (html: string): string | undefined =>
  /<div style="display:none[^"]*">([^<]*)<\/div>/.exec(html)?.[1];

describe('the HTML of a mail', () => {
  it.each(every)(
    'of $name in $lang has a language, a title, one heading and rows with heads',
    ({ lang, name }) => {
      const [html] = written(lang, name);
      expect(html).toContain(`<html lang="${HTML_LANGS[lang]}">`);
      expect(html.match(/<h1[ >]/g)).toHaveLength(1);
      expect(/<title>([^<]+)<\/title>/.exec(html)?.[1]).toBe(/<h1[^>]*>([^<]+)<\/h1>/.exec(html)?.[1]);
      expect(html.match(/<th scope="row"/g)?.length ?? 0).toBe(html.match(/<td /g)?.length ?? 0);
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      expect(html).toContain('<meta name="viewport" content="width=device-width">');
    },
  );

  it.each(every)(
    'of $name in $lang loads nothing and leaves the colours of text to the reader',
    ({ lang, name }) => {
      const [html] = written(lang, name);
      expect(html).not.toMatch(/<img|<link|<script|<style|url\(|background|[^-]color:/);
      // A fixed width would be wider than a phone.
      expect(html).not.toMatch(/[^-]width:|min-width/);
    },
  );

  it.each(every)(
    'of $name in $lang has no label in one line that leaves no room beside it',
    ({ lang, name }) => {
      const [html] = written(lang, name);
      for (const [, style = '', label = ''] of html.matchAll(/<th scope="row" style="([^"]*)">([^<]*)</g))
        expect([label, style.includes('nowrap')]).toEqual([label, label.length <= 16]);
    },
  );

  it('shows the reason behind the subject in a list of mails, and nobody reads it twice', () => {
    const [html, { reason, hint }] = written('en', 'job.failed');
    expect(hidden(html)).toBe(`${reason} · ${hint}`);
    // Before all else, and hidden where the mail is open.
    expect(html.indexOf('display:none')).toBeLessThan(html.indexOf('<h1'));
  });

  it('cuts what a list of mails shows, however long the reason is, and leaves no markup in it', () => {
    const content = { ...contentOf(SAMPLES['job.failed']!), reason: '<b>&'.repeat(50_000) };
    const shown = hidden(emailHtml(content, 'footer', null))!;
    expect(shown.replaceAll(/&\w+;/g, '_').length).toBeLessThanOrEqual(160);
    expect(shown).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
  });

  it.each(every)('of $name in $lang says all that the text says', ({ lang, name }) => {
    const [html, content] = written(lang, name);
    const escaped = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    for (const line of plainText(content).split('\n').filter(Boolean)) {
      const words = [
        line,
        line.replace(/^- /, ''),
        line.replace(/[:：]$/, ''),
        ...line.split(/: |：/).slice(-1),
      ];
      expect(
        words.some((it) => html.includes(escaped(it))),
        line,
      ).toBe(true);
    }
  });
});

describe('the mail that asks to confirm', () => {
  it.each(LANGS)('asks in %s, as text and in the frame of all mails, with one link', async (lang) => {
    const { port, delivered } = await mailbox();
    const transport = smtpTransport({ host: '127.0.0.1', port, secure: false });
    const link = `https://jobchime.example.com/v1/confirm/sub_${'0'.repeat(24)}.${'a'.repeat(64)}`;
    const ask = createConfirmation({ transport, from: 'Jobchime <jobchime@example.com>' });
    expect(await ask('me@example.org', link, 0, lang)).toMatchObject({ kind: 'sent' });
    const { mail } = delivered[0]!;
    const { title, asks, open, ignore } = TEXTS[lang].confirmation;
    expect(mail.subject).toBe(title);
    for (const text of [asks, open, link, ignore]) expect(mail.text).toContain(text);
    for (const text of [`<html lang="${HTML_LANGS[lang]}">`, asks, open, `href="${link}"`, ignore])
      expect(mail.html).toContain(text);
    expect(hidden(mail.html || '')).toBe(asks);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect([...mail.headers.keys()].filter((name) => name.startsWith('list'))).toEqual([]);
  });
});
