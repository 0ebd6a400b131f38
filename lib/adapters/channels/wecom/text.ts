import { factsBelow, headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { linkLine, partsOf, withoutTags } from '../bot-text.ts';
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
  const first = fitted(headline(content), MAX.headline);
  const parts = partsOf({ ...content, facts: factsBelow(content, first) }, MAX, inBytes, withoutTags);
  const top = withoutTags(first);
  const lines = [
    ...(parts.lead ? ['', parts.lead] : []),
    ...(parts.hint ? ['', parts.hint] : []),
    '',
    ...parts.facts.map(({ label, value }) => `${label}: ${value}`),
    ...(parts.subJobs.length > 0 ? ['', 'Failed sub-jobs:', ...parts.subJobs.map((sub) => `• ${sub}`)] : []),
    ...parts.more,
  ];
  const last = content.link ? ['', ...linkLine(content.link)] : [];
  return textOf(within(lines, [top], last).join('\n'));
}

export const wecomShortText = (content: MessageContent): WeComText =>
  textOf(withoutTags(fitted(headline(content), SHORT)));

/** Whole lines, with a word on those that are left out. */
function within(lines: readonly string[], before: readonly string[], after: readonly string[]): string[] {
  const whole = [...before, ...lines, ...after];
  if (bytes(whole) <= MOST) return whole;
  const kept = lines.findIndex((_, n) => bytes([...before, ...lines.slice(0, n + 1), CUT, ...after]) > MOST);
  return [...before, ...lines.slice(0, kept), CUT, ...after];
}
const CUT = '... and more than fits here: `jobchime explain` has it all';
const bytes = (lines: readonly string[]): number => inBytes(lines.join('\n'));

const fitted = (text: string, max: number): string => fit(text, max, (it) => inBytes(withoutTags(it)));

const textOf = (content: string): WeComText => ({
  msgtype: 'text',
  text: { content, mentioned_list: [], mentioned_mobile_list: [] },
});
