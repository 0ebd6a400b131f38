import { cut } from '../jobs/bounds.ts';
import { digest } from '../jobs/event.ts';
import type { Receipt } from '../notify/delivery.ts';
import { describe } from '../notify/message.ts';
import { line, type Story } from '../notify/story.ts';
import type { Channel } from '../ports.ts';
import { emailHtml } from './email-html.ts';
import { plainText } from './plain-text.ts';

/** One mail to one address. */
export interface Mail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets, like the references. */
  messageId: string;
  references: string[];
  date: Date;
  headers: Record<string, string>;
}

/** Hands one mail over, once. Answers; does not throw. */
export interface MailTransport {
  send(mail: Mail): Promise<Receipt>;
}

export interface EmailDeps {
  transport: MailTransport;
  /** `Jobchime <jobchime@example.com>` or the bare address. */
  from: string;
}

/** People, one address at a time. */
export function createEmail({ transport, from }: EmailDeps): Channel {
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1];
  if (!domain)
    throw new Error('the sender of mails is not an address: write name@domain or Name <name@domain>');
  return {
    async send({ deliveryId, event, target, at }) {
      const story = describe(event);
      const footer = `Jobchime, event ${event.metadata.id}`;
      return transport.send({
        from,
        to: target.address(),
        subject: subjectOf(story),
        text: `${plainText(story)}\n\n-- \n${footer}\n`,
        html: emailHtml(story, footer),
        // The same at every attempt: a mail that came through although we never heard so is recognised as a repeat.
        messageId: `<${deliveryId}@${domain}>`,
        // A root that no mail ever had: all mails about one job answer it, so they form a thread and nothing is remembered.
        references: [`<${digest('thread', event.subject)}@${domain}>`],
        date: new Date(at),
        // RFC 3834: nobody's holiday notice needs to answer.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}

/** Verdict first: it is what a list of mails is scanned for. Mail programs show 60 to 80 characters of it. */
const subjectOf = ({ verdict, about, place }: Story): string =>
  cut(line(`[${verdict}] ${about}${place && ` (${place})`}`), 200);
