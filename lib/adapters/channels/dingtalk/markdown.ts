import { headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { KEYWORD, partsOf } from '../bot-text.ts';
import { fit, inJson, type Size } from '../fit.ts';

/** A message takes some 20,000 bytes; the largest that these allow, counted after escaping, has 16,500. */
const MAX = {
  title: 300,
  heading: 700,
  paragraph: 1_000,
  firstFact: 2_500,
  fact: 400,
  label: 60,
  subJob: 320,
};
const TEXT = 1_000;

/** Nobody is mentioned, whatever the text says: DingTalk takes an `@` in it for one only with its number in here. */
const NOBODY = { atMobiles: [], atUserIds: [], isAtAll: false } as const;

export interface DingTalkMarkdown {
  msgtype: 'markdown';
  /** `title`: what phones and the list of chats show. */
  markdown: { title: string; text: string };
  at: typeof NOBODY;
}
export interface DingTalkText {
  msgtype: 'text';
  text: { content: string };
  at: typeof NOBODY;
}

export function dingtalkMarkdown(content: MessageContent): DingTalkMarkdown {
  const heading = headline(
    content,
    cut(MAX.heading, (it) => inJson(escaped(it))),
  );
  const parts = partsOf(content, heading, MAX, inJson, escaped);
  const { why, lead, own, hint, command, facts, subJobs, more, frame } = parts;
  const { labelled } = TEXTS[content.lang];
  const bold = ({ label, value }: { label: string; value: string }) => labelled(`**${label}**`, value);
  const text = [
    `#### ${escaped(heading)}`,
    ...why.map(bold),
    lead,
    ...own,
    hint && `> ${hint}`,
    command && bold(command),
    facts.map((fact) => `- ${bold(fact)}`).join('\n'),
    subJobs.length > 0 &&
      [
        `**${escaped(frame.failedSubJobs)}**`,
        '',
        ...subJobs.map((sub) => `- ${sub}`),
        ...more.map((it) => `- ${it}`),
      ].join('\n'),
    linkTo(frame.console, content.link),
    linkTo(frame.page, content.page),
    KEYWORD,
  ];
  return {
    msgtype: 'markdown',
    markdown: { title: titleOf(content, MAX.title), text: text.filter(Boolean).join('\n\n') },
    at: NOBODY,
  };
}

export const dingtalkText = (content: MessageContent): DingTalkText => ({
  msgtype: 'text',
  text: { content: titleOf(content, TEXT) },
  at: NOBODY,
});

const linkTo = (text: string, link: string | undefined): string | undefined =>
  link && `[${text}](${link.replaceAll('(', '%28').replaceAll(')', '%29')})`;

const cut = (max: number, size: Size) => ({
  max,
  size,
  fit: (text: string, room: number) => fit(text, room, size),
});
const titleOf = (content: MessageContent, max: number): string =>
  `${headline(content, cut(max, inJson))} · ${KEYWORD}`;

/** Each character that Markdown reads as something; a text that begins with digits and a full stop would be a list. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[\\*_[\]()#>!`~|-]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/^(\d+)\./, String.raw`$1\.`);
