import { headline } from '../../../core/notify/headline.ts';
import type { MessageContent, Tone } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';

/** Only the edge has a colour, one that can be seen on white and on black. Text keeps the reader's own colours. */
const EDGE: Record<Tone, string> = { good: '#2e9e5b', warn: '#d08700', bad: '#d64541', info: '#3b82c4' };

/** With its script: a font for Chinese is chosen by it. */
const HTML_LANG: Record<MessageContent['lang'], string> = { en: 'en', de: 'de', zh: 'zh-Hans' };

const LABEL = 'text-align:left;vertical-align:top;padding:2px 16px 2px 0;white-space:nowrap';
const VALUE = 'padding:2px 0;vertical-align:top;overflow-wrap:anywhere';

/** A story as a mail's HTML part: inline styles (mail programs drop others), no pictures, nothing to load, no links but those to the console and to unsubscribe. */
export function emailHtml(content: MessageContent, footer: string, unsubscribe: string | null): string {
  const { lang, facts, command, link, page } = content;
  const { frame } = TEXTS[lang];
  const title = escaped(headline(content));
  const rows = (isReason: boolean): string[] => {
    const shown = facts.filter((fact) => (fact.isReason ?? false) === isReason);
    return shown.length > 0
      ? [
          '<table style="border-collapse:collapse;margin:0 0 12px">',
          ...shown.map(({ label, value }) => row(label, value)),
          '</table>',
        ]
      : [];
  };
  return [
    '<!doctype html>',
    `<html lang="${HTML_LANG[lang]}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>${title}</title>`,
    '</head>',
    '<body style="margin:0;padding:16px;font-family:system-ui,sans-serif;font-size:15px;line-height:1.5">',
    `<div style="max-width:640px;padding-left:16px;border-left:4px solid ${EDGE[content.tone]}">`,
    `<h1 style="margin:0 0 12px;font-size:18px;overflow-wrap:anywhere">${title}</h1>`,
    ...rows(true),
    ...paragraph(content.lead),
    ...paragraph(content.hint),
    ...(command
      ? [`<p style="margin:0 0 12px;overflow-wrap:anywhere"><code>${escaped(command)}</code></p>`]
      : []),
    ...linkTo(frame.console, link),
    ...linkTo(frame.page, page),
    ...rows(false),
    ...failedSubJobs(content),
    ...paragraph(content.note, ';font-size:13px'),
    `<p style="margin:0;font-size:12px;opacity:0.7">${escaped(footer)}${unsubscribeLink(frame.unsubscribe, unsubscribe)}</p>`,
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const paragraph = (text: string | undefined, more = ''): string[] =>
  text ? [`<p style="margin:0 0 12px${more}">${escaped(text)}</p>`] : [];

const linkTo = (words: string, link: string | undefined): string[] =>
  link ? [`<p style="margin:0 0 12px"><a href="${escaped(link)}">${escaped(words)}</a></p>`] : [];

const unsubscribeLink = (words: string, link: string | null): string =>
  link === null ? '' : `<br><a href="${escaped(link)}">${escaped(words)}</a>`;

const row = (label: string, value: string): string =>
  `<tr><th scope="row" style="${LABEL}">${escaped(label)}</th><td style="${VALUE}">${escaped(value)}</td></tr>`;

function failedSubJobs({ lang, failedSubJobs, subJobsOmitted }: MessageContent): string[] {
  if (failedSubJobs.length === 0) return [];
  const { frame } = TEXTS[lang];
  const items = [...failedSubJobs, ...(subJobsOmitted > 0 ? [frame.more(subJobsOmitted)] : [])];
  return [
    `<p style="margin:0 0 4px"><b>${escaped(frame.failedSubJobs)}</b></p>`,
    '<ul style="margin:0 0 12px;padding-left:20px">',
    ...items.map((item) => `<li style="overflow-wrap:anywhere">${escaped(item)}</li>`),
    '</ul>',
  ];
}

/** For text between tags, and for links that have no quotation marks. No other attribute holds anything from outside. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
