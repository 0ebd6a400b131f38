import { createTransport, type NodemailerError, type SMTPTransportOptions } from 'nodemailer';
import type { DeliveryReason, Receipt } from '../../core/notify/delivery.ts';
import type { Secret } from '../../core/notify/subscription.ts';
import type { Mail, MailTransport } from './email.ts';
import { redactor } from './redact.ts';
import { refuse, retry, SENT, type Verdict } from './verdict.ts';

export interface SmtpOptions {
  host: string;
  port: number;
  /** TLS from the first byte (port 465). Otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** Nothing is sent without TLS. By default so whenever there is a password. */
  requireTls?: boolean;
  user?: string;
  password?: Secret;
  /** For one mail as a whole, in milliseconds. */
  deadlineMs?: number;
}

/**
 * Servers greet late on purpose and look at a mail before they take it, so SMTP gets twice the time of an HTTP exchange;
 * still well within the claim of a delivery (60 s).
 */
const DEADLINE_MS = 30_000;

/** Mail over SMTP, a connection for each. */
export function smtpTransport(options: SmtpOptions): MailTransport {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  return {
    async send(mail) {
      const password = options.password?.() ?? '';
      const clean = redactor([...secretsOf(options.user ?? '', password), ...mail.secrets]);
      // A transport of its own for each mail: the signs of how far it came must not be those of another.
      const mailer = createTransport(nodemailerOptions(options, password, deadlineMs));
      let handedOver = false;
      mailer.use('stream', ({ message }, done) => {
        const open = message.createReadStream.bind(message);
        // It is read only after the server said 354, and its end is followed by the final dot at once.
        message.createReadStream = (...args) => open(...args).once('end', () => (handedOver = true));
        done();
      });
      try {
        const info = await mailer.sendMail({
          ...envelopeOf(mail),
          signal: AbortSignal.timeout(deadlineMs),
        });
        return { ...SENT, detail: clean(info.response ?? '') };
      } catch (thrown) {
        const error = thrown as NodemailerError;
        const words = error.code === 'EABORT' ? `not done within ${deadlineMs} ms` : error.message;
        const unknown = handedOver && error.responseCode === undefined;
        return unknown
          ? { ...retry('uncertain'), detail: clean(`${UNKNOWN}: ${words}`) }
          : { ...verdictOf(error), detail: clean(words) };
      }
    },
  };
}

/** Whether the server lets us in: everything up to the first mail, which is not sent. */
export async function tryServer(options: SmtpOptions): Promise<Receipt> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const password = options.password?.() ?? '';
  const clean = redactor(secretsOf(options.user ?? '', password));
  const mailer = createTransport(nodemailerOptions(options, password, deadlineMs));
  try {
    await mailer.verify();
    return { ...SENT, detail: '' };
  } catch (thrown) {
    const error = thrown as NodemailerError;
    return { ...verdictOf(error), detail: clean(error.message) };
  } finally {
    mailer.close();
  }
}

const UNKNOWN = 'the mail was handed over, but the server did not say whether it took it';

const nodemailerOptions = (o: SmtpOptions, password: string, deadlineMs: number): SMTPTransportOptions => ({
  host: o.host,
  port: o.port,
  secure: o.secure,
  requireTLS: !o.secure && (o.requireTls ?? password !== ''),
  ...(o.user === undefined ? {} : { auth: { user: o.user, pass: password } }),
  connectionTimeout: deadlineMs,
  greetingTimeout: deadlineMs,
  socketTimeout: deadlineMs,
  dnsTimeout: deadlineMs,
  // Texts come from outside; none of them may make the composer open a file or a URL.
  disableFileAccess: true,
  disableUrlAccess: true,
});

const envelopeOf = ({ secrets: _secrets, ...mail }: Mail) => ({
  ...mail,
  // As an object it is one address, whatever it contains; as a string it would be parsed as a list.
  to: { name: '', address: mail.to },
  inReplyTo: mail.references.at(-1),
});

/** Neither the password nor the forms in which it goes over the wire. */
const secretsOf = (user: string, password: string): string[] =>
  password === '' ? [] : [password, base64(password), base64(`\u0000${user}\u0000${password}`)];
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Codes by which a server says that it does not know us; somebody has to repair the configuration. */
const AUTH_REPLIES: readonly number[] = [530, 534, 535, 538];
const BY_CODE: Readonly<Record<string, DeliveryReason>> = {
  EABORT: 'timeout',
  ETIMEDOUT: 'timeout',
  EAUTH: 'auth_error',
  ENOAUTH: 'auth_error',
};

/**
 * What nodemailer's error means. A reply decides where there is one: 4yz passes; 5yz to the recipient or to the mail itself
 * is final for this mail (the address stays enabled: servers also say so of mails they merely dislike); any other 5yz is
 * about us or the server, and somebody repairs it.
 */
function verdictOf({ code = '', command = '', responseCode: reply }: NodemailerError): Verdict {
  if (reply === undefined)
    return code === 'EENVELOPE' || code === 'EMESSAGE'
      ? refuse('rejected')
      : retry(BY_CODE[code] ?? 'unreachable');
  if (AUTH_REPLIES.includes(reply) || (code === 'EAUTH' && reply >= 500)) return retry('auth_error');
  if (reply < 500 || reply === 503) return retry('server_error');
  return command === 'RCPT TO' || command === 'DATA' ? refuse('rejected') : retry('client_error');
}
