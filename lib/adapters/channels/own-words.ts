import { isDrillEvent } from '../../core/notify/drill.ts';
import type { Receipt } from '../../core/notify/delivery.ts';
import { describe } from '../../core/notify/message.ts';
import type { MessageContent } from '../../core/notify/message-content.ts';
import {
  inOwnWords,
  insteadOfOwnWords,
  OWN_WORDS,
  readMade,
  type OwnWords,
} from '../../core/notify/own-words.ts';
import type { Message } from '../../ports.ts';
import type { Words } from './definition.ts';

export interface Worded {
  content: MessageContent;
  /** Why this is the built-in message, and not what the subscription wanted; quotes no value. */
  failed?: string;
}

type Told = Pick<Message, 'deliveryId' | 'event' | 'subscription' | 'page'> & {
  target: Pick<Message['target'], 'reader' | 'words'>;
};

/** What a message says, in the words of its subscription where it has any. Words that fail lose no message: the built-in one goes out. */
export async function contentOf(message: Told, { most }: Words): Promise<Worded> {
  const { event, target, page } = message;
  const content = { ...describe(event, target.reader), ...(page !== undefined && { page }) };
  const { words } = target;
  if (!words) return { content };
  const made = await filled(message, words, most).catch(() => 'it cannot be filled in');
  return typeof made === 'string'
    ? { content: insteadOfOwnWords(content), failed: made }
    : { content: inOwnWords(content, made, isDrillEvent(event)) };
}

/** What the templates make; or what is wrong with one of them. The package that fills them in is large: only who has one loads it. */
async function filled(
  { event, deliveryId, subscription, target }: Told,
  words: OwnWords,
  most: number,
): Promise<{ title?: string; text?: string[] } | string> {
  const [{ sharedRender }, { contextOf: known }, { webhookBody }] = await Promise.all([
    import('./webhook/template.ts'),
    import('./webhook/template-context.ts'),
    import('./webhook/standard-body.ts'),
  ]);
  const delivery = { id: deliveryId, subscription, reader: target.reader };
  const context = known(webhookBody(event), event, delivery);
  const made: { title?: string; text?: string[] } = {};
  for (const what of OWN_WORDS) {
    const template = words[what];
    if (template === undefined) continue;
    const rendered = sharedRender()(template, 'text/plain', context);
    const read = rendered.ok ? readMade(what, rendered.body, most) : rendered;
    if (!read.ok) return `${what}: ${read.problem}`;
    if (what === 'title') made.title = read.lines[0]!;
    else made.text = read.lines;
  }
  return made;
}

/** The record of an attempt says that the words of the subscription failed. */
export const noting = (receipt: Receipt, { failed }: Pick<Worded, 'failed'>): Receipt =>
  failed === undefined
    ? receipt
    : { ...receipt, detail: `built-in message sent, the template failed (${failed}): ${receipt.detail}` };
