import { headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { partsOf, withoutTags } from '../bot-text.ts';
import { fit, inBytes } from '../fit.ts';

/** Bytes of a text. Its Markdown takes twice as many, and has no way to write what means something in it. */
const MOST = 2_048;
const MAX = { headline: 500, paragraph: 300, firstFact: 300, fact: 200, label: 60, subJob: 160 };
/** What is left where the whole was refused for its length. */
const SHORT = 500;

export interface WeComText {
  msgtype: 'text';
  /** Nobody is in the lists of who is mentioned. A mention within the text is a tag. */
  text: { content: string; mentioned_list: []; mentioned_mobile_list: [] };
}

/** The headline and the console always; of the rest what there is room for, the most important first. */
export function wecomText(content: MessageContent): WeComText {
  const { lang, link, page } = content;
  const { labelled, frame } = TEXTS[lang];
  const first = headline(content, cut(MAX.headline));
  const parts = partsOf(content, first, MAX, inBytes, withoutTags);
  const facts = (of: typeof parts.facts) => of.map(({ label, value }) => labelled(label, value));
  const lines = [
    ...paragraph(...facts(parts.why)),
    ...paragraph(parts.lead),
    ...paragraph(...parts.own),
    ...paragraph(parts.hint),
    ...paragraph(parts.command && labelled(parts.command.label, parts.command.value)),
    ...paragraph(...facts(parts.facts)),
    ...(parts.subJobs.length > 0
      ? ['', labelled(frame.failedSubJobs, '').trim(), ...parts.subJobs.map((sub) => `• ${sub}`)]
      : []),
    ...parts.more,
  ];
  const last = [
    ...paragraph(link && labelled(frame.console, link)),
    ...paragraph(page && labelled(frame.page, page)),
  ];
  return textOf(within(lines, [withoutTags(first)], last, frame.cut).join('\n'));
}

export const wecomShortText = (content: MessageContent): WeComText =>
  textOf(withoutTags(headline(content, cut(SHORT))));

const paragraph = (...lines: (string | undefined)[]): string[] => {
  const said = lines.filter((line) => line !== undefined && line !== '') as string[];
  return said.length > 0 ? ['', ...said] : [];
};

/** Whole lines, with a word on those that are left out. */
function within(
  lines: readonly string[],
  before: readonly string[],
  after: readonly string[],
  more: string,
): string[] {
  const whole = [...before, ...lines, ...after];
  if (bytes(whole) <= MOST) return whole;
  const kept = lines.findIndex((_, n) => bytes([...before, ...lines.slice(0, n + 1), more, ...after]) > MOST);
  return [...before, ...lines.slice(0, kept), more, ...after];
}
const bytes = (lines: readonly string[]): number => inBytes(lines.join('\n'));

const inTagless = (text: string): number => inBytes(withoutTags(text));
const cut = (max: number) => ({
  max,
  size: inTagless,
  fit: (text: string, room: number) => fit(text, room, inTagless),
});

const textOf = (content: string): WeComText => ({
  msgtype: 'text',
  text: { content, mentioned_list: [], mentioned_mobile_list: [] },
});
