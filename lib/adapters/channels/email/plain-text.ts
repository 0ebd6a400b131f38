import { LINK_TEXT, type Story } from '../../../core/notify/story.ts';

/** A story as text in paragraphs. No markup: nothing in it can be taken for any. */
export function plainText(story: Story): string {
  const width = Math.max(0, ...story.facts.map(({ label }) => label.length + 2));
  return [
    story.title,
    story.lead,
    story.facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${value}`).join('\n'),
    failedSubJobs(story),
    story.hint,
    story.link && `${LINK_TEXT}: ${story.link}`,
    story.note,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function failedSubJobs({ failedSubJobs, subJobsOmitted }: Story): string {
  if (failedSubJobs.length === 0) return '';
  return ['Failed sub-jobs:', ...failedSubJobs.map((sub) => `- ${sub}`), ...andMore(subJobsOmitted)].join(
    '\n',
  );
}

/** Never left out silently. */
export const andMore = (count: number): string[] => (count > 0 ? [`... and ${count} more`] : []);
