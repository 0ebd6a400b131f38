import { truncate } from '../../../core/jobs/bounds.ts';
import type { Tone } from '../../../core/notify/message-content.ts';
import { HTML_LANGS, type Lang } from '../../../core/notify/reader.ts';
import { TONE_COLOURS } from '../../../core/notify/tone.ts';

/** What a list of mails shows behind the subject. More of it is cut. */
const PREHEADER = 160;
const HIDDEN = 'display:none;max-height:0;overflow:hidden;mso-hide:all';

/** What stands around the text of every mail. */
interface Frame {
  lang: Lang;
  title: string;
  tone: Tone;
  /** What is most worth knowing behind the title. */
  preheader: string;
}

/** A mail's HTML part: inline styles (mail programs drop others), no pictures, nothing to load. `lines` are HTML. */
export const mailFrame = ({ lang, title, tone, preheader }: Frame, lines: readonly string[]): string =>
  [
    '<!doctype html>',
    `<html lang="${HTML_LANGS[lang]}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>${escaped(title)}</title>`,
    '</head>',
    '<body style="margin:0;padding:16px;font-family:system-ui,sans-serif;font-size:15px;line-height:1.5">',
    ...(preheader ? [`<div style="${HIDDEN}">${escaped(truncate(preheader, PREHEADER))}</div>`] : []),
    `<div style="max-width:640px;padding-left:16px;border-left:4px solid ${TONE_COLOURS[tone]}">`,
    `<h1 style="margin:0 0 12px;font-size:18px;line-height:1.4;overflow-wrap:anywhere">${escaped(title)}</h1>`,
    ...lines,
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n');

export const paragraph = (text: string | undefined, more = ''): string[] =>
  text ? [`<p style="margin:0 0 12px${more}">${escaped(text)}</p>`] : [];

export const linkTo = (words: string, link: string | undefined): string[] =>
  link
    ? [
        `<p style="margin:0 0 12px;overflow-wrap:anywhere"><a href="${escaped(link)}">${escaped(words)}</a></p>`,
      ]
    : [];

/** For text between tags, and for links that have no quotation marks. No other attribute holds anything from outside. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
