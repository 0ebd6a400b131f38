import type { Dialect } from '../../core/dialect.ts';
import { CLOUDS, type OwnDialect } from '../../core/input/fields.ts';
import type {
  KeystoneAuth,
  OAuth2Auth,
  OriginAuth,
  OriginConfig,
  TrailConfig,
} from '../../core/origin-config.ts';
import { CTS, originName } from './account.ts';
import type { ParsedConfig } from './schema.ts';

type ParsedOrigin = NonNullable<ParsedConfig['origins']>[string];
type ParsedAccount = [name: string, NonNullable<ParsedConfig['accounts']>[string]];

/** `dialects`: those that the configuration itself describes. */
export const originOf = (
  [name, { project, auth, iam, rate, concurrency, ...rest }]: [string, ParsedOrigin],
  dialects: Readonly<Record<string, OwnDialect>>,
): OriginConfig => ({
  name,
  ...rest,
  ...(rate !== undefined && { rate }),
  ...(concurrency !== undefined && { concurrency }),
  projectId: project,
  auth: authOf(auth, iam),
  ...(Object.hasOwn(dialects, rest.dialect) && { spoken: spokenIn(rest, dialects[rest.dialect]!) }),
});

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

/** One for each service of an account. */
export const originsOf = (account: ParsedAccount): OriginConfig[] =>
  account[1].endpoints.map(({ dialect, url }) => ({
    ...commonOf(account),
    name: originName(account[0], dialect),
    dialect,
    endpoint: url,
  }));

/**
 * What finds the jobs of an account; none where nobody asked for that. Of `all` origins that ask one service for one project the first
 * has its jobs, however they are found: under two names a job would be two.
 */
export function trailOf(account: ParsedAccount, all: readonly OriginConfig[]): TrailConfig[] {
  const [name, { discover }] = account;
  if (!discover) return [];
  const { url, account_id: accountId, only, labels = [] } = discover;
  return [
    {
      ...commonOf(account),
      name: originName(name, CTS),
      dialect: CTS,
      endpoint: url,
      origins: new Map(
        originsOf(account).map((own) => [
          own.dialect,
          (all.find((one) => asksTheSame(one, own)) ?? own).name,
        ]),
      ),
      ...(accountId !== undefined && { accountId }),
      ...(only && { only }),
      labels: labels.map(({ when, set }) => ({ set, ...(when && { when }) })),
    },
  ];
}

const asksTheSame = (one: OriginConfig, other: OriginConfig): boolean =>
  one.dialect === other.dialect &&
  one.projectId === other.projectId &&
  plain(one.endpoint) === plain(other.endpoint);
const plain = (endpoint: string): string => endpoint.toLowerCase().replace(/\/+$/, '');

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
