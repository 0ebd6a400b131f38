import { line, type MessageContent } from './message-content.ts';
import { TEXTS } from './texts/catalogue.ts';

/** What a subscription says in its own words: templates in Liquid. What is left out is said as always. */
export interface OwnWords {
  /** What happened, in one line; of a mail its subject. */
  title?: string | undefined;
  /** What stands below, in place of all of it but for the links. */
  text?: string | undefined;
}
export const OWN_WORDS = ['title', 'text'] as const satisfies readonly (keyof OwnWords)[];

/** Characters of a title that a template makes. */
export const MAX_TITLE = 150;
/** Lines of a text. */
export const MAX_LINES = 40;

export type Made = { ok: true; lines: string[] } | { ok: false; problem: string };

/** What a template made, as lines that any channel can show; `most`: characters of all of them. */
export function readMade(what: keyof OwnWords, made: string, most: number): Made {
  const isTitle = what === 'title';
  const lines = isTitle ? [line(made)] : withoutGaps(made.split(/\r\n|[\n\r]/).map(line));
  const size = lines.join('\n').length;
  const max = isTitle ? MAX_TITLE : most;
  if (size === 0) return { ok: false, problem: 'it makes nothing' };
  if (size > max) return { ok: false, problem: `it makes ${size} characters, and ${max} are the most` };
  if (lines.length > MAX_LINES)
    return { ok: false, problem: `it makes ${lines.length} lines, and ${MAX_LINES} are the most` };
  return { ok: true, lines };
}

/** No empty line at the ends, and never two in a row: a template leaves them behind. */
const withoutGaps = (lines: readonly string[]): string[] =>
  lines
    .filter((one, n) => one !== '' || (n > 0 && lines[n - 1] !== ''))
    .filter((one, n, all) => one !== '' || (n > 0 && n < all.length - 1));

/** The message in a subscription's own words. That it is a drill is said whatever the words are. */
export function inOwnWords(
  content: MessageContent,
  made: { title?: string | undefined; text?: string[] | undefined },
  isDrill: boolean,
): MessageContent {
  const { lang } = content;
  const { mark, nothingHappened } = TEXTS[lang].drill;
  const { reason: _reason, ...withoutReason } = content;
  const titled =
    made.title === undefined
      ? content
      : {
          ...withoutReason,
          place: '',
          title: isDrill ? TEXTS[lang].labelled(mark, made.title) : made.title,
        };
  if (!made.text) return titled;
  const { lead: _, hint: __, command: ___, note: ____, ...rest } = titled;
  return {
    ...rest,
    ...(isDrill && { lead: nothingHappened }),
    facts: [],
    failedSubJobs: [],
    subJobsOmitted: 0,
    own: made.text,
  };
}

/** The built-in message, which says that the words of the subscription could not be used. */
export function insteadOfOwnWords(content: MessageContent): MessageContent {
  const { labels, template } = TEXTS[content.lang];
  return { ...content, facts: [...content.facts, { label: labels.template, value: template.failed }] };
}
