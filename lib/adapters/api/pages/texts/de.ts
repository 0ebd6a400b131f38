import type { PageTexts } from '../page-text.ts';

export const de: PageTexts = {
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
};
