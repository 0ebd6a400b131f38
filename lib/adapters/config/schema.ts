import { isRecord } from '../../core/is-record.ts';
import { lazily } from '../../core/lazily.ts';
import * as z from 'zod';
import { ORIGIN_NAME } from '../../core/jobs/job.ts';
import { MAIL } from '../../core/notify/channel.ts';
import { DEFAULT_POLICY, type Policy } from '../../core/jobs/policy.ts';
import { apiSchema, readListen } from './api.ts';
import { dialectSchema } from './dialect.ts';
import { accept, EVEN_IF_FAULTY, field, like, REFERENCE, type Rules } from '../../core/input/fields.ts';
import { intakeSchema } from './intake.ts';
import { urlField } from '../channels/url-field.ts';
import { networkSchema } from './network.ts';
import { accountFaults, accountSchema } from './account.ts';
import { originSchema } from './origin.ts';
import { subscriptionSchema } from './subscription.ts';
import { HOST, readCertificates, readDuration, readRetention, readSender } from '../../core/input/values.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const ORIGINS_HINT =
  'Name at least one origin: a service to poll, with its region, project and credentials (docs/config.md).';

/**
 * The file as it may be, every field with the hint that is shown when it is not so. Parsing it resolves it. Of a file that
 * is at hand, `has` spares the making of what it lacks, which would take a start longer than to read it.
 */
export function configSchema(rules: Rules, has: (key: string) => boolean = () => true) {
  const section = <S extends z.ZodType>(key: string, make: () => S): z.ZodOptional<S> =>
    has(key) ? make().optional() : (z.undefined().optional() as unknown as z.ZodOptional<S>);
  const name = z
    .string()
    .regex(ORIGIN_NAME)
    .meta({ hint: 'Name it with lower-case letters, digits and hyphens, at most 40 characters.' });
  const { dialects, own } = rules.clouds;
  const builtIn = dialects.filter((one) => !own.includes(one));
  const dialectName = name
    .refine((one) => !builtIn.includes(one), 'is that of a dialect already')
    .meta({
      hint: 'Name it differently from the dialects that are built in: lower-case letters, digits and hyphens.',
    });
  return z
    .strictObject({
      store: field('Write a file path, for example ./jobchime.db.', rules.store).optional(),
      origins: section('origins', () =>
        z
          .record(name, originSchema(rules))
          .refine((origins) => Object.keys(origins).length > 0, 'has no origin')
          .meta({ hint: ORIGINS_HINT }),
      ),
      accounts: section('accounts', () =>
        z
          .record(name, accountSchema(rules))
          .meta({ hint: 'Write names, and below each cloud, region, project and auth.' }),
      ),
      dialects: section('dialects', () =>
        z
          .record(dialectName, dialectSchema())
          .meta({ hint: 'Write names, and below each the job format of a service (docs/dialects.md).' }),
      ),
      subscriptions: section('subscriptions', () =>
        z
          .record(name, subscriptionSchema(rules))
          .meta({ hint: 'Write names, and below each on or pattern, channel and target.' }),
      ),
      mail: section('mail', () => mailSchema(rules)),
      policy: section('policy', policySchema),
      api: section('api', () => apiSchema(rules)),
      intake: section('intake', () => intakeSchema(rules)),
      metrics: section('metrics', metricsSchema),
      dead_man: section('dead_man', () => deadManSchema(rules)),
      retention: field(
        'Write a duration from 1d to 365d: a whole number and h or d, for example 30d.',
        readRetention,
      ).optional(),
      network: section('network', () => networkSchema(rules)),
      allow_private: section('allow_private', hosts),
      trusted_hosts: section('trusted_hosts', hosts),
      log_level: z
        .enum(LOG_LEVELS)
        .meta({ hint: `Write one of ${LOG_LEVELS.join(', ')}.` })
        .optional(),
    })
    .superRefine((it, ctx) => {
      if (isRecord(it) && !('origins' in it || 'accounts' in it))
        ctx.addIssue({
          code: 'custom',
          path: ['origins'],
          message: 'is missing',
          params: { fix: ORIGINS_HINT },
        });
      for (const { path, message, fix } of accountFaults(it, rules))
        ctx.addIssue({ code: 'custom', path, message, params: { fix } });
    }, EVEN_IF_FAULTY)
    .superRefine((it, ctx) => {
      if (!isRecord(it) || 'mail' in it || !isRecord(it.subscriptions)) return;
      if (!Object.values(it.subscriptions).some((one) => isRecord(one) && one.channel === MAIL)) return;
      ctx.addIssue({ code: 'custom', path: ['mail'], message: 'is missing: a subscription sends email' });
    }, EVEN_IF_FAULTY)
    .meta({ hint: 'Write a mapping with origins and subscriptions.' });
}

