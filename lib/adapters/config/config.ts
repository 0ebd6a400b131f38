import { isRecord } from '../../core/is-record.ts';
import { dirname, resolve } from 'node:path';
import { DEFAULT_POLICY, type Policy } from '../../core/jobs/policy.ts';
import { secretsOfRequest } from '../../core/notify/request-settings.ts';
import type { Secret, Subscription, Target } from '../../core/notify/subscription.ts';
import type { OriginAuth, OriginConfig } from '../../core/origin-config.ts';
import { CHANNELS, definitionOf, targetOn, type KnownChannel } from '../channels/registry.ts';
import type { Listen } from './api.ts';
import { accept, refuse, type KnownClouds, type Read } from '../../core/input/fields.ts';
import { missingSecret, whyMissing } from '../../core/input/missing-secret.ts';
import { explain, renderPath, type Problem } from '../../core/input/problems.ts';
import { networkOf, type NetworkSettings } from './network.ts';
import {
  AUTO,
  configSchema,
  LEARNT,
  POLICY_KEYS,
  snake,
  type LogLevel,
  type ParsedConfig,
} from './schema.ts';
import { readYaml } from './yaml.ts';
import { resolveSecret } from '../platform/secrets.ts';

export { renderProblems, type Problem } from '../../core/input/problems.ts';
export { readDuration } from '../../core/input/values.ts';
export type { LogLevel };

/** The configuration, checked and resolved: nothing of it is looked up again. */
export interface Config {
  /** Absolute path of the database file. */
  store: string;
  origins: OriginConfig[];
  subscriptions: Subscription[];
  /** Null: no subscription has an address. */
  mail: MailSettings | null;
  policy: Policy;
  /** Null: there is no HTTP API. */
  api: ApiSettings | null;
  /** Where Prometheus reads the metrics; null: nowhere. */
  metrics: { listen: Listen } | null;
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

/** A month: long enough to look into last month, and 10,000 jobs a day are some 1 GB. */
const DEFAULT_RETENTION = 30 * 86_400_000;

export interface ApiSettings {
  listen: Listen;
  /** 32 bytes in base64: seals the secrets of subscriptions that are made through the API. */
  secretKey?: Secret;
  /** `https://host[:port][/base]`, for links in mails. */
  publicUrl?: string;
  /** How many requests each token may make; what is left out is as usual. */
  limits?: { burst?: number | undefined; perSecond?: number | undefined };
}

export interface ConfigDeps {
  clouds: KnownClouds;
  /** Where the text was read; `store` is relative to it. */
  path: string;
  env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  /** What `ssm:/path` stands for, read beforehand; left out where there is no Systems Manager. */
  parameters?: ReadonlyMap<string, string>;
  secrets: { add(value: string): Secret };
  /** Why `.env` beside the file, which `env` has, could not be read. */
  envTrouble?: string;
  /** What is wrong with a place for the store; left out where there is no such file. */
  pathProblem?: (store: string) => { problem: string; fix: string } | null;
  /**
   * What becomes of a reference that leads to no usable value. `later`: its first use throws `MissingSecret`, and
   * `unresolved` lists it.
   */
  missingSecrets?: 'refused' | 'later';
}

export type Parsed =
  | {
      ok: true;
      config: Config;
      /** What is missing of secrets; only where that is left for later. */ unresolved: Problem[];
    }
  | { ok: false; problems: Problem[] };

/** Reads the file's text. Never throws, and returns all problems at once. */
export function parseConfig(text: string, deps: ConfigDeps): Parsed {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, problems: yaml.problems.map((it) => ({ where: '', ...it })) };
  // An empty file is a file in which everything is missing.
  const raw = yaml.value ?? {};
  const parsed = parse(raw, yaml, deps, (found) => found);
  if (parsed.ok || deps.missingSecrets !== 'later') return parsed;
  const without = parse(raw, yaml, deps, laterWhere(deps));
  return without.ok ? { ...without, unresolved: parsed.problems } : without;
}

type Yaml = Extract<ReturnType<typeof readYaml>, { ok: true }>;

