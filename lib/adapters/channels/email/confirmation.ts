import { digest } from '../../../core/jobs/event.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import { escaped } from './html.ts';
import { domainOf, senderFrom, type EmailDeps } from './sender.ts';

const ASKS =
  'Somebody wants this address to get mails about the jobs of a cloud. If you want them, open this page and press the button:';
const IGNORE = 'If not, do nothing: no further mail comes.';

/**
 * Asks the owner of an address whether they want mails: the one mail that goes to an address nobody has confirmed. It holds
 * nothing that whoever asked for it could have written.
 */
export function createConfirmation({ transport, from }: EmailDeps) {
  const sender = senderFrom(from);
  return (to: string, link: string, at: number): Promise<Receipt> => {
    const id = `<${digest('confirmation', link)}@${domainOf(sender)}>`;
    return transport.send({
      from: sender,
      to,
      subject: 'Do you want mails about cloud jobs?',
      text: `${ASKS}\n\n${link}\n\n${IGNORE}\n`,
      html: `<p>${ASKS}</p>\n<p><a href="${escaped(link)}">${escaped(link)}</a></p>\n<p>${IGNORE}</p>\n`,
      messageId: id,
      references: [id],
      date: new Date(at),
      headers: { 'Auto-Submitted': 'auto-generated' },
      secrets: [link],
    });
  };
}
