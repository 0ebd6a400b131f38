import { headline, markedTitle } from '../../../core/notify/headline.ts';
import { LINK_TEXT, type MessageContent, type Tone } from '../../../core/notify/message-content.ts';
import { andMore } from '../email/plain-text.ts';
import { fit, inEscapedJson } from '../fit.ts';

/**
 * A workflow refuses a message of more than 28 KB, after it has said 202 and counting more than was sent: 24,453 bytes counted as
 * 28,897. Ours takes at most 20,000, however its characters are escaped: 600 title + 2 x 300 for notifications + 1,500
 * lead + 4,000 first fact + 9 x 460 for the others + 10 x 420 sub-jobs + 1,500 hint + 500 link + 2,900 around them = 19,940.
 */
const MAX = {
  title: 600,
  notification: 300,
  paragraph: 1_500,
  facts: 10,
  firstFact: 4_000,
  fact: 400,
  label: 60,
  subJobs: 10,
  subJob: 420,
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
  actions?: [{ type: 'Action.OpenUrl'; title: string; url: string }];
  msteams: { width: 'full' };
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
 * A story as an Adaptive Card. All text stands in text runs, in which Teams reads no Markdown, unlike in every other element; a
 * mention needs an entity beside the text, and there are none. So nothing that a cloud or a user wrote is anything but text.
 */
export function teamsMessage(content: MessageContent): TeamsMessage {
  return cardOf(content, [
    ...paragraph(content.lead),
    ...factBlocks(content),
    ...subJobBlock(content),
    ...paragraph(content.hint),
  ]);
}

/** What is left where the whole is refused for its size. */
export const shortTeamsMessage = (content: MessageContent): TeamsMessage => cardOf(content, []);

function cardOf(content: MessageContent, blocks: RichTextBlock[]): TeamsMessage {
  const notification = fit(headline(content), MAX.notification, inEscapedJson);
  const title: TextRun = {
    ...run(markedTitle(content), MAX.title),
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
          ...(content.link !== undefined && {
            actions: [{ type: 'Action.OpenUrl', title: LINK_TEXT, url: content.link }],
          }),
          msteams: { width: 'full' },
        },
      },
    ],
  };
}

const block = (...inlines: TextRun[]): RichTextBlock => ({ type: 'RichTextBlock', inlines });

const run = (text: string, max: number): TextRun => ({
  type: 'TextRun',
  text: fit(text, max, inEscapedJson),
});

const paragraph = (text: string | undefined): RichTextBlock[] =>
  text ? [block(run(text, MAX.paragraph))] : [];

const factBlocks = ({ facts }: MessageContent): RichTextBlock[] =>
  facts
    .slice(0, MAX.facts)
    .map(({ label, value }, i) =>
      block(
        { ...run(`${label}: `, MAX.label), weight: 'Bolder' },
        run(value, i === 0 ? MAX.firstFact : MAX.fact),
      ),
    );

function subJobBlock({ failedSubJobs, subJobsOmitted }: MessageContent): RichTextBlock[] {
  if (failedSubJobs.length === 0) return [];
  const shown = failedSubJobs.slice(0, MAX.subJobs);
  const more = andMore(subJobsOmitted + failedSubJobs.length - shown.length);
  return [
    { ...block({ ...run('Failed sub-jobs', MAX.label), weight: 'Bolder' }), separator: true },
    ...shown.map((sub) => block(run(`• ${sub}`, MAX.subJob))),
    ...more.map((text) => block(run(text, MAX.subJob))),
  ];
}