function parse(raw: unknown, yaml: Yaml, deps: ConfigDeps, taken: Taken): Parsed {
  const allowPrivate = hostsIn(raw, 'allow_private');
  const schema = configSchema({
    clouds: deps.clouds,
    trustedHosts: hostsIn(raw, 'trusted_hosts'),
    allowPrivate,
    secret: (reference, check) => taken(secretAt(reference, deps, check), reference),
    text: (reference, check) => taken(textAt(reference, deps, check), reference),
    store: (path) => placeAt(path, deps),
    conceal: deps.secrets.add,
  });
  const parsed = schema.safeParse(raw);
  if (parsed.success) {
    const network = networkOf(parsed.data.network ?? {}, deps.env, { conceal: deps.secrets.add });
    if (!network.ok) return { ok: false, problems: [{ where: 'network.proxy', ...network.problem }] };
    const config = { ...build(parsed.data, allowPrivate, deps.path), network: network.network };
    return { ok: true, config, unresolved: [] };
  }
  const problems = explain(parsed.error.issues, schema, raw).map(({ path, problem, fix }) => ({
    where: renderPath(path),
    ...yaml.positionOf(path),
    problem,
    fix,
  }));
  const unique = uniqueAt(problems);
  return { ok: false, problems: unique.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** What stands in one place and is used in several, through an alias, is wrong once. */
function uniqueAt<P extends Required<Problem>>(problems: readonly P[]): P[] {
  const key = ({ where, line, column, problem }: P): string =>
    [line, column, where.split('.').at(-1), problem].join(' ');
  return [...new Map(problems.toReversed().map((one) => [key(one), one])).values()].toReversed();
}

const REFERENCE_FORM = /^(env:[A-Za-z_]\w*|file:\P{Cc}+|ssm:\/[\w./-]+)$/u;

function secretAt(reference: string, deps: ConfigDeps, check: Check = accept): Read<Secret> {
  // Anything else may be the secret itself, put there by mistake, so it must not come back in a message.
  if (!REFERENCE_FORM.test(reference)) return refuse('is a secret written out');
  const found = valueAt(reference, deps);
  if (!found.ok) return found;
  // It would break the header that it is sent in, and the error would show it.
  if (/\p{Cc}/u.test(found.value))
    return refuse(`${reference} has a line break or another control character`);
  const form = check(found.value);
  if (!form.ok) return { ...form, problem: `what it refers to ${form.problem}` };
  return accept(deps.secrets.add(found.value));
}

function textAt(reference: string, deps: ConfigDeps, check: (value: string) => Read<string>): Read<Secret> {
  const found = valueAt(reference, deps);
  if (!found.ok) return found;
  const form = check(found.value);
  return form.ok ? accept(() => form.value) : { ...form, problem: `what it refers to ${form.problem}` };
}

function valueAt(reference: string, deps: ConfigDeps): Read<string> {
  if (!REFERENCE_FORM.test(reference)) return refuse('is not a reference');
  const { path, env, readFile, parameters } = deps;
  try {
    const read = (file: string): string => readFile(resolve(dirname(path), file));
    return accept(resolveSecret(reference, env, read, parameters));
  } catch (error) {
    return refuse((error as Error).message, fixOf(reference, error, deps));
  }
}
type Check = (value: string) => Read<unknown>;

/** What is made of a reference that was followed. */
type Taken = (found: Read<Secret>, reference: string) => Read<Secret>;

/** A value that is not there is missed only where it is used. */
const laterWhere =
  ({ parameters }: ConfigDeps): Taken =>
  (found, reference) => {
    // What can lead to no value here is a mistake in the file, and nothing that may come later.
    const isPossible = REFERENCE_FORM.test(reference) && (!parameters || reference.startsWith('ssm:'));
    if (found.ok || !isPossible) return found;
    const { problem, fix } = found;
    const named = problem.includes(reference) ? problem : `${reference}: ${problem}`;
    return accept(missingSecret(fix ? `${named}. ${fix}` : named));
  };

/** What to do about a reference that leads to nothing: each kind is put right elsewhere. */
function fixOf(reference: string, error: unknown, { path, parameters, envTrouble }: ConfigDeps): string {
  const OR = 'or correct the reference.';
  const kind = reference.slice(0, reference.indexOf(':'));
  if (kind === 'ssm') return parameters ? `Make that parameter, ${OR}` : 'Write env:NAME or file:/path.';
  if (parameters) return 'Write ssm:/path: on AWS secrets are parameters of Systems Manager.';
  if (kind === 'env') {
    const file = envTrouble
      ? `.env beside the configuration, which cannot be read (${envTrouble})`
      : '.env beside the configuration';
    return `Set it before the service starts, in its environment or in ${file}; ${OR}`;
  }
  const file = resolve(dirname(path), reference.slice('file:'.length));
  switch (codeOf(error)) {
    case undefined:
      return `Write the value into ${file}, ${OR}`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${file}: put the value into it, ${OR}`;
    case 'EACCES':
    case 'EPERM':
      return `The user that runs Jobchime must be able to read ${file}: change its permissions, ${OR}`;
    case 'EISDIR':
      return `${file} is a folder: name the file in it.`;
    default:
      return `See to ${file}, ${OR}`;
  }
}

/** Of the file that could not be read; undefined: it was. */
const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;

function placeAt(store: string, { path, pathProblem }: ConfigDeps): Read<string> {
  if (!/\S/.test(store)) return refuse('is not a path');
  const found = pathProblem?.(resolve(dirname(path), store));
  return found ? refuse(found.problem, found.fix) : accept(store);
}

/** Read ahead of the rest, because it decides what the rest may be. Its own problems are reported with all others. */
function hostsIn(raw: unknown, key: 'allow_private' | 'trusted_hosts'): string[] {
  const hosts: unknown = isRecord(raw) ? raw[key] : [];
  return Array.isArray(hosts) ? hosts.map((host) => String(host).toLowerCase()) : [];
}

function build(parsed: ParsedConfig, allowPrivate: string[], path: string): Omit<Config, 'network'> {
  return {
    store: resolve(dirname(path), parsed.store ?? 'jobchime.db'),
    origins: Object.entries(parsed.origins).map(
      ([name, { project, auth, iam, rate, concurrency, ...rest }]) => ({
        name,
        ...rest,
        ...(rate !== undefined && { rate }),
        ...(concurrency !== undefined && { concurrency }),
        projectId: project,
        auth: authOf(auth, iam),
      }),
    ),
    subscriptions: Object.entries(parsed.subscriptions ?? {}).map(([name, it]) => subscriptionOf(name, it)),
    mail: parsed.mail ? mailOf(parsed.mail) : null,
    policy: policyOf(parsed.policy ?? {}),
    api: parsed.api ? apiOf(parsed.api) : null,
    metrics: parsed.metrics ?? null,
    retention: parsed.retention ?? DEFAULT_RETENTION,
    allowPrivate,
    logLevel: parsed.log_level ?? 'info',
  };
}

type ParsedOrigin = ParsedConfig['origins'][string];
type ParsedSubscription = NonNullable<ParsedConfig['subscriptions']>[string];
type ParsedMail = NonNullable<ParsedConfig['mail']>;

function authOf(auth: ParsedOrigin['auth'], iam: string): OriginAuth {
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

/** Its name is its id: names have no underscore, so they never meet the ids of subscriptions made at run time. */
function subscriptionOf(name: string, it: ParsedSubscription): Subscription {
  const { channel } = it;
  const given = CHANNELS[channel].targets(it);
  const nowhere = whyMissing(given.map(({ address }) => address));
  const targets =
    nowhere === null
      ? distinct(
          given.map(({ address, signingKeys, request }) => ({
            ...targetOn(channel, address, signingKeys),
            ...(request && { request }),
          })),
        )
      : [unresolved(name, channel, nowhere)];
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
  limits,
}: NonNullable<ParsedConfig['api']>): ApiSettings => ({
  listen,
  ...(limits && { limits: { burst: limits.burst, perSecond: limits.per_second } }),
  ...(secret_key && { secretKey: secret_key }),
  ...(public_url && { publicUrl: public_url }),
});

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
