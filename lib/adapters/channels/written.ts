import type { Event } from '../../core/jobs/event.ts';
import type { MessageContent } from '../../core/notify/message-content.ts';

/** What a receiver gets of a message: texts by the ending of the file that shows them. */
export type Written = (content: MessageContent, event: Event) => Readonly<Record<string, string>>;

export const asJson = (value: unknown) => ({ json: `${JSON.stringify(value, null, 2)}\n` });
