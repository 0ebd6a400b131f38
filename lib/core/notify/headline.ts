import type { Fact, MessageContent, Tone } from './message-content.ts';

const MARKS: Record<Tone, string> = { good: '✅', warn: '⚠️', bad: '❌', info: 'ℹ️' };
const REASON = 'Reason';

/** What happened to what. */
export const markedTitle = ({ tone, title }: MessageContent): string => `${MARKS[tone]} ${title}`;

/** What a locked phone shows, in one line: what happened to what, and why. */
export function headline(content: MessageContent): string {
  const reason = content.facts.find(({ label }) => label === REASON)?.value;
  return [markedTitle(content), ...(reason ? [reason] : [])].join(' · ');
}

/** The facts that a text above them does not tell already. */
export const factsBelow = ({ facts }: MessageContent, shown: string): Fact[] =>
  facts.filter(({ label, value }) => label !== REASON || !shown.includes(value));
