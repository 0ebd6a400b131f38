import { dirname, resolve } from 'node:path';
import { windowsOf } from '../../core/input/window-fields.ts';
import { readerOf } from '../../core/notify/reader.ts';
import { isElsewhere, missingSecret, whyMissing } from '../../core/input/missing-secret.ts';
import { DEFAULT_POLICY, type Policy } from '../../core/jobs/policy.ts';
import { secretsOfRequest } from '../../core/notify/request-settings.ts';
import type { OwnWords } from '../../core/notify/own-words.ts';
import type { Secret, Subscription, Target } from '../../core/notify/subscription.ts';
import type { Dialect } from '../../core/dialect.ts';
import { CLOUDS, type OwnDialect } from '../../core/input/fields.ts';
import type {
  KeystoneAuth,
  OAuth2Auth,
  OriginAuth,
  OriginConfig,
  TrailConfig,
} from '../../core/origin-config.ts';
import { CHANNELS, definitionOf, targetOn, type KnownChannel } from '../channels/registry.ts';
import { CTS, originName } from './account.ts';
import type { Listen } from './api.ts';
import { intakeOf, type IntakeSettings } from './intake.ts';
import type { NetworkSettings } from './network.ts';
import { AUTO, LEARNT, POLICY_KEYS, snake, type LogLevel, type ParsedConfig } from './schema.ts';

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

