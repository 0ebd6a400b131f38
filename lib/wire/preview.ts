import { plainText } from '../adapters/channels/email/plain-text.ts';
import { contentOf } from '../adapters/channels/own-words.ts';
import { definitionOf, isKnown } from '../adapters/channels/registry.ts';
import type { Event } from '../core/jobs/event.ts';
import { headline } from '../core/notify/headline.ts';
import type { Preview, Previewed } from '../adapters/console/home.ts';
import { senderOf } from './sender-of.ts';

export async function preview(
  event: Event,
  channel: string,
  { reader, words, subscription }: Previewed,
): Promise<Preview> {
  const told = {
    deliveryId: 'dlv_preview',
    event,
    subscription,
    target: { reader, ...(words && { words }) },
  };
  const { content, failed } = await contentOf(told, definitionOf(channel)?.words ?? { most: 0 });
  const files = isKnown(channel) ? (await senderOf(channel)).written(content, event) : {};
  return {
    phone: headline(content),
    text: plainText(content),
    files: Object.fromEntries(Object.entries(files).map(([ending, text]) => [`${channel}.${ending}`, text])),
    ...(failed !== undefined && { failed }),
  };
}
