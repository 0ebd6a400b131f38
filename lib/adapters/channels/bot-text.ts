import { factsBelow } from '../../core/notify/headline.ts';
import type { MessageContent } from '../../core/notify/message-content.ts';
import { TEXTS } from '../../core/notify/texts/catalogue.ts';
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

/**
 * What stands below the headline, part by part in the order to show them, each cut to its limit, which is that of the text that
 * `safe` has made harmless. `shown`: the headline as it is, where it tells the reason.
 */
export function partsOf(
  content: MessageContent,
  shown: string,
  limits: TextLimits,
  size: Size,
  safe: (text: string) => string = (text) => text,
) {
  const { lead, hint, command, failedSubJobs, subJobsOmitted, lang } = content;
  const { frame } = TEXTS[lang];
  const within = (text: string, max: number): string => safe(fit(text, max, (it) => size(safe(it))));
  const below = factsBelow(content, shown);
  const facts = below.slice(0, FACTS).map(({ label, value, isReason }) => ({
    label: within(label, limits.label),
    value: within(value, isReason ? limits.firstFact : limits.fact),
    isReason,
  }));
  const sub = failedSubJobs.slice(0, SUB_JOBS);
  const omitted = subJobsOmitted + failedSubJobs.length - sub.length;
  return {
    /** The reason in full. */
    why: facts.filter(({ isReason }) => isReason),
    lead: lead && within(lead, limits.paragraph),
    own: (content.own ?? []).map(safe),
    hint: hint && within(hint, limits.paragraph),
    command: command && { label: frame.command, value: within(command, limits.fact) },
    facts: facts.filter(({ isReason }) => !isReason),
    subJobs: sub.length > 0 ? sub.map((it) => within(it, limits.subJob)) : [],
    more: omitted > 0 ? [frame.more(omitted)] : [],
    frame,
  };
}

/** What opens no mention and no tag, and looks alike. */
export const withoutTags = (text: string): string => text.replaceAll('<', '＜').replaceAll('>', '＞');
