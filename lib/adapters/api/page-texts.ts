import type { Tone } from '../../core/notify/message-content.ts';
import { LANGS, type Lang } from '../../core/notify/reader.ts';

export interface PageText {
  tone: Tone;
  /** As text and as HTML the same: no text here has a character that means something in markup. */
  title: string;
  says: string[];
  /** What the one button does. */
  button?: string;
}

export const PAGE_NAMES = [
  'askConfirm',
  'confirmed',
  'confirmedBefore',
  'askUnsubscribe',
  'unsubscribed',
  'unsubscribedBefore',
  'badLink',
  'expiredLink',
  'tryAgain',
  'broken',
  'nothingHere',
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

/** The pages behind the links in mails, each in every language: one that misses a text does not compile. */
export const PAGES: Record<Lang, Record<PageName, PageText>> = {
  en: {
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
        'If you want them again, ask whoever runs it for you.',
      ],
    },
    unsubscribedBefore: {
      tone: 'good',
      title: 'Unsubscribed before',
      says: [
        'This address gets no mails from Jobchime, and nothing is left to do.',
        'If you want them again, ask whoever runs it for you.',
      ],
    },
    badLink: {
      tone: 'warn',
      title: 'This link is incomplete or not valid any more',
      says: [
        'Nothing was changed. Some mail programs cut long links: copy the whole link from the mail, in one piece.',
        'If that does not help, ask whoever runs Jobchime for you.',
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
        'If that does not help, tell whoever runs Jobchime for you.',
      ],
    },
    nothingHere: {
      tone: 'warn',
      title: 'There is nothing here',
      says: ['Some mail programs cut long links: copy the whole link from the mail, in one piece.'],
    },
  },
  de: {
    askConfirm: {
      tone: 'info',
      title: 'Möchten Sie Mails über Cloud-Jobs?',
      says: [
        'Jemand möchte, dass diese Adresse Mails von Jobchime bekommt. Ohne Ihre Zustimmung wird nichts gesendet.',
        'Wenn Sie keine Mails möchten, schließen Sie diese Seite.',
      ],
      button: 'Diese Mails senden',
    },
    confirmed: {
      tone: 'good',
      title: 'Bestätigt',
      says: [
        'Diese Adresse bekommt die Mails von nun an. Jede enthält einen Link, mit dem Sie sie abbestellen.',
        'Sie können diese Seite schließen.',
      ],
    },
    confirmedBefore: {
      tone: 'good',
      title: 'Bereits bestätigt',
      says: ['Dieser Link wurde schon benutzt, es ist nichts mehr zu tun. Sie können diese Seite schließen.'],
    },
    askUnsubscribe: {
      tone: 'info',
      title: 'Keine Mails mehr?',
      says: [
        'Jobchime sendet dann nichts mehr an diese Adresse, für kein Abonnement. An den Jobs ändert sich nichts.',
      ],
      button: 'Abbestellen',
    },
    unsubscribed: {
      tone: 'good',
      title: 'Abbestellt',
      says: [
        'Diese Adresse bekommt keine Mails mehr von Jobchime.',
        'Wenn Sie wieder Mails möchten, fragen Sie, wer Jobchime für Sie betreibt.',
      ],
    },
    unsubscribedBefore: {
      tone: 'good',
      title: 'Bereits abbestellt',
      says: [
        'Diese Adresse bekommt keine Mails von Jobchime, es ist nichts mehr zu tun.',
        'Wenn Sie wieder Mails möchten, fragen Sie, wer Jobchime für Sie betreibt.',
      ],
    },
    badLink: {
      tone: 'warn',
      title: 'Dieser Link ist unvollständig oder nicht mehr gültig',
      says: [
        'Es wurde nichts geändert. Manche Mailprogramme schneiden lange Links ab: Kopieren Sie den ganzen Link aus der Mail, in einem Stück.',
        'Wenn das nicht hilft, fragen Sie, wer Jobchime für Sie betreibt.',
      ],
    },
    expiredLink: {
      tone: 'warn',
      title: 'Dieser Link ist abgelaufen',
      says: [
        'Ein Link zum Bestätigen einer Adresse gilt drei Tage. Es wurde nichts geändert, und es kommen keine Mails.',
        'Wenn Sie Mails möchten, lassen Sie das Abonnement noch einmal anlegen.',
      ],
    },
    tryAgain: {
      tone: 'warn',
      title: 'Das hat gerade nicht geklappt',
      says: [
        'Es wurde nichts geändert, oder nicht alles. Warten Sie eine Minute und laden Sie diese Seite neu.',
      ],
    },
    broken: {
      tone: 'bad',
      title: 'Der Dienst hat einen Fehler',
      says: [
        'Das liegt nicht an Ihnen. Warten Sie eine Minute und laden Sie diese Seite neu.',
        'Wenn das nicht hilft, melden Sie es denen, die Jobchime für Sie betreiben.',
      ],
    },
    nothingHere: {
      tone: 'warn',
      title: 'Hier ist nichts',
      says: [
        'Manche Mailprogramme schneiden lange Links ab: Kopieren Sie den ganzen Link aus der Mail, in einem Stück.',
      ],
    },
  },
  zh: {
    askConfirm: {
      tone: 'info',
      title: '您想接收云任务的邮件吗？',
      says: [
        '有人希望此邮箱接收 Jobchime 的邮件。未经您同意，不会发送任何邮件。',
        '如果不需要，请关闭此页面。',
      ],
      button: '给我发送这些邮件',
    },
    confirmed: {
      tone: 'good',
      title: '已确认',
      says: ['此邮箱从现在起接收邮件。每封邮件中都有退订链接。', '您可以关闭此页面。'],
    },
    confirmedBefore: {
      tone: 'good',
      title: '此前已确认',
      says: ['此链接已使用过，无需再做任何操作。您可以关闭此页面。'],
    },
    askUnsubscribe: {
      tone: 'info',
      title: '不再接收邮件？',
      says: ['Jobchime 将不再向此邮箱发送任何订阅的邮件。云任务本身不受影响。'],
      button: '退订',
    },
    unsubscribed: {
      tone: 'good',
      title: '已退订',
      says: ['此邮箱不再接收 Jobchime 的邮件。', '如需重新接收，请联系为您运维 Jobchime 的人员。'],
    },
    unsubscribedBefore: {
      tone: 'good',
      title: '此前已退订',
      says: [
        '此邮箱不接收 Jobchime 的邮件，无需再做任何操作。',
        '如需重新接收，请联系为您运维 Jobchime 的人员。',
      ],
    },
    badLink: {
      tone: 'warn',
      title: '此链接不完整或已失效',
      says: [
        '未做任何更改。有些邮件程序会截断长链接：请从邮件中完整复制链接。',
        '如果仍然无效，请联系为您运维 Jobchime 的人员。',
      ],
    },
    expiredLink: {
      tone: 'warn',
      title: '此链接已过期',
      says: [
        '确认邮箱的链接三天内有效。未做任何更改，也不会发送邮件。',
        '如果需要邮件，请让对方重新创建订阅。',
      ],
    },
    tryAgain: {
      tone: 'warn',
      title: '操作暂时没有成功',
      says: ['未做更改，或只完成了一部分。请等一分钟后重新加载此页面。'],
    },
    broken: {
      tone: 'bad',
      title: '服务出现故障',
      says: [
        '这不是您的问题。请等一分钟后重新加载此页面。',
        '如果仍然无效，请告知为您运维 Jobchime 的人员。',
      ],
    },
    nothingHere: {
      tone: 'warn',
      title: '此处没有内容',
      says: ['有些邮件程序会截断长链接：请从邮件中完整复制链接。'],
    },
  },
};

/**
 * The reader's language, as the browser says it (RFC 9110, 12.5.4): of those that there are, the one that it likes best.
 * English where it likes none.
 */
export function pageLanguage(accepts: string | null): Lang {
  const liked = (accepts ?? '')
    .slice(0, 1_000)
    .split(',')
    .flatMap((part) => {
      const [range = '', ...parameters] = part.split(';').map((it) => it.trim().toLowerCase());
      const language = LANGS.find((it) => it === range.split('-')[0]);
      const q = Number(parameters.find((it) => it.startsWith('q='))?.slice(2) ?? 1);
      return language !== undefined && q > 0 ? [{ language, q }] : [];
    });
  // The first of those that are liked alike: sorting keeps their order.
  return liked.toSorted((a, b) => b.q - a.q)[0]?.language ?? 'en';
}
