import { LINK_TEXT, type MessageContent } from '../../../core/notify/message-content.ts';

/** A story as text in paragraphs. No markup: nothing in it can be taken for any. */
export function plainText(content: MessageContent): string {
  const width = Math.max(0, ...content.facts.map(({ label }) => label.length + 2));
  return [
    content.title,
    content.lead,
    content.facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${value}`).join('\n'),
    failedSubJobs(content),
    content.hint,
    content.link && `${LINK_TEXT}: ${content.link}`,
    content.note,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function failedSubJobs({ failedSubJobs, subJobsOmitted }: MessageContent): string {
  if (failedSubJobs.length === 0) return '';
  return ['Failed sub-jobs:', ...failedSubJobs.map((sub) => `- ${sub}`), ...andMore(subJobsOmitted)].join(
    '\n',
  );
}

/** Never left out silently. */
export const andMore = (count: number): string[] => (count > 0 ? [`... and ${count} more`] : []);