const metricsSchema = () =>
  z
    .strictObject({
      listen: field('Write address and port, for example 127.0.0.1:9464.', readListen),
    })
    .meta({ hint: 'Give listen.' });

const deadManSchema = (rules: Rules) =>
  z
    .strictObject({
      url: urlField(rules),
      every: field('Write a duration, for example 1m.', readDuration).optional(),
    })
    .meta({ hint: 'Give url; every if once a minute is too often.' });

const hosts = lazily(() =>
  z
    .array(like(HOST, 'a host', 'Write a host name or an IP address alone, without scheme or port.'))
    .meta({ hint: 'Write a list of host names and IP addresses.' }),
);

function mailSchema({ secret, text }: Rules) {
  return z
    .strictObject({
      host: like(HOST, 'a host name', 'Write the SMTP server, for example smtp.example.com.'),
      port: z.int().min(1).max(65_535).meta({ hint: 'Write a port, for example 587.' }).optional(),
      secure: z.boolean().meta({ hint: 'Write true (TLS from the start) or false (STARTTLS).' }).optional(),
      user: like(/\S/, 'a user name', 'Write the SMTP user.').optional(),
      password: field(REFERENCE, secret).optional(),
      from: field('Write an address, for example Jobchime <jobchime@example.com>.', readSender),
      tls: z
        .strictObject({
          ca: field('Write file:/path or env:NAME of certificates in PEM form.', (reference) =>
            text(reference, readCertificates),
          ).optional(),
          verify: z
            .boolean()
            .meta({ hint: "Write true (the server's certificate must be signed) or false (any will do)." })
            .optional(),
        })
        .meta({ hint: 'Give ca or verify.' })
        .optional(),
    })
    .superRefine((it, ctx) => {
      if (!isRecord(it) || 'user' in it === 'password' in it) return;
      const message = "needs 'user' and 'password' together";
      ctx.addIssue({ code: 'custom', message, params: { fix: 'Give both, or neither.' } });
    }, EVEN_IF_FAULTY)
    .meta({ hint: 'Give host and from; port, secure, user and password if the server requires them.' });
}

/** What is a number in the policy. `auto` in its place says that it is learnt. */
export const POLICY_KEYS = (Object.keys(DEFAULT_POLICY) as (keyof Policy)[]).filter(
  (key): key is NumberKey => typeof DEFAULT_POLICY[key] === 'number',
);
type NumberKey = { [K in keyof Policy]: Policy[K] extends number ? K : never }[keyof Policy];
export const AUTO = 'auto';
/** Of these, which say `auto`, and where the policy says so. */
export const LEARNT = { checkEvery: 'checkAuto', overdueAfter: 'overdueAuto' } as const;
/** The one value of the policy that is a number; all others are durations. */
const COUNTS: readonly NumberKey[] = ['notFoundConfirm'];

export const snake = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const policySchema = lazily(() => {
  const duration = field(
    'Write a duration: a whole number and ms, s, m, h or d, for example 30s.',
    readDuration,
  );
  const learnt = field<number | typeof AUTO>(
    'Write a duration: a whole number and ms, s, m, h or d, for example 30s; or auto.',
    (text) => (text === AUTO ? accept(AUTO) : readDuration(text)),
  );
  const count = z.int().min(1).max(1_000).meta({ hint: 'Write a whole number, for example 3.' });
  const entries = POLICY_KEYS.map((key) => [
    snake(key),
    (COUNTS.includes(key) ? count : key in LEARNT ? learnt : duration).optional(),
  ]);
  return z
    .strictObject(
      Object.fromEntries(entries) as Record<string, z.ZodOptional<z.ZodType<number | typeof AUTO>>>,
    )
    .meta({ hint: 'Write a mapping such as check_every: 30s.' });
});

export type ParsedConfig = z.output<ReturnType<typeof configSchema>>;
