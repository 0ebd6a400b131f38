import { factsBelow, headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';

/** A message as text in paragraphs. No markup: nothing in it can be taken for any. */
export function plainText(content: MessageContent): string {
  const { lang, command, link, page } = content;
  const title = headline(content);
  const facts = factsBelow(content, title);
  const { labelled, frame } = TEXTS[lang];
  const lines = (isReason: boolean): string =>
    facts
      .filter((fact) => (fact.isReason ?? false) === isReason)
      .map(({ label, value }) => labelled(label, value))
      .join('\n');
  return [
    title,
    lines(true),
    content.lead,
    content.own?.join('\n'),
    content.hint,
    command && labelled(frame.command, command),
    link && labelled(frame.console, link),
    page && labelled(frame.page, page),
    lines(false),
    failedSubJobs(content),
    content.note,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function failedSubJobs({ lang, failedSubJobs, subJobsOmitted }: MessageContent): string {
  if (failedSubJobs.length === 0) return '';
  const { labelled, frame } = TEXTS[lang];
  const more = subJobsOmitted > 0 ? [frame.more(subJobsOmitted)] : [];
  return [labelled(frame.failedSubJobs, '').trim(), ...failedSubJobs.map((sub) => `- ${sub}`), ...more].join(
    '\n',
  );
}
