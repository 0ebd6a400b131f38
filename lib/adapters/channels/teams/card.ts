import { factsBelow, headline } from '../../../core/notify/headline.ts';
import type { Fact, MessageContent, Tone } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { fit, inEscapedJson } from '../fit.ts';

/**
 * A workflow refuses a message of more than 28 KB, after it has said 202 and counting more than was sent: 24,453 bytes counted as
 * 28,897. Ours takes at most 20,000, however its characters are escaped: 900 title + 2 x 600 for notifications + 1,400
 * lead + 3,000 reason + 9 x 420 for the other facts + 10 x 380 sub-jobs + 1,400 hint + 420 command + 2 x 500 links + 2,900
 * around them = 19,800.
 */
const MAX = {
  title: 900,
  notification: 600,
  paragraph: 1_400,
  facts: 10,
  reason: 3_000,
  fact: 360,
  label: 60,
  /** A line in a subscription's own words: 2,000 characters of 6 bytes stand alone. */
  own: 12_000,
  subJobs: 10,
  subJob: 380,
} as const;

const COLORS: Record<Tone, string> = { good: 'Good', warn: 'Warning', bad: 'Attention', info: 'Accent' };

/** The one form that a workflow takes: with another one it says 202 and fails. */
export interface TeamsMessage {
  type: 'message';
  /** The line of a notification. */
  summary: string;
  attachments: [
    { contentType: 'application/vnd.microsoft.card.adaptive'; contentUrl: null; content: AdaptiveCard },
  ];
}
interface AdaptiveCard {
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  type: 'AdaptiveCard';
  /** The newest that Workflows takes. */
  version: '1.4';
  fallbackText: string;
  body: RichTextBlock[];
  actions?: OpenUrl[];
  msteams: { width: 'full' };
}
interface OpenUrl {
  type: 'Action.OpenUrl';
  title: string;
  url: string;
}
interface RichTextBlock {
  type: 'RichTextBlock';
  inlines: TextRun[];
  separator?: true;
}
interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Large';
  color?: string;
}

/**
 * A message as an Adaptive Card. All text stands in text runs, in which Teams reads no Markdown, unlike in every other element; a
 * mention needs an entity beside the text, and there are none. So nothing that a cloud or a user wrote is anything but text.
 */
export function teamsMessage(content: MessageContent): TeamsMessage {
  const { frame } = TEXTS[content.lang];
  const below = factsBelow(content, titleOf(content)).slice(0, MAX.facts);
  return cardOf(content, [
    ...factBlocks(
      content,
      below.filter(({ isReason }) => isReason),
    ),
    ...paragraph(content.lead),
    ...(content.own ?? []).filter(Boolean).map((one) => block(run(one, MAX.own))),
    ...paragraph(content.hint),
    ...factBlocks(content, content.command ? [{ label: frame.command, value: content.command }] : []),
    ...factBlocks(
      content,
      below.filter(({ isReason }) => !isReason),
    ),
    ...subJobBlock(content),
  ]);
}

/** What is left where the whole is refused for its size. */
export const shortTeamsMessage = (content: MessageContent): TeamsMessage => cardOf(content, []);

function cardOf(content: MessageContent, blocks: RichTextBlock[]): TeamsMessage {
  const notification = headline(content, cut(MAX.notification));
  const actions = actionsOf(content);
  const title: TextRun = {
    type: 'TextRun',
    text: titleOf(content),
    weight: 'Bolder',
    size: 'Large',
    color: COLORS[content.tone],
  };
  return {
    type: 'message',
    summary: notification,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: notification,
          body: [block(title), ...blocks],
          ...(actions.length > 0 && { actions }),
          msteams: { width: 'full' },
        },
      },
    ],
  };
}

const cut = (max: number) => ({
  max,
  size: inEscapedJson,
  fit: (text: string, room: number) => fit(text, room, inEscapedJson),
});
const titleOf = (content: MessageContent): string => headline(content, cut(MAX.title));

function actionsOf({ lang, link, page }: MessageContent): OpenUrl[] {
  const { frame } = TEXTS[lang];
  const action = (title: string, url: string | undefined): OpenUrl[] =>
    url ? [{ type: 'Action.OpenUrl', title, url }] : [];
  return [...action(frame.console, link), ...action(frame.page, page)];
}

const block = (...inlines: TextRun[]): RichTextBlock => ({ type: 'RichTextBlock', inlines });

const run = (text: string, max: number): TextRun => ({
  type: 'TextRun',
  text: fit(text, max, inEscapedJson),
});

const paragraph = (text: string | undefined): RichTextBlock[] =>
  text ? [block(run(text, MAX.paragraph))] : [];

const factBlocks = ({ lang }: MessageContent, facts: readonly Fact[]): RichTextBlock[] =>
  facts.map(({ label, value, isReason }) =>
    block(
      { ...run(TEXTS[lang].labelled(label, ''), MAX.label), weight: 'Bolder' },
      run(value, isReason ? MAX.reason : MAX.fact),
    ),
  );

function subJobBlock({ lang, failedSubJobs, subJobsOmitted }: MessageContent): RichTextBlock[] {
  if (failedSubJobs.length === 0) return [];
  const { frame } = TEXTS[lang];
  const shown = failedSubJobs.slice(0, MAX.subJobs);
  const omitted = subJobsOmitted + failedSubJobs.length - shown.length;
  return [
    { ...block({ ...run(frame.failedSubJobs, MAX.label), weight: 'Bolder' }), separator: true },
    ...shown.map((sub) => block(run(`• ${sub}`, MAX.subJob))),
    ...(omitted > 0 ? [block(run(frame.more(omitted), MAX.subJob))] : []),
  ];
}
