import { truncate } from '../../../core/jobs/bounds.ts';
import { factsBelow, headline } from '../../../core/notify/headline.ts';
import type { Fact, MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { plainText } from '../email/plain-text.ts';
import { mentionsIn } from './mentions.ts';

/**
 * Slack refuses a message as a whole when one part is too long: a header takes 150 characters, a text 3,000, a field 2,000,
 * a section 10 fields, a message 50 blocks; and about 13,000 characters in sum were refused although no page says so. Below
 * are our own, smaller bounds, counted after escaping. The largest message they allow: 150 header + 1,300 reason + 500 lead +
 * 500 hint + 400 command + 8 x 400 for the other facts + 10 x 260 sub-jobs + 2,500 link (500, all of them `&`) + 500 page +
 * 150 text + 160 for who is mentioned = 11,960, within 12,000.
 */
const MAX = {
  header: 150,
  paragraph: 500,
  reason: 1_300,
  fact: 400,
  /** What fits into one of two columns; a longer fact stands on a line of its own. */
  shortFact: 50,
  facts: 9,
  subJobs: 10,
  subJob: 250,
  /** A text in a subscription's own words, which stands alone. */
  own: 3_000,
  text: 150,
  /** The message without blocks; Slack cuts at 40,000. */
  textOnly: 8_000,
  /** Where a message is changed, it refuses more than 4,000. */
  updateOnly: 3_900,
} as const;

export interface SlackPayload {
  /** What notifications show; the whole message where there are no blocks. */
  text: string;
  blocks?: Block[];
  mrkdwn: false;
  unfurl_links: false;
  unfurl_media: false;
}
type Block =
  | { type: 'header'; text: Plain }
  | { type: 'section'; text: Plain | Link | Mention }
  | { type: 'section'; fields: Plain[] };
interface Plain {
  type: 'plain_text';
  text: string;
  emoji: false;
}

/** Our own words on a link; a button would show a warning where nobody listens to it. */
interface Link {
  type: 'mrkdwn';
  text: `<https://${string}|${string}>`;
  verbatim: true;
}

/** Ids of the configuration, which notify those who have them. */
interface Mention {
  type: 'mrkdwn';
  text: `<${string}>`;
  verbatim: true;
}

/**
 * A message in Block Kit. All text stands in `plain_text` objects, which know no formatting and no mentions, so nothing that a
 * cloud or a user wrote can break the layout or ping anybody; but for the link, in which every such character is encoded, and for whom the
 * subscription itself has a failure call.
 */
export function slackPayload(content: MessageContent, mention?: readonly string[]): SlackPayload {
  const { lang, lead, own, hint, command, link, page } = content;
  const { frame, labelled } = TEXTS[lang];
  const title = titleOf(content, MAX.header);
  const below = factsBelow(content, title);
  return {
    text: escaped(titleOf(content, MAX.text), MAX.text),
    blocks: [
      { type: 'header', text: plain(title, MAX.header) },
      ...factBlocks(
        content,
        below.filter(({ isReason }) => isReason),
      ),
      ...paragraph(lead),
      ...(own ? [section(own.join('\n'), MAX.own)] : []),
      ...paragraph(hint),
      ...(command ? [section(labelled(frame.command, command), MAX.fact)] : []),
      ...linkBlock(frame.console, link),
      ...linkBlock(frame.page, page),
      ...mentionBlock(mentionsIn(content, mention)),
      ...factBlocks(
        content,
        below.filter(({ isReason }) => !isReason),
      ),
      ...subJobBlock(content),
    ],
    ...QUIET,
  };
}

/** The same without blocks, for when Slack refuses ours: a plain message is better than none. */
export const slackText = (content: MessageContent, mention?: readonly string[]): SlackPayload => ({
  text: [mentionsIn(content, mention) ?? [], escaped(plainText(content), MAX.textOnly)].flat().join('\n'),
  ...QUIET,
});

/** The same for a message that is changed; its blocks stay unless they are taken away. */
export const shortUpdate = (content: MessageContent): SlackPayload => ({
  text: escaped(plainText(content), MAX.updateOnly),
  blocks: [],
  ...QUIET,
});

/** No formatting in `text`, and no previews of what happens to look like a link. */
const QUIET = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

/** As it is cut before it is escaped, so that it can be looked up what it says. */
const titleOf = (content: MessageContent, max: number): string =>
  headline(content, { max, size: inSlack, fit: truncate });
const inSlack = (text: string): number => escaped(text, Infinity).length;

const section = (text: string, max: number): Block => ({ type: 'section', text: plain(text, max) });
const paragraph = (text: string | undefined): Block[] => (text ? [section(text, MAX.paragraph)] : []);

function linkBlock(words: string, link: string | undefined): Block[] {
  if (link === undefined) return [];
  const url = link.replaceAll('&', '&amp;') as `https://${string}`;
  return [{ type: 'section', text: { type: 'mrkdwn', text: `<${url}|${words}>`, verbatim: true } }];
}

const mentionBlock = (text: string | null): Block[] =>
  text === null
    ? []
    : [{ type: 'section', text: { type: 'mrkdwn', text: text as `<${string}>`, verbatim: true } }];

/** In their order: a long one alone, short ones that follow each other in two columns, of which a section takes 10. */
function factBlocks({ lang }: MessageContent, facts: readonly Fact[]): Block[] {
  const blocks: Block[] = [];
  for (const { label, value, isReason } of facts.slice(0, MAX.facts)) {
    const text = TEXTS[lang].labelled(label, value);
    const last = blocks.at(-1);
    if (isReason || columnsOf(text) > MAX.shortFact)
      blocks.push(section(text, isReason ? MAX.reason : MAX.fact));
    else if (last && 'fields' in last) last.fields.push(plain(text, MAX.fact));
    else blocks.push({ type: 'section', fields: [plain(text, MAX.fact)] });
  }
  return blocks.map((block) =>
    'fields' in block && block.fields.length === 1 ? { type: 'section', text: block.fields[0]! } : block,
  );
}

/** A Chinese character is as wide as two others. */
const columnsOf = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0);

function subJobBlock({ lang, failedSubJobs, subJobsOmitted }: MessageContent): Block[] {
  if (failedSubJobs.length === 0) return [];
  const { frame, labelled } = TEXTS[lang];
  const shown = failedSubJobs.slice(0, MAX.subJobs).map((sub) => `• ${escaped(sub, MAX.subJob)}`);
  const omitted = subJobsOmitted + failedSubJobs.length - shown.length;
  const more = omitted > 0 ? [frame.more(omitted)] : [];
  const text = [labelled(frame.failedSubJobs, '').trim(), ...shown, ...more].join('\n');
  return [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }];
}

const plain = (text: string, max: number): Plain => ({
  type: 'plain_text',
  text: escaped(text, max),
  // Otherwise Slack would turn a `:name:` of somebody's job into a picture.
  emoji: false,
});

/** Slack's three characters, and at most `max` characters after that; never half of an escape. */
export function escaped(text: string, max: number): string {
  // What is escaped is never shorter: no more of it is needed to see that something is missing.
  const first = text.slice(0, max + 1);
  const whole = first.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return truncate(whole, max).replace(/&[a-z]*…$/, '…');
}
