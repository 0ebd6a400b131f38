import type { Event } from '../../../core/jobs/event.ts';
import { describe } from '../../../core/notify/message.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import type { Secret } from '../../../core/notify/subscription.ts';

/** What a template knows. All of `message` is there with every event, if need be empty. */
export function contextOf(
  body: string,
  event: Event,
  delivery: { id: string; subscription: string },
  secrets: Record<string, Secret> = {},
): object {
  const message = messageOf(describe(event));
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
  const facts = content.facts.map(({ label, value }) => `${label}: ${value}`);
  const more = content.subJobsOmitted > 0 ? [`... and ${content.subJobsOmitted} more`] : [];
  const link = content.link ?? '';
  const below = [content.lead, ...facts, ...content.failedSubJobs, ...more, content.hint];
  return {
    title: content.title,
    lead: content.lead ?? facts[0] ?? '',
    text: below.filter(Boolean).join('\n'),
    tone: content.tone,
    status: content.statusWord,
    about: content.about,
    place: content.place,
    hint: content.hint ?? '',
    url: link,
    facts: content.facts,
  };
}
