import { headline, markedTitle } from '../../../core/notify/headline.ts';
import { LINK_TEXT, type MessageContent } from '../../../core/notify/message-content.ts';
import { KEYWORD, partsOf } from '../bot-text.ts';
import { fit, inJson } from '../fit.ts';

/** A message takes some 20,000 bytes; the largest that these allow, counted after escaping, has 15,000. */
const MAX = {
  title: 300,
  heading: 600,
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
  const heading = fit(markedTitle(content), MAX.heading, (it) => inJson(escaped(it)));
  const { lead, facts, subJobs, more, hint } = partsOf(content, MAX, inJson, escaped);
  const text = [
    `#### ${escaped(heading)}`,
    lead,
    facts.map(({ label, value }) => `- **${label}**: ${value}`).join('\n'),
    hint && `> ${hint}`,
    subJobs.length > 0 &&
      ['**Failed sub-jobs**', '', ...subJobs.map((sub) => `- ${sub}`), ...more.map((it) => `- ${it}`)].join(
        '\n',
      ),
    content.link && `[${LINK_TEXT}](${content.link.replaceAll('(', '%28').replaceAll(')', '%29')})`,
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

const titleOf = (content: MessageContent, max: number): string =>
  `${fit(headline(content), max, inJson)} · ${KEYWORD}`;

/** Each character that Markdown reads as something; a text that begins with digits and a full stop would be a list. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[\\*_[\]()#>!`~|-]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/^(\d+)\./, String.raw`$1\.`);
