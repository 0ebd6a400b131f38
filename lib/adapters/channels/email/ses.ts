import { SendEmailCommand, SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { Sender } from '../../../core/input/values.ts';
import type { Mail, MailTransport } from './sender.ts';
import { redactor } from '../redact.ts';
import { refuse, retry, SENT, type Verdict } from '../verdict.ts';

/** As long as SMTP gets; still well within the claim of a delivery (60 s). */
const DEADLINE_MS = 30_000;

/** A client that sends once: a second try by itself could be a second mail. */
export const createSesClient = (config: SESv2ClientConfig = {}): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: DEADLINE_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  });

/**
 * Mail over the API of Amazon SES. It writes Message-ID and Date itself, so what a mail answers is all that ties the mails
 * about one job together. `configurationSet`: where it tells later what became of them.
 */
export function sesTransport(client: SESv2Client, configurationSet?: string): MailTransport {
  return {
    async send(mail, signal) {
      try {
        const { MessageId } = await client.send(
          new SendEmailCommand(commandOf(mail, configurationSet)),
          signal && { abortSignal: signal },
        );
        return { ...SENT, detail: `SES ${MessageId}` };
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        return { ...verdictOf(error), detail: redactor(mail.secrets)(`${name}: ${message}`) };
      }
    },
  };
}

const commandOf = (mail: Mail, ConfigurationSetName?: string) => ({
  ...(ConfigurationSetName !== undefined && { ConfigurationSetName }),
  EmailTags: Object.entries(mail.tags ?? {}).map(([Name, Value]) => ({ Name, Value })),
  FromEmailAddress: written(mail.from),
  Destination: { ToAddresses: [mail.to] },
  Content: {
    Simple: {
      Subject: utf8(mail.subject),
      Body: { Text: utf8(mail.text), Html: utf8(mail.html) },
      Headers: Object.entries({ ...threadOf(mail), ...mail.headers }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
    },
  },
});

/** As the header of a mail has it: RFC 5322 with quotes, RFC 2047 for what is not ASCII. */
function written({ name, address }: Sender): string {
  if (name === '') return address;
  if (/^[\w ]+$/.test(name)) return `${name} <${address}>`;
  if (/^[\x20-\x7e]+$/.test(name)) return `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}" <${address}>`;
  return `${encodedWords(name)} <${address}>`;
}

/** An encoded word has at most 75 characters, 12 of them its frame; no character is split. */
function encodedWords(name: string): string {
  const words = [''];
  for (const character of name) {
    const longer = `${words.at(-1)}${character}`;
    if (Buffer.byteLength(longer) <= 45) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

const threadOf = ({ references }: Mail): Record<string, string> => {
  const last = references.at(-1);
  return last === undefined ? {} : { References: references.join(' '), 'In-Reply-To': last };
};

/** What SES says no to. Who sends is for somebody to repair; what is sent does not get better. */
export const BY_NAME: Readonly<Record<string, Verdict>> = {
  TooManyRequestsException: retry('rate_limited'),
  ThrottlingException: retry('rate_limited'),
  LimitExceededException: retry('rate_limited'),
  AccountSuspendedException: retry('client_error'),
  SendingPausedException: retry('client_error'),
  NotFoundException: retry('client_error'),
  MailFromDomainNotVerifiedException: retry('auth_error'),
  BadRequestException: refuse('rejected'),
  MessageRejected: refuse('rejected'),
  // The request went out, and nobody said whether it was taken.
  TimeoutError: retry('uncertain'),
  AbortError: retry('uncertain'),
};
/** Said of the sender, and in the sandbox of the recipient too: somebody verifies it, and then it goes. */
const UNVERIFIED = /not verified/i;

type SesError = Error & { $metadata?: { httpStatusCode?: number }; $response?: { statusCode?: number } };

function verdictOf(error: unknown): Verdict {
  const { name = '', message = '', $metadata, $response } = error as SesError;
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  // It took the mail; what it said then could not be read.
  if (status !== undefined && status >= 200 && status < 300) return SENT;
  if (name === 'MessageRejected' && UNVERIFIED.test(message)) return retry('auth_error');
  const known = BY_NAME[name];
  if (known) return known;
  if (status === undefined) return retry('unreachable');
  if (status === 401 || status === 403) return retry('auth_error');
  return retry(status < 500 ? 'client_error' : 'server_error');
}
