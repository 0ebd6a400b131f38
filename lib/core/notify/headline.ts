import { clause, type Fact, type MessageContent, type Tone } from './message-content.ts';
import { TEXTS } from './texts/catalogue.ts';

const MARKS: Record<Tone, string> = { good: '✅', warn: '⚠️', bad: '❌', info: 'ℹ️' };

const markedTitle = ({ tone, title }: MessageContent): string => `${MARKS[tone]} ${title}`;

/** The same as below without the mark, for programs. */
export const headlineWithoutMark = (content: MessageContent): string =>
  headline(content).slice(MARKS[content.tone].length + 1);

/** Cuts a text so that it takes at most `max` of whatever a channel counts. */
export interface Cut {
  max: number;
  size(text: string): number;
  fit(text: string, max: number): string;
}

/** Of a headline that is too long, the title keeps at least this share. */
const TITLE_SHARE = 0.6;

/**
 * What a locked phone shows, in one line: what happened to what, why, and where unless the rest says so. Where it has to be cut, what
 * is least missed goes: first the end of the reason, the title last.
 */
export function headline(content: MessageContent, cut?: Cut): string {
  const { lang, reason, place } = content;
  const title = markedTitle(content);
  const region = place.slice(place.lastIndexOf(' ') + 1);
  const where = place && !`${title} ${reason ?? ''}`.includes(region) ? ` · ${place}` : '';
  const told = (head: string, why: string | undefined): string =>
    `${why ? TEXTS[lang].because(head, why) : head}${where}`;
  const whole = told(title, reason);
  if (!cut || cut.size(whole) <= cut.max) return whole;
  const short = reason ? cut.fit(title, Math.floor(cut.max * TITLE_SHARE)) : title;
  const room = cut.max - cut.size(told(short, reason && ' ')) + cut.size(reason ? ' ' : '');
  return room < LEAST
    ? cut.fit(whole, cut.max)
    : reason
      ? told(short, cut.fit(reason, room))
      : `${cut.fit(title, cut.max - cut.size(where))}${where}`;
}
/** Less says nothing. */
const LEAST = 20;

/** The facts that a text above them does not tell already. */
export const factsBelow = ({ facts }: MessageContent, shown: string): Fact[] =>
  facts.filter(({ isReason, value }) => !isReason || !shown.includes(clause(value)));
