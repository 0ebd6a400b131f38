import type { Lang } from './reader.ts';

/** What a message says, before any channel has given it a form. All texts are single lines, and not escaped. */
export interface MessageContent {
  /** Of all texts in here, and of what a channel puts around them (`TEXTS[lang].frame`). */
  lang: Lang;
  tone: Tone;
  /** A word or two: `failed`, `partly failed`, `overdue`. */
  statusWord: string;
  /** What it is about: `web-7: creating the server`. */
  about: string;
  /** Cloud and region: `otc eu-de`. Empty where the event says nothing of a place. */
  place: string;
  /** What happened to what: `web-7: creating the server failed`. */
  title: string;
  /** Why, in a few words: `no room for this flavor in eu-de-03 (Ecs.0219)`. */
  reason?: string;
  /** What that means, where the title does not say it all. */
  lead?: string;
  /** What to do now, or where to look. */
  hint?: string;
  /** What to type for that. */
  command?: string;
  /** The most important first. */
  facts: Fact[];
  /** One line for each reason: how many of what, the reason, ids. */
  failedSubJobs: string[];
  /** Failed sub-jobs that the event left out. */
  subJobsOmitted: number;
  /** Where to look at it in the cloud's console: https, with every character that means something in markup encoded. */
  link?: string;
  /** The same on a page of our own. */
  page?: string;
  /** Lines in the words of the subscription; empty ones part paragraphs. */
  own?: string[];
  /** Small print, for channels with room. */
  note?: string;
}

export type Tone = 'good' | 'warn' | 'bad' | 'info';
export interface Fact {
  label: string;
  value: string;
  /** The reason in full: it need not be repeated where `reason` is shown and says the same. */
  isReason?: true;
}

/**
 * One line of safe text. Words from outside may hold line breaks that would add a header or a row, control characters,
 * direction marks that make text read as something else, and halves of surrogate pairs that no encoder takes.
 */
export const line = (text: string | null | undefined): string =>
  (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * The text where punctuation follows it: without the full stop, or the like, at its own end. What is cut keeps its mark, and what is
 * nothing but punctuation stays.
 */
export const clause = (text: string): string =>
  text.replace(/(?<=[^\s.!?,;:。！？，；：、．｡])[\s.!?,;:。！？，；：、．｡]+$/u, '');

/** Far more than any page of a console takes. */
const LONGEST_LINK = 500;

/** The URL as it may be put into any markup; null for what is no link to a page. */
export function safeLink(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { protocol, username, password, href } = new URL(url);
  const encoded = href.replaceAll(/[^\w\-.~:/?#[\]@!$&()*+,;=%]/gu, (it) =>
    encodeURIComponent(it).replace("'", '%27'),
  );
  const isPlain = protocol === 'https:' && username === '' && password === '';
  return isPlain && encoded.length <= LONGEST_LINK ? encoded : null;
}

/** What to type, and paste into a shell as it is: of what comes from outside only names and ids. Nothing for any other. */
export const commandOf = (command: string, ...args: string[]): Pick<MessageContent, 'command'> =>
  typed(`jobchime ${command}`, ...args);

/** The same of another program. */
export const typed = (command: string, ...args: string[]): Pick<MessageContent, 'command'> =>
  args.every((arg) => /^[\w@:.+/][\w@:.+/-]{0,199}$/.test(arg))
    ? { command: [command, ...args].join(' ') }
    : {};

/** Only facts that say something. */
export const facts = (...candidates: [label: string, value: string | null][]): Fact[] =>
  candidates.flatMap(([label, value]) => (value ? [{ label, value }] : []));

export const reasonFacts = (label: string, value: string): Fact[] =>
  value ? [{ label, value, isReason: true }] : [];
