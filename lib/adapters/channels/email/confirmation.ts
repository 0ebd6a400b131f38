import { digest } from '../../../core/jobs/event.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import { DEFAULT_READER, type Lang } from '../../../core/notify/reader.ts';
import { TEXTS } from '../../../core/notify/texts/catalogue.ts';
import { linkTo, mailFrame, paragraph } from './frame.ts';
import { domainOf, senderFrom, type EmailDeps } from './sender.ts';

/**
 * Asks the owner of an address whether they want mails: the one mail that goes to an address nobody has confirmed. It holds
 * nothing that its requester could have written.
 */
export function createConfirmation({ transport, from }: EmailDeps) {
  const sender = senderFrom(from);
  return (to: string, link: string, at: number, lang: Lang = DEFAULT_READER.lang): Promise<Receipt> => {
    const id = `<${digest('confirmation', link)}@${domainOf(sender)}>`;
    const { title, asks, open, ignore } = TEXTS[lang].confirmation;
    return transport.send({
      from: sender,
      to,
      subject: title,
      text: `${asks} ${open}:\n\n${link}\n\n${ignore}\n`,
      html: mailFrame({ lang, title, tone: 'info', preheader: asks }, [
        ...paragraph(asks),
        ...linkTo(open, link),
        ...paragraph(ignore),
      ]),
      messageId: id,
      references: [id],
      date: new Date(at),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      secrets: [link],
    });
  };
}
