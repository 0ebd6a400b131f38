import { truncate } from '../../../core/jobs/bounds.ts';
import { LINK_TEXT, type MessageContent, type Tone } from '../../../core/notify/message-content.ts';
import { andMore, plainText } from '../email/plain-text.ts';

/**
 * Slack refuses a message as a whole when one part is too long: a header takes 150 characters, a text 3,000, a field 2,000,
 * a section 10 fields, a message 50 blocks; and about 13,000 characters in sum were refused although no page says so. Below
 * are our own, smaller bounds, counted after escaping. The largest message they allow: 150 header + 500 lead + 1,300 for the
 * first fact + 7 x 400 for the others + 10 x 260 sub-jobs + 500 hint + 2,500 link (500, all of them `&`) + 150 text = 10,500,
 * within 12,000.
 */
const MAX = {
  header: 150,
  paragraph: 500,
  firstFact: 1_300,
  fact: 400,
  /** What fits into one of two columns; a longer fact stands on a line of its own. */
  shortFact: 50,
  subJobs: 10,
  subJob: 250,
  text: 150,
  /** The message without blocks; Slack cuts at 40,000. */
  textOnly: 8_000,
} as const;

const MARKS: Record<Tone, string> = { good: '✅', warn: '⚠️', bad: '❌', info: 'ℹ️' };

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
  | { type: 'section'; text: Plain | Link }
  | { type: 'section'; fields: Plain[] };
interface Plain {
  type: 'plain_text';
  text: string;
  emoji: false;
}

/** Our own words on a link; a button would show a warning where nobody listens to it. */
interface Link {
  type: 'mrkdwn';
  text: `<https://${string}|${typeof LINK_TEXT}>`;
  verbatim: true;
}

/**
 * A story in Block Kit. All text stands in `plain_text` objects, which know no formatting and no mentions, so nothing that a
 * cloud or a user wrote can break the layout or ping anybody; but for the link, in which every such character is encoded.
 */
export function slackPayload(content: MessageContent): SlackPayload {
  const headline = `${MARKS[content.tone]} ${content.title}`;
  return {
    text: escaped(headline, MAX.text),
    blocks: [
      { type: 'header', text: plain(headline, MAX.header) },
      ...paragraph(content.lead),
      ...factBlocks(content),
      ...subJobBlock(content),
      ...paragraph(content.hint),
      ...linkBlock(content.link),
    ],
    ...QUIET,
  };
}

/** The same without blocks, for when Slack refuses ours: a plain message is better than none. */
export const slackText = (content: MessageContent): SlackPayload => ({
  text: escaped(`${MARKS[content.tone]} ${plainText(content)}`, MAX.textOnly),
  ...QUIET,
});

/** No formatting in `text`, and no previews of what happens to look like a link. */
const QUIET = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

const paragraph = (text: string | undefined): Block[] =>
  text ? [{ type: 'section', text: plain(text, MAX.paragraph) }] : [];

function linkBlock(link: string | undefined): Block[] {
  if (link === undefined) return [];
  const url = link.replaceAll('&', '&amp;') as `https://${string}`;
  return [{ type: 'section', text: { type: 'mrkdwn', text: `<${url}|${LINK_TEXT}>`, verbatim: true } }];
}

/** Long facts first (the reason is the first of all), then the short ones in two columns. No story has more than 10. */
function factBlocks({ facts }: MessageContent): Block[] {
  const texts = facts.map(({ label, value }) => `${label}: ${value}`);
  const long = texts.filter((text) => text.length > MAX.shortFact);
  const short = texts.filter((text) => text.length <= MAX.shortFact);
  return [
    ...long.map((text, i): Block => ({
      type: 'section',
      text: plain(text, i === 0 ? MAX.firstFact : MAX.fact),
    })),
    ...(short.length > 0
      ? [{ type: 'section', fields: short.map((text) => plain(text, MAX.fact)) } as const]
      : []),
  ];
}

function subJobBlock({ failedSubJobs, subJobsOmitted }: MessageContent): Block[] {
  if (failedSubJobs.length === 0) return [];
  const shown = failedSubJobs.slice(0, MAX.subJobs).map((sub) => `• ${escaped(sub, MAX.subJob)}`);
  const more = andMore(subJobsOmitted + failedSubJobs.length - shown.length);
  const text = ['Failed sub-jobs:', ...shown, ...more].join('\n');
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
  const whole = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return truncate(whole, max).replace(/&[a-z]*…$/, '…');
}
