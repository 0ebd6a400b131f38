import { getCACertificates } from 'node:tls';
import type { NodemailerError, SMTPTransportOptions } from 'nodemailer';
import type { DeliveryReason, Receipt } from '../../../core/notify/delivery.ts';
import type { Secret } from '../../../core/notify/subscription.ts';
import type { Mail, MailTransport } from './sender.ts';
import { redactor } from '../redact.ts';
import { disable, refuse, retry, SENT, type Verdict } from '../verdict.ts';

export interface SmtpOptions {
  host: string;
  port: number;
  /** TLS from the first byte (port 465). Otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** Nothing is sent without TLS. By default so whenever there is a password. */
  requireTls?: boolean;
  user?: string;
  password?: Secret;
  /** Whose certificates are believed: `ca` besides those of everybody, as PEM. */
  tls?: { ca?: Secret | undefined; verify?: boolean | undefined };
  /** Until a mail is handed over, in milliseconds. */
  deadlineMs?: number;
  /** From there until the server says that it took it, in milliseconds. */
  acceptMs?: number;
  /** Ends what is under way: nobody waits any longer. */
  cut?: AbortSignal;
}

/** Servers greet late on purpose, and ask others about sender and recipient. Giving up here is harmless: no mail is out. */
export const DEADLINE_MS = 120_000;
/**
 * RFC 5321, 4.5.3.2.6: the server looks at the mail before it takes it, and a client that gives up sooner sends it again although
 * it was taken. Both times fit into the claim of a delivery.
 */
export const ACCEPT_MS = 600_000;

/** Loaded with the first mail: most processes send none. */
const nodemailer = () => import('nodemailer');

