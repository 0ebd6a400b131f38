import { dirname, resolve } from 'node:path';
import { DEFAULT_POLICY, type Policy } from '../../core/jobs/policy.ts';
import type { OriginConfig, TrailConfig } from '../../core/origin-config.ts';
import type { Secret, Subscription } from '../../core/notify/subscription.ts';
import type { Listen } from './api.ts';
import { intakeOf, type IntakeSettings } from './intake.ts';
import type { NetworkSettings } from './network.ts';
import { originOf, originsOf, trailOf } from './origin-settings.ts';
import { AUTO, LEARNT, POLICY_KEYS, snake, type LogLevel, type ParsedConfig } from './schema.ts';
import { subscriptionOf } from './subscription-settings.ts';

/** The configuration, checked and resolved: nothing of it is looked up again. */
export interface Config {
  /** Absolute path of the database file. */
  store: string;
  /** Those of accounts too. */
  origins: OriginConfig[];
  /** Where jobs are found. */
  trails: TrailConfig[];
  subscriptions: Subscription[];
  /** Null: no subscription has an address. */
  mail: MailSettings | null;
  policy: Policy;
  /** Null: there is no HTTP API. */
  api: ApiSettings | null;
  /** What may ring from outside. */
  intake: IntakeSettings;
  /** Where Prometheus reads the metrics; null: nowhere. */
  metrics: { listen: Listen } | null;
  /** What is told that the service sweeps; null: nobody. */
  deadMan: { url: Secret; everyMs: number } | null;
  /** How long ended jobs and deliveries are kept, in milliseconds. */
  retention: number;
  /** How clouds and targets are reached. */
  network: NetworkSettings;
  /** Hosts on private addresses that may be sent to; lower case. */
  allowPrivate: string[];
  logLevel: LogLevel;
}

export interface MailSettings {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS. */
  secure: boolean;
  /** With `password`, or neither. */
  user?: string;
  password?: Secret;
  from: string;
  tls?: MailTls;
}

/** Which certificates to trust. Without either: those of the public authorities, and any where no password is sent. */
export interface MailTls {
  /** Certificates of those who are believed besides, as PEM. */
  ca?: Secret | undefined;
  verify?: boolean | undefined;
}

/** As often as the schedule on AWS sweeps. */
const DEAD_MAN_MS = 60_000;
/** A month: long enough to look into last month, and 10,000 jobs a day are some 1 GB. */
const DEFAULT_RETENTION = 30 * 86_400_000;

/** Longer than a weekend; a reader who finds an old message later signs in. */
const DEFAULT_PAGE_LINKS_MS = 7 * 86_400_000;

export interface ApiSettings {
  /** On AWS nothing listens: a gateway calls. */
  listen: Listen;
  /** 32 bytes in base64: seals the secrets of subscriptions that are made through the API. */
  secretKey?: Secret;
  /** `https://host[:port][/base]`, for links in mails. */
  publicUrl?: string;
  /** How long a link in a message opens the page of its job or group, in milliseconds; null: messages have none. */
  pageLinksMs: number | null;
  /** How many requests each token may make; what is left out is as usual. */
  limits?: { burst?: number | undefined; perSecond?: number | undefined };
}

/** What the file says, under the names of the code and with what it leaves out. `path`: where it was read. */
export function settingsOf(
  parsed: ParsedConfig,
  allowPrivate: string[],
  path: string,
): Omit<Config, 'network'> {
  const dialects = parsed.dialects ?? {};
  const accounts = Object.entries(parsed.accounts ?? {});
  const origins = [
    ...Object.entries(parsed.origins ?? {}).map((named) => originOf(named, dialects)),
    ...accounts.flatMap(originsOf),
  ];
  return {
    store: resolve(dirname(path), parsed.store ?? 'jobchime.db'),
    origins,
    trails: accounts.flatMap((account) => trailOf(account, origins)),
    subscriptions: Object.entries(parsed.subscriptions ?? {}).map(([name, it]) => subscriptionOf(name, it)),
    mail: parsed.mail ? mailOf(parsed.mail) : null,
    policy: policyOf(parsed.policy ?? {}),
    api: parsed.api ? apiOf(parsed.api) : null,
    intake: intakeOf(parsed.intake ?? {}),
    metrics: parsed.metrics ?? null,
    deadMan: parsed.dead_man
      ? { url: parsed.dead_man.url, everyMs: parsed.dead_man.every ?? DEAD_MAN_MS }
      : null,
    retention: parsed.retention ?? DEFAULT_RETENTION,
    allowPrivate,
    logLevel: parsed.log_level ?? 'info',
  };
}

type ParsedMail = NonNullable<ParsedConfig['mail']>;

function mailOf({ host, port, secure, user, password, from, tls }: ParsedMail): MailSettings {
  // 465 is the port of mail over TLS; 587, the port of submission, begins in plain text and is then upgraded.
  const settings = { host, port: port ?? 587, secure: secure ?? port === 465, from, ...(tls && { tls }) };
  return user && password ? { ...settings, user, password } : settings;
}

const apiOf = ({
  listen,
  secret_key,
  public_url,
  page_links = DEFAULT_PAGE_LINKS_MS,
  limits,
}: NonNullable<ParsedConfig['api']>): ApiSettings => ({
  pageLinksMs: page_links,
  listen: listen ?? NOWHERE,
  ...(limits && { limits: { burst: limits.burst, perSecond: limits.per_second } }),
  ...(secret_key && { secretKey: secret_key }),
  ...(public_url && { publicUrl: public_url }),
});

const NOWHERE: Listen = { host: 'localhost', port: 0 };

/** What is learnt has a number too: for as long as too little is known. */
function policyOf(given: Record<string, number | typeof AUTO | undefined>): Policy {
  const numbers = POLICY_KEYS.map((key) => {
    const value = given[snake(key)];
    return [key, typeof value === 'number' ? value : DEFAULT_POLICY[key]];
  });
  const learnt = Object.entries(LEARNT).flatMap(([key, flag]) => {
    const value = given[snake(key)];
    return value === undefined ? [] : [[flag, value === AUTO]];
  });
  return { ...DEFAULT_POLICY, ...Object.fromEntries([...numbers, ...learnt]) };
}
