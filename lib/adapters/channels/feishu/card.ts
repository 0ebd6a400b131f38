import { headline } from '../../../core/notify/headline.ts';
import type { MessageContent, Tone } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { KEYWORD, partsOf, withoutTags } from '../bot-text.ts';
import { fit, inJson } from '../fit.ts';

/** A request takes 20 KB. The largest message that these allow is 500 + 2 x 1,200 + 4,000 + 10 x 460 + 10 x 420 + 2 x 500 + frame = 18,000. */
const MAX = {
  title: 500,
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
type Button = { tag: 'button'; text: Plain; url: string; type: 'primary' | 'default' };
type Element = { tag: 'div'; text: Plain } | { tag: 'hr' } | { tag: 'action'; actions: Button[] };
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

/** A message as a card, in the older form, which every client shows. All text is plain: Feishu reads no tags and no mentions in it. */
export function feishuCard(content: MessageContent): FeishuCard {
  const { lang, tone } = content;
  const { labelled } = TEXTS[lang];
  const title = titleOf(content, MAX.title);
  const { why, lead, own, hint, command, facts, subJobs, more, frame } = partsOf(content, title, MAX, inJson);
  const lines = (of: typeof facts) => of.map(({ label, value }) => labelled(label, value)).join('\n');
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: { template: COLORS[tone], title: plain(title) },
      elements: [
        ...paragraph(lines(why)),
        ...paragraph(lead),
        ...paragraph(own.join('\n')),
        ...paragraph(hint),
        ...paragraph(command && labelled(command.label, command.value)),
        ...paragraph(lines(facts)),
        ...(subJobs.length > 0
          ? [
              { tag: 'hr' } as const,
              ...paragraph(
                [labelled(frame.failedSubJobs, '').trim(), ...subJobs.map((sub) => `• ${sub}`), ...more].join(
                  '\n',
                ),
              ),
            ]
          : []),
        ...buttons(content),
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
  `${headline(content, { max, size: inJson, fit: (text, room) => fit(text, room, inJson) })} · ${KEYWORD}`;
const plain = (content: string): Plain => ({ tag: 'plain_text', content });
const paragraph = (text: string | undefined): Element[] => (text ? [{ tag: 'div', text: plain(text) }] : []);

function buttons({ lang, link, page }: MessageContent): Element[] {
  const { frame } = TEXTS[lang];
  const button = (text: string, url: string | undefined, type: Button['type']): Button[] =>
    url ? [{ tag: 'button', text: plain(text), url, type }] : [];
  const actions = [...button(frame.console, link, 'primary'), ...button(frame.page, page, 'default')];
  return actions.length > 0 ? [{ tag: 'action', actions }] : [];
}