/** Longer than a weekend; whoever finds an old message later signs in. */
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
  return {
    store: resolve(dirname(path), parsed.store ?? 'jobchime.db'),
    origins: [
      ...Object.entries(parsed.origins ?? {}).map(
        ([name, { project, auth, iam, rate, concurrency, ...rest }]) => ({
          name,
          ...rest,
          ...(rate !== undefined && { rate }),
          ...(concurrency !== undefined && { concurrency }),
          projectId: project,
          auth: authOf(auth, iam),
          ...(Object.hasOwn(dialects, rest.dialect) && { spoken: spokenIn(rest, dialects[rest.dialect]!) }),
        }),
      ),
      ...accounts.flatMap(originsOf),
    ],
    trails: accounts.flatMap(trailOf),
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

type ParsedOrigin = NonNullable<ParsedConfig['origins']>[string];
type ParsedAccount = [name: string, NonNullable<ParsedConfig['accounts']>[string]];
type ParsedSubscription = NonNullable<ParsedConfig['subscriptions']>[string];
type ParsedMail = NonNullable<ParsedConfig['mail']>;

/** As a cloud has it: where its gateway stands before the service, its codes count too. */
function spokenIn(
  { dialect: name, cloud }: { dialect: string; cloud: string },
  { dialect }: OwnDialect,
): Dialect {
  const gateway = (CLOUDS as readonly string[]).includes(cloud);
  return {
    ...dialect,
    service: dialect.service || name,
    faults: { codes: dialect.faults?.codes ?? {}, gateway },
  };
}

const commonOf = ([account, { cloud, region, project, auth, iam, rate }]: ParsedAccount) => ({
  account,
  cloud,
  region,
  projectId: project,
  auth: authOf(auth, iam),
  ...(rate !== undefined && { rate }),
});

const originsOf = (account: ParsedAccount): OriginConfig[] =>
  account[1].endpoints.map(({ dialect, url }) => ({
    ...commonOf(account),
    name: originName(account[0], dialect),
    dialect,
    endpoint: url,
  }));

function trailOf(account: ParsedAccount): TrailConfig[] {
  const [name, { discover, endpoints }] = account;
  if (!discover) return [];
  const { url, account_id: accountId, only, labels = [] } = discover;
  return [
    {
      ...commonOf(account),
      name: originName(name, CTS),
      dialect: CTS,
      endpoint: url,
      origins: new Map(endpoints.map(({ dialect }) => [dialect, originName(name, dialect)])),
      ...(accountId !== undefined && { accountId }),
      ...(only && { only }),
      labels: labels.map(({ when, set }) => ({ set, ...(when && { when }) })),
    },
  ];
}

function authOf(auth: ParsedOrigin['auth'], iam: string): OriginAuth {
  if ('bearer' in auth) return { kind: 'bearer', token: auth.bearer };
  if ('header' in auth) return { kind: 'header', ...auth.header };
  if ('basic' in auth) return { kind: 'basic', ...auth.basic };
  if ('oauth2' in auth) return oauth2Of(auth.oauth2);
  if ('keystone' in auth) return keystoneOf(auth.keystone);
  if ('token' in auth) return { kind: 'token', ...auth };
  if ('password' in auth) {
    const { user, domain, password, agency } = auth;
    return { kind: 'password', iam, user, domain, password, ...(agency && { agency }) };
  }
  return {
    kind: 'keys',
    accessKey: auth.access_key,
    secretKey: auth.secret_key,
    ...(auth.security_token && { securityToken: auth.security_token }),
    ...(auth.signature && { signature: auth.signature }),
    ...(auth.agency && { agency: { ...auth.agency, iam } }),
  };
}

type ParsedAuth<K extends string> = Extract<ParsedOrigin['auth'], Record<K, unknown>>[K];

const oauth2Of = (it: ParsedAuth<'oauth2'>): OAuth2Auth => ({
  kind: 'oauth2',
  tokenUrl: it.token_url,
  clientId: it.client_id,
  clientSecret: it.client_secret,
  ...(it.scope && { scope: it.scope }),
  ...(it.audience && { audience: it.audience }),
  inBody: it.client_auth === 'body',
});

/** Both are there, or it was refused. */
function keystoneOf(it: ParsedAuth<'keystone'>): KeystoneAuth {
  const { url, user, user_domain: domain = 'Default', password, application_credential: id, secret } = it;
  return user !== undefined && password
    ? { kind: 'keystone', url, user, domain, password }
    : { kind: 'keystone', url, applicationId: id!, password: secret! };
}

/** Its name is its id: names have no underscore, so they never meet the ids of subscriptions made at run time. */
function subscriptionOf(name: string, it: ParsedSubscription): Subscription {
  const { channel } = it;
  const given = CHANNELS[channel].targets(it);
  const reader = readerOf(it);
  const windows = windowsOf(it, it.zone);
  const words = 'template' in it ? (it.template as OwnWords | undefined) : undefined;
  const addresses = given.map(({ address }) => address);
  const nowhere = whyMissing(addresses);
  const targets =
    nowhere === null && !isElsewhere(addresses)
      ? distinct(
          given.map(({ address, signingKeys, request, mention }) => ({
            ...targetOn(channel, address, signingKeys),
            ...(reader && { reader }),
            ...(words && { words }),
            ...(request && { request }),
            ...(mention && { mention }),
          })),
        )
      : [unresolved(name, channel, nowhere ?? 'of another function')];
  const why =
    nowhere ??
    whyMissing(
      given.flatMap(({ signingKeys = [], request }) => [...signingKeys, ...secretsOfRequest(request)]),
    );
  return {
    id: name,
    name,
    pattern: it.on ?? it.pattern!,
    channel,
    targets,
    ...(it.ordered && { ordered: true }),
    ...(it.fold && { fold: it.fold }),
    ...(windows && { windows }),
    ...(why !== null && LOCKED),
  };
}

/** What is meant for it is kept until its secrets are there. */
const LOCKED = { paused: true, fault: 'locked' } as const;

/** Nobody knows where it goes, so nothing goes there. */
const unresolved = (name: string, channel: KnownChannel, why: string): Target => ({
  endpoint: `unresolved/${name}`,
  shown: `${channel} (${why})`,
  address: missingSecret(why),
  ...(definitionOf(channel)?.signed && { signingKeys: [] }),
});

/** The same mailbox twice in a list, be it in other capitals, gets one mail. */
const distinct = (targets: Target[]): Target[] =>
  targets.filter(({ endpoint }, n) => targets.findIndex((one) => one.endpoint === endpoint) === n);

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
