import { LINK_TEXT, type Fact, type MessageContent } from '../../core/notify/message-content.ts';
import { andMore } from './email/plain-text.ts';
import { fit, type Size } from './fit.ts';

/** A word of every message, so that a bot which wants a keyword can be given this one. It is a name in every language. */
export const KEYWORD = 'Jobchime';

export interface TextLimits {
  paragraph: number;
  firstFact: number;
  fact: number;
  label: number;
  subJob: number;
}
const FACTS = 10;
const SUB_JOBS = 10;

/** What stands below the headline, part by part, each cut to its limit, which is that of the text that `safe` has made harmless. */
export function partsOf(
  content: Omit<MessageContent, 'facts'> & { facts: readonly Fact[] },
  limits: TextLimits,
  size: Size,
  safe: (text: string) => string = (text) => text,
) {
  const { lead, hint, facts, failedSubJobs, subJobsOmitted } = content;
  const within = (text: string, max: number): string => safe(fit(text, max, (it) => size(safe(it))));
  const shown = failedSubJobs.slice(0, SUB_JOBS);
  return {
    lead: lead && within(lead, limits.paragraph),
    facts: facts.slice(0, FACTS).map(({ label, value }, i) => ({
      label: within(label, limits.label),
      value: within(value, i === 0 ? limits.firstFact : limits.fact),
    })),
    subJobs: shown.map((sub) => within(sub, limits.subJob)),
    more: andMore(subJobsOmitted + failedSubJobs.length - shown.length),
    hint: hint && within(hint, limits.paragraph),
  };
}

/** What opens no mention and no tag, and looks alike. */
export const withoutTags = (text: string): string => text.replaceAll('<', '＜').replaceAll('>', '＞');

export const linkLine = (link: string | undefined): string[] => (link ? [`${LINK_TEXT}: ${link}`] : []);
