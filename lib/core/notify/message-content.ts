/** What a message says, before any channel has given it a form. All texts are single lines, and not escaped. */
export interface MessageContent {
  tone: Tone;
  /** A word or two for a subject line: `failed`, `partly failed`, `overdue`. */
  statusWord: string;
  /** What it is about: `createServer web-7`. */
  about: string;
  /** Cloud and region: `otc eu-de`. Empty where the event says nothing of a place. */
  place: string;
  /** The whole in one line: `createServer failed: web-7`. */
  title: string;
  /** What that means, where the title does not say it all. */
  lead?: string;
  facts: Fact[];
  /** One line for each: what it was, code, reason, id. */
  failedSubJobs: string[];
  /** Failed sub-jobs that the event left out. */
  subJobsOmitted: number;
  /** What to do, or where to look. */
  hint?: string;
  /** Where to look at it in the cloud's console: https, with every character that means something in markup encoded. */
  link?: string;
  /** Small print, for channels with room. */
  note?: string;
}

export type Tone = 'good' | 'warn' | 'bad' | 'info';
export interface Fact {
  label: string;
  value: string;
}

/**
 * One line of honest text. Words from outside may hold line breaks that would add a header or a row, control characters,
 * direction marks that make text read as something else, and halves of surrogate pairs that no encoder takes.
 */
export const line = (text: string | null | undefined): string =>
  (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** What a link to the cloud's console is called. */
export const LINK_TEXT = "Open in the cloud's console";
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

/** `2026-03-01 12:04:07 UTC`. The readers of one channel sit in many time zones; the zone is always named. */
export const moment = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

/** Only facts that say something. */
export const facts = (...candidates: [label: string, value: string | null][]): Fact[] =>
  candidates.flatMap(([label, value]) => (value ? [{ label, value }] : []));
