import { truncate } from '../../../core/jobs/bounds.ts';
import { senderOf, type Sender } from '../../../core/input/values.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import { headline } from '../../../core/notify/headline.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import type { Channel } from '../../../ports.ts';
import { contentOf, noting } from '../own-words.ts';
import type { Written } from '../written.ts';
import { email } from './definition.ts';
import { tagsOf } from './feedback.ts';
import { headersOf, threadRoot } from './headers.ts';
import { clipped } from './clip.ts';
import { emailHtml } from './html.ts';
import { plainText } from './plain-text.ts';

/** One mail to one address. */
export interface Mail {
  from: Sender;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets, like the references. */
  messageId: string;
  references: string[];
  date: Date;
  headers: Record<string, string>;
  /** By which the mail service says later what became of the mail: names and ids of ASCII letters, digits, `_` and `-`. */
  tags?: Record<string, string>;
  /** Links that act for the recipient: a server that repeats the mail must not put them into a receipt. */
  secrets: string[];
}

/** Hands one mail over, once. Answers; does not throw. */
export interface MailTransport {
  send(mail: Mail, signal?: AbortSignal): Promise<Receipt>;
}

export interface EmailDeps {
  transport: MailTransport;
  /** `Jobchime <jobchime@example.com>` or the bare address. */
  from: string;
}

/** Where one address unsubscribes from all mail. */
type UnsubscribeLink = (unsubscribeRequest: { subscription: string; address: string }) => string;

/** People, one address at a time. Null: there is nowhere to unsubscribe. */
export function createEmail({ transport, from }: EmailDeps, linkFor: UnsubscribeLink | null = null): Channel {
  const sender = senderFrom(from);
  const domain = domainOf(sender);
  return {
    async send(message) {
      const { deliveryId, event, subscription, target, at, signal } = message;
      const worded = await contentOf(message, email.words!);
      const to = target.address();
      const link = linkFor?.({ subscription, address: to }) ?? null;
      const footer = footerOf(event.metadata.id);
      const content = fitting(worded.content, footer, link);
      const mail: Mail = {
        from: sender,
        to,
        subject: subjectOf(content),
        text: `${plainText(content)}\n\n-- \n${footer}\n${unsubscribe(content, link)}`,
        html: emailHtml(content, footer, link),
        // The same at every attempt: a mail that came through although we never heard so is recognised as a repeat.
        messageId: `<${deliveryId}@${domain}>`,
        references: [threadRoot({ event, endpoint: target.endpoint, domain })],
        date: new Date(at),
        headers: headersOf({ event, subscription, endpoint: target.endpoint, domain, link }),
        tags: tagsOf({ event: event.metadata.id, delivery: deliveryId }),
        secrets: secretsOf(link),
      };
      return noting(await transport.send(mail, signal), worded);
    },
  };
}

const footerOf = (event: string): string => `Jobchime, event ${event}`;

export function senderFrom(text: string): Sender {
  const sender = senderOf(text);
  if (!sender.ok)
    throw new Error('the sender of mails is not an address: write name@domain or Name <name@domain>');
  return sender.value;
}

export const domainOf = ({ address }: Sender): string => address.slice(address.lastIndexOf('@') + 1);

const secretsOf = (link: string | null): string[] =>
  link === null ? [] : [link, link.slice(link.lastIndexOf('/') + 1)];

/** What happened to what, and why: it is what a list of mails is scanned for, and what a phone shows. */
const subjectOf = (content: MessageContent): string =>
  headline(content, { max: SUBJECT, size: (text) => text.length, fit: truncate });
/** Of UTF-16 units. Mail programs show 60 to 80 characters of it. */
const SUBJECT = 200;

const unsubscribe = ({ lang }: MessageContent, link: string | null): string =>
  link === null ? '' : `${TEXTS[lang].labelled(TEXTS[lang].frame.unsubscribe, link)}\n`;

const fitting = (content: MessageContent, footer: string, link: string | null): MessageContent =>
  clipped(content, (it) => Buffer.byteLength(emailHtml(it, footer, link)));

export const written: Written = (content, { metadata }) => {
  const footer = footerOf(metadata.id);
  const shown = fitting(content, footer, null);
  return { html: emailHtml(shown, footer, null), txt: `${plainText(shown)}\n` };
};
