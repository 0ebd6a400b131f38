import type { PageTexts } from '../page-text.ts';

export const en: PageTexts = {
  askConfirm: {
    tone: 'info',
    title: 'Do you want mails about cloud jobs?',
    says: [
      'Somebody wants this address to get mails from Jobchime. Nothing is sent unless you agree.',
      'If you do not want them, close this page.',
    ],
    button: 'Send me these mails',
  },
  confirmed: {
    tone: 'good',
    title: 'Confirmed',
    says: [
      'This address gets the mails from now on. Each of them has a link that ends them.',
      'You can close this page.',
    ],
  },
  confirmedBefore: {
    tone: 'good',
    title: 'Confirmed before',
    says: ['This link was used already, and nothing is left to do. You can close this page.'],
  },
  askUnsubscribe: {
    tone: 'info',
    title: 'No more mails?',
    says: [
      'Jobchime then sends nothing more to this address, for any subscription. What happens to the jobs stays the same.',
    ],
    button: 'Unsubscribe',
  },
  unsubscribed: {
    tone: 'good',
    title: 'Unsubscribed',
    says: [
      'This address gets no more mails from Jobchime.',
      'If you want them again, ask the operator of the service.',
    ],
  },
  unsubscribedBefore: {
    tone: 'good',
    title: 'Unsubscribed before',
    says: [
      'This address gets no mails from Jobchime, and nothing is left to do.',
      'If you want them again, ask the operator of the service.',
    ],
  },
  badLink: {
    tone: 'warn',
    title: 'This link is incomplete or not valid any more',
    says: [
      'Nothing was changed. Some mail programs cut long links: copy the whole link from the mail, in one piece.',
      'If that does not help, ask the operator of the service.',
    ],
  },
  expiredLink: {
    tone: 'warn',
    title: 'This link has expired',
    says: [
      'A link to confirm an address is good for three days. Nothing was changed, and no mails come.',
      'If you want them, ask for the subscription to be made again.',
    ],
  },
  tryAgain: {
    tone: 'warn',
    title: 'This did not work just now',
    says: ['Nothing was changed, or not all of it. Wait a minute and load this page again.'],
  },
  broken: {
    tone: 'bad',
    title: 'Something is wrong with the service',
    says: [
      'That is no fault of yours. Wait a minute and load this page again.',
      'If that does not help, tell the operator of the service.',
    ],
  },
  nothingHere: {
    tone: 'warn',
    title: 'There is nothing here',
    says: ['Some mail programs cut long links: copy the whole link from the mail, in one piece.'],
  },
};
