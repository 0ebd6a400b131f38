import { factsBelow, headline } from '../../../core/notify/headline.ts';
import { LINK_TEXT, type MessageContent, type Tone } from '../../../core/notify/message-content.ts';
import { KEYWORD, partsOf, withoutTags } from '../bot-text.ts';
import { fit, inJson } from '../fit.ts';

/** A request takes 20 KB. The largest message that these allow is 400 + 2 x 1,200 + 4,000 + 9 x 460 + 10 x 420 + 500 + frame = 17,000. */
const MAX = {
  title: 400,
  paragraph: 1_200,
  firstFact: 4_000,
  fact: 400,
  label: 60,
  subJob: 420,
};
const TEXT = 1_000;

const COLORS: Record<Tone, string> = { good: 'green', warn: 'orange', bad: 'red', info: 'blue' };

interface Plain {
  tag: 'plain_text';
  content: string;
}
type Element =
  | { tag: 'div'; text: Plain }
  | { tag: 'hr' }
  | { tag: 'action'; actions: [{ tag: 'button'; text: Plain; url: string; type: 'primary' }] };
export interface FeishuCard {
  msg_type: 'interactive';
  card: {
    config: { wide_screen_mode: true };
    header: { template: string; title: Plain };
    elements: Element[];
  };
}
export interface FeishuText {
  msg_type: 'text';
  content: { text: string };
}

/** A story as a card, in the older form, which every client shows. All text is plain: Feishu reads no tags and no mentions in it. */
export function feishuCard(content: MessageContent): FeishuCard {
  const title = titleOf(content, MAX.title);
  const parts = partsOf({ ...content, facts: factsBelow(content, title) }, MAX, inJson);
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: { template: COLORS[content.tone], title: plain(title) },
      elements: [
        ...paragraph(parts.lead),
        ...paragraph(parts.hint),
        ...paragraph(parts.facts.map(({ label, value }) => `${label}: ${value}`).join('\n')),
        ...(parts.subJobs.length > 0
          ? [
              { tag: 'hr' } as const,
              ...paragraph(
                ['Failed sub-jobs:', ...parts.subJobs.map((sub) => `• ${sub}`), ...parts.more].join('\n'),
              ),
            ]
          : []),
        ...button(content.link),
      ],
    },
  };
}

/** A mention in such a text is a tag. */
export const feishuText = (content: MessageContent): FeishuText => ({
  msg_type: 'text',
  content: { text: withoutTags(titleOf(content, TEXT)) },
});

const titleOf = (content: MessageContent, max: number): string =>
  `${fit(headline(content), max, inJson)} · ${KEYWORD}`;
const plain = (content: string): Plain => ({ tag: 'plain_text', content });
const paragraph = (text: string | undefined): Element[] => (text ? [{ tag: 'div', text: plain(text) }] : []);
const button = (url: string | undefined): Element[] =>
  url ? [{ tag: 'action', actions: [{ tag: 'button', text: plain(LINK_TEXT), url, type: 'primary' }] }] : [];
