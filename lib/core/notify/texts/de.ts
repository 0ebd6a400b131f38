import type { Texts } from './en.ts';
import { counting } from './plural.ts';

const count = counting('de');
const jobs = (n: number): string => count(n, { one: '1 Auftrag', other: `${n} Aufträgen` });
const messages = (n: number): string => count(n, { one: '1 Meldung', other: `${n} Meldungen` });

export const de: Texts = {
  moment: (date, time, zone) => `${date.split('-').toReversed().join('.')} ${time} ${zone}`,
  shorterThanASecond: 'weniger als 1 s',
  labelled: (label, value) => `${label}: ${value}`,
  because: (title, reason) => `${title}: ${reason}`,
  withCode: (reason, code) => `${reason} (${code})`,
  upTo: (from, to) => `${from} bis ${to}`,
  inZone: (what, zone) => `${what} in ${zone}`,

  frame: {
    failedSubJobs: 'Fehlgeschlagene Teilaufträge',
    more: (n) => `... und ${n} weitere`,
    cut: '... hier fehlt der Platz für mehr: `jobchime explain` zeigt alles',
    console: 'In der Cloud-Konsole öffnen',
    page: 'In Jobchime öffnen',
    command: 'Befehl',
    unsubscribe: 'Abbestellen',
  },

  labels: {
    reason: 'Grund',
    cloudSays: 'Die Cloud meldet',
    made: 'Angelegt',
    workedOn: 'Betroffen',
    took: 'Dauer',
    runningFor: 'Läuft seit',
    trackedFor: 'Beobachtet seit',
    deadline: 'Frist',
    ended: 'Ende',
    lastStatus: 'Letzter Status',
    subJobs: 'Teilaufträge',
    where: 'Wo',
    jobId: 'Auftrags-ID',
    labels: 'Labels',
    requestedBy: 'Angefordert von',
    jobs: 'Aufträge',
    origin: 'Quelle',
    since: 'Seit',
    lasted: 'Dauerte',
    jobsWaiting: 'Wartende Aufträge',
    recordsGone: 'Daten gehen verloren ab',
    reasonWas: 'Grund war',
    target: 'Ziel',
    givenUp: 'Aufgegeben',
    event: 'Ereignis',
    eventId: 'Ereignis-ID',
    deliveryId: 'Zustellungs-ID',
    mailWasOf: 'Mail kam von',
    counted: 'Gezählt',
    between: 'Zeitraum',
    more: 'Außerdem',
    template: 'Vorlage',
  },

  job: {
    action: 'Auftrag',
    place: (service, project, where) => `${where}, ${service}, Projekt ${project}`,
    usually: (took, usual) => `${took}; üblich sind ${usual}`,
    sinceTracking: (took) => `${took}, vom Beginn der Beobachtung bis zum erkannten Ende`,
    noneSeen: 'keiner gesehen',
    noReason: 'die Cloud nennt keinen Grund',
    subJobs: (succeeded, total) => `${succeeded} von ${total} erfolgreich`,
    subJobsFailed: (n) => `${n} fehlgeschlagen`,
    subJobsRunning: (n) => `${n} laufen noch`,
    subJobsUnknown: (n) => `${n} mit unbekanntem Stand`,
    subJob: 'Teilauftrag',
    times: (n, what) => (n === 1 ? what : `${n} × ${what}`),
    ids: (what, ids) => `${what} (${ids})`,
    some: (names, more) => (more > 0 ? `${names.join(', ')} und ${more} weitere` : names.join(', ')),

    succeeded: {
      status: 'erfolgreich',
      title: (what, action) => `${what}: ${action} erfolgreich`,
      note: 'Die Cloud meldet den Auftrag als erledigt. Die Ressource ist vielleicht noch nicht bereit.',
    },
    outlived: {
      status: 'spät erfolgreich',
      title: (what, action) => `${what}: ${action} erfolgreich, nachdem der Befehl geendet hatte`,
      lead: 'Der Befehl hat vorher aufgegeben, sein Zustand enthält das Ergebnis also nicht.',
      hint: 'Das Angelegte in den Zustand importieren oder es entfernen.',
      removed: 'Den Zustand vor dem nächsten Lauf auffrischen.',
    },
    partly: {
      status: 'teilweise fehlgeschlagen',
      title: (what, action, failed, total) =>
        `${what}: ${action} erfolgreich, aber ${failed} von ${total} Teilaufträgen fehlgeschlagen`,
      hint: 'Prüfen, was die fehlgeschlagenen Teilaufträge anlegen sollten, und es erneut anlegen.',
    },
    failed: {
      status: 'fehlgeschlagen',
      title: (what, action) => `${what}: ${action} fehlgeschlagen`,
      hint: 'Die Ressource in der Konsole ansehen: Reste entfernen, dann den Auftrag erneut stellen.',
    },
    overdue: {
      status: 'überfällig',
      title: (what, action) => `${what}: ${action} überfällig`,
      late: (by, deadline) => `Frist ${deadline} um ${by} überschritten`,
      running: (age) => `nach ${age} nicht beendet`,
      lead: 'Jobchime prüft weiter und meldet das Ende.',
      leadUnseen: 'Die Cloud hat bisher nichts dazu gemeldet. Jobchime prüft weiter und meldet das Ende.',
      hint: 'Die Ressource in der Konsole ansehen. Hängt sie, den Support der Cloud mit der Auftrags-ID ansprechen.',
    },
    unreachable: {
      status: 'nicht abfragbar',
      title: (what, action) => `${what}: ${action} nicht abfragbar`,
      lead: 'Andere Aufträge derselben Quelle lassen sich abfragen, dieser nicht. Jobchime prüft weiter und meldet das Ende.',
      hint: 'Den Auftrag oder seine Ressource in der Konsole der Cloud ansehen. Ist der Grund ein Status oder eine Antwort, die Jobchime nicht kennt, bitte melden.',
    },
    paymentPending: {
      status: 'wartet auf Zahlung',
      title: (what, action) => `${what}: ${action} wartet auf Zahlung`,
      lead: 'Es geht weiter, sobald die Bestellung bezahlt ist.',
      hint: 'Die Bestellung in der Cloud bezahlen oder stornieren. Eine Stornierung beendet den Auftrag nicht: Die Cloud löscht ihn nach 14 Tagen.',
    },
    lost: {
      status: 'Ergebnis unbekannt',
      title: (what, action) => `${what}: ${action}, Ergebnis unbekannt`,
      expired: {
        reason: 'die Cloud hat den Eintrag nicht mehr',
        lead: 'Der Auftrag kann erfolgreich oder fehlgeschlagen sein. Die Cloud löscht den Eintrag eines beendeten Auftrags nach etwa einem Tag.',
        hint: 'In der Konsole prüfen, ob die Ressource vorhanden und aktiv ist. Nur wenn sie fehlt, den Auftrag erneut stellen.',
      },
      paymentExpired: {
        reason: 'nicht bezahlt, von der Cloud gelöscht',
        lead: 'Der Auftrag wartete auf Zahlung, bis die Cloud ihn löschte.',
        hint: 'Die Bestellung prüfen. Wird die Ressource noch gebraucht, neu bestellen.',
      },
      unknown: {
        reason: 'die Cloud kannte diesen Auftrag nie',
        lead: 'ID, Projekt oder Quelle stimmen nicht, oder der Auftrag endete mehr als einen Tag, bevor er beobachtet wurde.',
        hint: 'Auftrags-ID, Projekt und Quelle prüfen. Dann in der Konsole prüfen, ob die Ressource vorhanden ist.',
      },
      gaveUp: {
        reason: (age) => `in ${age} kein Ende gesehen`,
        lead: 'Der Auftrag endete in der ganzen Zeit nicht. Jobchime prüft ihn nicht weiter.',
        hint: 'In der Konsole prüfen, ob die Ressource vorhanden und aktiv ist. Lohnt das Warten noch, den Auftrag erneut beobachten lassen.',
      },
    },
  },

  trouble: {
    denied: {
      words: 'Zugriff verweigert',
      hint: (renew) => `${renew} erneuern, Projekt und Berechtigungen prüfen.`,
    },
    misrouted: {
      words: 'Adresse nicht gefunden',
      hint: () => 'Endpunkt, Region und Dialekt in der Konfiguration prüfen.',
    },
    unavailable: {
      words: 'keine brauchbare Antwort',
      hint: () => 'Die Cloud oder das Netz dorthin ist gestört: prüfen, ob andere sie erreichen.',
    },
    throttled: {
      words: 'zu viele Anfragen',
      hint: () =>
        '`rate` der Quelle senken, bei der Cloud ein höheres Kontingent beantragen oder ein Konto verwenden, das weniger teilen.',
    },
    malformed: {
      words: 'Antworten nicht verstanden',
      hint: () => 'Prüfen, ob der Dialekt zum Dienst passt.',
    },
    unknown: { words: 'Störung', hint: () => 'Die Konfiguration der Quelle prüfen.' },
  },
  origin: {
    unreachable: {
      status: 'nicht erreichbar',
      title: (origin, waiting) =>
        `Quelle ${origin} nicht abfragbar, ${count(waiting, { one: '1 Auftrag wartet', other: `${waiting} Aufträge warten` })}`,
      lead: 'Ihre Aufträge laufen in der Cloud weiter und warten hier. Die Clouds löschen den Eintrag eines beendeten Auftrags nach etwa einem Tag: Ein älteres Ende sieht Jobchime nie.',
    },
    atRisk: {
      status: 'gefährdet',
      title: (origin, waiting) => `Quelle ${origin}: das Ende von ${jobs(waiting)} droht verloren zu gehen`,
      lead: 'Die Clouds löschen den Eintrag eines beendeten Auftrags nach etwa einem Tag. Ein Ende, das jetzt eintritt, sieht Jobchime vielleicht nie.',
    },
    recovered: {
      status: 'wieder da',
      title: (origin) => `Quelle ${origin} antwortet wieder`,
      lead: 'Ihre Aufträge werden wieder geprüft, die ältesten zuerst.',
    },
    credentials: {
      keys: 'Den Zugangsschlüssel (Access Key)',
      temporary_keys: 'Den temporären Zugangsschlüssel samt Security-Token',
      password: 'Das Passwort des Benutzers',
      token: 'Das Token',
      client: 'Das Geheimnis des Clients',
      unknown: 'Die Zugangsdaten',
    },
  },

  undelivered: {
    gone: 'das Ziel gibt es nicht mehr',
    bounced: 'eine Mail kam zurück',
    auth_error: 'das Ziel verweigert den Zugriff',
    failing: 'seit Tagen kam dort nichts an',
    timeout: 'das Ziel antwortet nicht rechtzeitig',
    uncertain: 'das Ziel antwortet nicht rechtzeitig',
    unreachable: 'das Ziel ist nicht erreichbar',
    rate_limited: 'das Ziel meldet zu viele Anfragen',
    server_error: 'das Ziel antwortet mit einem eigenen Fehler',
    client_error: 'das Ziel lehnt die Meldung ab',
    rejected: 'das Ziel lehnt die Meldung ab',
    redirected: 'das Ziel leitet um; Umleitungen werden nicht befolgt',
    blocked_address: 'die Adresse des Ziels ist nicht erlaubt',
    too_old: 'die Meldung wartete eine Woche',
    expired: 'die Meldung wurde zurückgehalten, bis sie zu alt war',
  },
  target: {
    about: (subscription) => `Abonnement ${subscription}`,
    atLast: (reason, cause) => `${reason}, zuletzt: ${cause}`,
    messages,
    failing: {
      status: 'gestört',
      title: (subscription, target) => `Abonnement ${subscription}: nichts kommt an bei ${target}`,
      lead: 'Jeder Versuch schlägt fehl. Jobchime wiederholt jede Meldung, bis ihre Versuche aufgebraucht sind, und gibt sie dann auf.',
      hint: 'Das Ziel prüfen, und ob dieser Rechner es erreicht. Hält die Störung an, deaktiviert Jobchime das Ziel und hält die Meldungen zurück.',
    },
    disabled: {
      status: 'deaktiviert',
      title: (subscription, target) => `Abonnement ${subscription}: ${target} ist deaktiviert`,
      lead: 'Jobchime sendet nichts mehr dorthin und hält die Meldungen zurück. Einmal pro Stunde sendet es die älteste, um das Ziel zu testen.',
      hint: 'Das Ziel reparieren oder dem Abonnement ein anderes geben. Jobchime sendet die zurückgehaltenen Meldungen dann innerhalb einer Stunde, mit dem Befehl sofort.',
    },
    unsubscribed: {
      status: 'abbestellt',
      title: (target) => `${target} hat abbestellt`,
      lead: 'Jemand folgte dem Abbestell-Link in einer Mail. Jobchime sendet an diese Adresse nichts mehr, für kein Abonnement, und hält nichts für sie zurück.',
      hint: 'Die Adresse aus den Abonnements entfernen. Will ihr Besitzer wieder Mails: den Befehl verwenden.',
    },
    bounced: {
      lead: 'Eine Mail an diese Adresse kam zurück: Sie nimmt keine Mails an. Jobchime sendet nichts mehr dorthin und hält die Meldungen zurück.',
      hint: 'Die Adresse berichtigen oder dem Abonnement eine andere geben. Nimmt sie wieder Mails an, sie beim Mail-Dienst von der Sperrliste nehmen und den Befehl verwenden.',
    },
    complained: {
      status: 'als Spam gemeldet',
      title: (target) => `${target} hat eine Mail als Spam gemeldet`,
      lead: 'Jobchime wertet das als Abbestellung. Es sendet an diese Adresse nichts mehr, für kein Abonnement, und hält nichts für sie zurück.',
    },
    recovered: {
      status: 'wieder da',
      title: (subscription, target) => `Abonnement ${subscription}: ${target} nimmt wieder Meldungen an`,
      lead: 'Jobchime sendet die zurückgehaltenen Meldungen, die ältesten zuerst.',
    },
    givenUp: {
      status: 'nicht zugestellt',
      title: (subscription, target, n) =>
        `Abonnement ${subscription}: ${count(n, { one: 'eine Meldung', other: messages(n) })} an ${target} aufgegeben`,
      lead: 'Jobchime behält das Ereignis und sendet es nur auf Anforderung erneut dorthin.',
      hint: 'Das Ziel prüfen. Dann die Meldung mit dem Befehl erneut senden.',
      event: (kind, subject) => `${kind} von ${subject}`,
    },
  },

  template: {
    failed:
      'Die Vorlage dieses Abonnements ist gescheitert, daher die eingebaute Meldung. `jobchime config check` sagt, wo.',
  },
  drill: {
    mark: 'ÜBUNG',
    nothingHappened: 'Dies ist eine Übung. Es ist nichts geschehen, und es ist nichts zu tun.',
  },
  group: {
    name: (name, run) => (run > 1 ? `${name} (Lauf ${run})` : name),
    reason: (cause, names) => `${cause}: ${names}`,
    ofAll: (n, total) => (total === 0 ? 'keine' : `${n} von ${jobs(total)} erfolgreich`),
    counted: {
      failed: (n) => `${n} fehlgeschlagen`,
      lost: (n) => `${n} mit unbekanntem Ergebnis`,
      partly: (n) => `${n} mit fehlgeschlagenen Teilaufträgen`,
      removed: (n) => `${n} entfernt`,
      outstanding: (n) => `${n} offen`,
      overdue: (n) => `${n} überfällig`,
      late: (n) => `${n} nachträglich hinzugekommen`,
    },
    more: 'Und weitere',
    moreReasons: (n) =>
      count(n, { one: '1 Auftrag mit weiteren Gründen', other: `${n} Aufträge mit weiteren Gründen` }),
    until: (took, end) => `${took}, bis ${end}`,
    closedLabel: 'Geschlossen',
    closedBy: {
      close: 'jemand hat gesagt, dass das alle sind',
      expect: 'so viele Aufträge wie erwartet kamen hinzu',
      quiet: 'es kamen keine Aufträge mehr hinzu',
      age: 'niemand hat rechtzeitig geschlossen; es kann weitere Aufträge geben',
    },
    goesOn: {
      title: (name, ended, total, bad) => `${name}: ${ended} von ${jobs(total)} beendet, ${bad}`,
      lead: 'Andere laufen weiter. Eine Meldung folgt, wenn alle beendet sind.',
      leadOpen: 'Alle bisherigen sind beendet. Eine Meldung folgt, wenn die Gruppe geschlossen ist.',
    },
    succeeded: {
      status: 'erfolgreich',
      title: (name, n, total) => `${name}: ${n} von ${jobs(total)} erfolgreich`,
    },
    failed: {
      status: 'fehlgeschlagen',
      title: (name, bad, total) => `${name} fehlgeschlagen: ${bad} von ${jobs(total)}`,
    },
    partial: {
      status: 'teilweise fehlgeschlagen',
      title: (name, bad, total) => `${name}: ${bad} von ${jobs(total)}`,
    },
    empty: {
      status: 'leer',
      title: (name) => `${name}: kein Auftrag endete darin`,
      lead: 'Kein Auftrag wurde darin beobachtet, oder alle wurden entfernt. Das ist kein Erfolg.',
    },
    failing: {
      status: 'schlägt fehl',
      title: (name, what, action) => `${name}: ${what}: ${action} fehlgeschlagen`,
      lead: 'Dies ist der erste fehlgeschlagene Auftrag. Eine Meldung folgt, wenn alle beendet sind.',
    },
    overdue: {
      status: 'überfällig',
      title: (name, what, action) => `${name}: ${what}: ${action} überfällig`,
      lead: 'Jobchime prüft weiter. Eine Meldung folgt, wenn alle beendet sind.',
    },
  },
  summary: {
    status: 'Zusammenfassung',
    someFailed: 'teils fehlgeschlagen',
    of: (counts, all) => `${counts}, von ${all}`,
    all: (n, counts) => `${n} in einer Meldung: ${counts}`,
    outcomes: {
      succeeded: (n) => `${n} erfolgreich`,
      partly_failed: (n) => `${n} teilweise fehlgeschlagen`,
      failed: (n) => `${n} fehlgeschlagen`,
      lost: (n) => `${n} mit unbekanntem Ergebnis`,
      overdue: (n) => `${n} überfällig`,
      unreachable: (n) => `${n} nicht abfragbar`,
      payment_pending: (n) => `${n} warten auf Zahlung`,
      'origin.unreachable': (n) => `${count(n, { one: '1 Quelle', other: `${n} Quellen` })} nicht abfragbar`,
      'origin.at_risk': (n) =>
        `${count(n, { one: '1 Quelle', other: `${n} Quellen` })}, deren Einträge bald verfallen`,
      'origin.recovered': (n) => `${count(n, { one: '1 Quelle', other: `${n} Quellen` })} wieder abfragbar`,
      'group.ended': (n) => `${count(n, { one: '1 Gruppe', other: `${n} Gruppen` })} zu Ende`,
      'group.failing': (n) => `${count(n, { one: '1 Gruppe', other: `${n} Gruppen` })} mit Fehlern`,
      'group.overdue': (n) => `${count(n, { one: '1 Gruppe', other: `${n} Gruppen` })} überfällig`,
    },
    why: {
      rate: 'Es geschieht mehr, als man einzeln lesen kann. Diese Meldung zählt alles.',
      digest: 'Das ist alles, was seit der letzten Sammelmeldung geschah.',
      quiet_hours: 'Das ist alles, was während der Ruhezeit geschah.',
      mute: 'Das ist alles, was während der Stummschaltung geschah.',
    },
    otherReasons: (n) => `${n} aus anderen Gründen`,
    otherGroups: (n, all) => `${n} weitere mit ${jobs(all)}`,
    hint: 'Der Befehl listet sie auf.',
  },

  /** The mail that asks an address whether it wants any. */
  confirmation: {
    title: 'Möchten Sie Mails über Cloud-Jobs?',
    asks: 'Jemand möchte, dass diese Adresse Mails über die Jobs einer Cloud bekommt.',
    open: 'Wenn Sie das möchten, öffnen Sie diese Seite und drücken Sie auf die Schaltfläche',
    ignore: 'Wenn nicht, tun Sie nichts: Es kommt keine weitere Mail.',
  },

  ping: {
    status: 'Test',
    title: (subscription) => `Test des Abonnements ${subscription}`,
    lead: 'Dies ist ein Test. Meldungen dieses Abonnements kommen hier an.',
  },
};