/** Mail over SMTP, a connection for each. */
export function smtpTransport(options: SmtpOptions): MailTransport {
  const { deadlineMs = DEADLINE_MS, acceptMs = ACCEPT_MS } = options;
  return {
    async send(mail, signal) {
      const password = options.password?.() ?? '';
      const clean = redactor([...secretsOf(options.user ?? '', password), ...mail.secrets]);
      // A transport of its own for each mail: the signs of how far it came must not be those of another.
      const { createTransport } = await nodemailer();
      const mailer = createTransport(nodemailerOptions(options, password, deadlineMs, acceptMs));
      let handedOver = false;
      const late = new AbortController();
      let timer = setTimeout(() => late.abort(), deadlineMs);
      mailer.use('stream', ({ message }, done) => {
        const open = message.createReadStream.bind(message);
        // It is read only after the server said 354, and its end is followed by the final dot at once.
        message.createReadStream = (...args) =>
          open(...args).once('end', () => {
            handedOver = true;
            clearTimeout(timer);
            timer = setTimeout(() => late.abort(), acceptMs);
          });
        done();
      });
      try {
        const info = await mailer.sendMail({
          ...envelopeOf(mail),
          signal: AbortSignal.any([late.signal, options.cut, signal].filter((it) => it !== undefined)),
        });
        return { ...SENT, detail: clean(info.response ?? '') };
      } catch (thrown) {
        return failed(thrown as NodemailerError, handedOver, late.signal.aborted, clean);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function failed(
  error: NodemailerError,
  handedOver: boolean,
  late: boolean,
  clean: (text: string) => string,
): Receipt {
  const words = late ? 'not done in the time there is' : error.message;
  const unknown = handedOver && replyOf(error) === undefined;
  const verdict = unknown ? retry('uncertain') : verdictOf(error);
  const detail = clean(unknown ? `${UNKNOWN}: ${words}` : words);
  return verdict.kind === 'retry' && (late || error.code === 'ETIMEDOUT')
    ? { ...verdict, detail, hung: true as const }
    : { ...verdict, detail };
}

/** Whether the server lets us in: everything up to the first mail, which is not sent. */
export async function tryServer(options: SmtpOptions): Promise<Receipt> {
  const { deadlineMs = DEADLINE_MS } = options;
  const password = options.password?.() ?? '';
  const clean = redactor(secretsOf(options.user ?? '', password));
  const { createTransport } = await nodemailer();
  const mailer = createTransport(nodemailerOptions(options, password, deadlineMs, deadlineMs));
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

const nodemailerOptions = (
  o: SmtpOptions,
  password: string,
  deadlineMs: number,
  silenceMs: number,
): SMTPTransportOptions => ({
  host: o.host,
  port: o.port,
  secure: o.secure,
  ...tlsOf(o, password),
  ...(o.user === undefined ? {} : { auth: { user: o.user, pass: password } }),
  connectionTimeout: deadlineMs,
  greetingTimeout: deadlineMs,
  socketTimeout: silenceMs,
  dnsTimeout: deadlineMs,
  // Texts come from outside; none of them may make the composer open a file or a URL.
  disableFileAccess: true,
  disableUrlAccess: true,
});

/**
 * Where a password is sent, or somebody said whom to believe, TLS is a must and the certificate has to be signed. Otherwise
 * the mail would also go in clear text, so any TLS is better than none (RFC 7435): relays have certificates that nobody
 * signed, or are too old for anything newer.
 */
function tlsOf({ secure, requireTls, tls }: SmtpOptions, password: string): Partial<SMTPTransportOptions> {
  const isMeant = password !== '' || tls?.ca !== undefined || tls?.verify === true;
  const requireTLS = !secure && (requireTls ?? isMeant);
  const verified = tls?.verify ?? (isMeant || secure);
  return {
    requireTLS,
    opportunisticTLS: !secure && !requireTLS,
    tls: {
      rejectUnauthorized: verified,
      ...(tls?.ca !== undefined && { ca: [...getCACertificates('default'), tls.ca()] }),
      ...(!verified && !requireTLS && !secure && { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    },
  };
}

const envelopeOf = ({ secrets: _secrets, tags: _tags, ...mail }: Mail) => ({
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
 * Enhanced codes (RFC 3463, RFC 7505) that say of the address itself that nothing will ever arrive: no such mailbox, no such
 * host, not an address, moved away without a word, disabled, a domain that takes no mail. Without one, 550 may be about anything.
 */
const NO_MAILBOX = /^5\d\d[ -]5\.(?:1\.(?:1|2|3|6|10)|2\.1)(?!\d)/;

/** The code of a reply. What is no SMTP (`HTTP/1.1 502`, `5500`) is none: it says nothing of the mail. */
const replyOf = ({
  response,
  responseCode,
}: Pick<NodemailerError, 'response' | 'responseCode'>): number | undefined =>
  response === undefined || /^[2-5]\d\d(?!\d)/.test(response) ? responseCode : undefined;

/**
 * What nodemailer's error means. A reply decides where there is one: 4yz passes; 5yz to the recipient that says there is no such
 * mailbox disables the address; any other 5yz to the recipient or to the mail itself is final for this mail (the address stays
 * enabled: servers also say so of mails they merely dislike); any other 5yz is about us or the server, and somebody repairs it.
 */
export function verdictOf(
  error: Pick<NodemailerError, 'code' | 'command' | 'response' | 'responseCode'>,
): Verdict {
  const { code = '', command = '', response } = error;
  const reply = replyOf(error);
  if (reply === undefined) {
    if (response) return retry('unreachable');
    // Our own composer says so: the address is none.
    if (code === 'EENVELOPE' || code === 'EMESSAGE') return refuse('rejected');
    return retry(BY_CODE[code] ?? 'unreachable');
  }
  if (AUTH_REPLIES.includes(reply) || (code === 'EAUTH' && reply >= 500)) return retry('auth_error');
  if (reply < 500 || reply === 503) return retry('server_error');
  if (command === 'RCPT TO' && NO_MAILBOX.test(response ?? '')) return disable('gone');
  return command === 'RCPT TO' || command === 'DATA' ? refuse('rejected') : retry('client_error');
}
