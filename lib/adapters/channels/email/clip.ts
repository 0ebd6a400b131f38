import { truncate } from '../../../core/jobs/bounds.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';

/** Gmail shows 102 KB of a mail and hides the rest, and with it the link that unsubscribes. */
const MOST = 90_000;
/** Characters of each text, and how many sub-jobs: as much as there is, where that is not too much. */
const STEPS: readonly (readonly [text: number, subJobs: number])[] = [
  [2_000, 50],
  [600, 20],
  [200, 10],
];

/** The content, or so much of it that the mail is shown whole. */
export function clipped(
  content: MessageContent,
  sizeOf: (content: MessageContent) => number,
): MessageContent {
  if (sizeOf(content) <= MOST) return content;
  const smaller = STEPS.map(([text, subJobs]) => cut(content, text, subJobs));
  return smaller.find((it) => sizeOf(it) <= MOST) ?? smaller.at(-1)!;
}

function cut(content: MessageContent, text: number, subJobs: number): MessageContent {
  const { title, about, reason, lead, hint, facts, failedSubJobs, subJobsOmitted } = content;
  const short = (it: string): string => truncate(it, text);
  return {
    ...content,
    title: short(title),
    about: short(about),
    ...(reason !== undefined && { reason: short(reason) }),
    ...(lead !== undefined && { lead: short(lead) }),
    ...(hint !== undefined && { hint: short(hint) }),
    facts: facts.map((fact) => ({ ...fact, value: short(fact.value) })),
    failedSubJobs: failedSubJobs.slice(0, subJobs).map(short),
    subJobsOmitted: subJobsOmitted + Math.max(0, failedSubJobs.length - subJobs),
  };
}
