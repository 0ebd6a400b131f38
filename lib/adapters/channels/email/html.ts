import { factsBelow, headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { escaped, linkTo, mailFrame, paragraph } from './frame.ts';

const LABEL = 'text-align:left;vertical-align:top;padding:2px 16px 2px 0';
/** A longer label in one line would leave no room for its value on a phone. */
const ONE_LINE = 16;
const VALUE = 'padding:2px 0;vertical-align:top;overflow-wrap:anywhere';

/** A message as a mail's HTML part: inline styles (mail programs drop others), no pictures, nothing to load, no links but those to the console and to unsubscribe. */
export function emailHtml(content: MessageContent, footer: string, unsubscribe: string | null): string {
  const { lang, command, link, page } = content;
  const { frame } = TEXTS[lang];
  const title = headline(content);
  const facts = factsBelow(content, title);
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
  const preheader = [content.reason, content.lead, content.hint].filter(Boolean).join(' · ');
  return mailFrame({ lang, title, tone: content.tone, preheader }, [
    ...rows(true),
    ...paragraph(content.lead),
    ...paragraph(content.own?.join('\n'), ';white-space:pre-line;overflow-wrap:anywhere'),
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
  ]);
}

const unsubscribeLink = (words: string, link: string | null): string =>
  link === null ? '' : `<br><a href="${escaped(link)}">${escaped(words)}</a>`;

const row = (label: string, value: string): string =>
  `<tr><th scope="row" style="${LABEL}${label.length > ONE_LINE ? '' : ';white-space:nowrap'}">${escaped(label)}</th><td dir="auto" style="${VALUE}">${escaped(value)}</td></tr>`;

function failedSubJobs({ lang, failedSubJobs, subJobsOmitted }: MessageContent): string[] {
  if (failedSubJobs.length === 0) return [];
  const { frame } = TEXTS[lang];
  const items = [...failedSubJobs, ...(subJobsOmitted > 0 ? [frame.more(subJobsOmitted)] : [])];
  return [
    `<p style="margin:0 0 4px"><b>${escaped(frame.failedSubJobs)}</b></p>`,
    '<ul style="margin:0 0 12px;padding-left:20px">',
    ...items.map((item) => `<li dir="auto" style="overflow-wrap:anywhere">${escaped(item)}</li>`),
    '</ul>',
  ];
}
