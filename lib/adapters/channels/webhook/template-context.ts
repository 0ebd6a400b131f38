import type { Event } from '../../../core/jobs/event.ts';
import { headlineWithoutMark } from '../../../core/notify/headline.ts';
import { describe } from '../../../core/notify/message.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import type { Reader } from '../../../core/notify/reader.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import type { Secret } from '../../../core/notify/subscription.ts';

/** What a template knows. All of `message` is there with every event, if need be empty. */
export function contextOf(
  body: string,
  event: Event,
  delivery: { id: string; subscription: string; reader?: Reader | undefined },
  secrets: Record<string, Secret> = {},
): object {
  const message = messageOf(describe(event, delivery.reader));
  return {
    event: JSON.parse(body) as unknown,
    message,
    // As such texts were called before: templates found elsewhere have it.
    story: message,
    delivery: { id: delivery.id },
    subscription: { id: delivery.subscription },
    secret: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value()])),
  };
}

function messageOf(content: MessageContent) {
  const { labelled, frame } = TEXTS[content.lang];
  const facts = content.facts.map(({ label, value }) => labelled(label, value));
  const more = content.subJobsOmitted > 0 ? [frame.more(content.subJobsOmitted)] : [];
  const link = content.link ?? '';
  const below = [content.lead, content.hint, ...facts, ...content.failedSubJobs, ...more];
  return {
    title: headlineWithoutMark(content),
    reason: content.reason ?? '',
    lead: content.lead ?? facts[0] ?? '',
    text: below.filter(Boolean).join('\n'),
    tone: content.tone,
    status: content.statusWord,
    about: content.about,
    place: content.place,
    hint: content.hint ?? '',
    url: link,
    lang: content.lang,
    command: content.command ?? '',
    facts: content.facts.map(({ label, value }) => ({ label, value })),
  };
}
