import { createEmail, type MailTransport } from '../../adapters/channels/email/sender.ts';
import { configurationSet, SES } from '../../adapters/channels/email/feedback.ts';
import { createSesClient, sesTransport } from '../../adapters/channels/email/ses.ts';
import { smtpTransport } from '../../adapters/channels/email/smtp.ts';
import type { MailSettings } from '../../adapters/config/config.ts';
import { whyMissing } from '../../core/input/missing-secret.ts';
import { unsubscribeLinks } from '../../adapters/platform/unsubscribe-link.ts';
import type { Channel } from '../../ports.ts';
import { onChannel } from './deliver.ts';
import { ENV, type Env } from './env.ts';
import type { FunctionContext } from './with-context.ts';

export function openEmail(env: Env) {
  const known = ENV().email.parse(env);
  return onChannel('email', known, (context) => emailOf(context, known.JOBCHIME_STAGE));
}

function emailOf({ config, sealer }: FunctionContext, stage: string): Channel {
  const { mail } = config;
  const missing = whyMissing([mail?.password, mail?.tls?.ca]);
  if (mail && missing === null) {
    const transport = transportOf(mail, stage);
    return createEmail({ transport, from: mail.from }, unsubscribeLinks(config.api?.publicUrl, sealer));
  }
  const detail = missing ?? 'no mail server is configured';
  return { send: async () => ({ kind: 'retry', reason: 'unreachable', detail }) };
}

function transportOf(mail: MailSettings, stage: string): MailTransport {
  const [, region] = SES.exec(mail.host) ?? [];
  return region ? sesTransport(createSesClient({ region }), configurationSet(stage)) : smtpTransport(mail);
}
