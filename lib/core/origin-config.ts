import type { Dialect } from './dialect.ts';
import type { Discovery } from './discover/discovery.ts';
import { digest } from './jobs/event.ts';
import { hostOf } from './input/values.ts';
import { isElsewhere, whyMissing } from './input/missing-secret.ts';
import type { Secret } from './notify/subscription.ts';

/** One configured origin. */
export interface OriginConfig {
  name: string;
  /** The job format of the service: one of `DIALECT_NAMES`. */
  dialect: string;
  /** That dialect, where the configuration has it. */
  spoken?: Dialect;
  /** `huawei`, `otc`, or a cloud of a dialect of the configuration. */
  cloud: string;
  region: string;
  /** `https://host[:port]` */
  endpoint: string;
  /** The project of the credentials; jobs of another one are not checked. */
  projectId: string;
  auth: OriginAuth;
  /** Checks under way at once, at most. */
  concurrency?: number;
  /** Checks begun in a second, at most. */
  rate?: number;
  /** The account that it was made for: all of its origins share one `rate`. */
  account?: string;
}

/** Where the calls of one account are recorded, and which of its origins their jobs belong to. */
export interface TrailConfig extends OriginConfig, Pick<Discovery, 'only' | 'labels'> {
  account: string;
  /** The account's id; left out: what the records say. */
  accountId?: string;
  /** Names of origins, by dialect. */
  origins: ReadonlyMap<string, string>;
}

/**
 * Checks under way at once, at most, unless the configuration says otherwise. Each has a connection of its own, some 50 KB, and
 * a process may have some thousand files open.
 */
export const CONCURRENCY = 64;
/** Checks begun in a second. Where less is allowed the cloud says so, and the pace follows. */
export const RATE = 5;
/** What one place of `concurrency` can get in a second, where an answer takes 50 ms: no cloud is faster. */
const FASTEST = 20;

/** What keeps `rate` from being reached, however fast the cloud is; null: nothing. */
export function tooNarrow({
  rate = RATE,
  concurrency = CONCURRENCY,
}: Pick<OriginConfig, 'rate' | 'concurrency'>) {
  const reached = FASTEST * concurrency;
  return rate <= reached ? null : { reached, needed: Math.ceil(rate / FASTEST), concurrency };
}

/** How to sign in. Every `Secret` must come from `Secrets.add`, so that it is redacted from what the cloud answers. */
export type OriginAuth =
  | KeyAuth
  | PasswordAuth
  | TokenAuth
  | BearerAuth
  | HeaderAuth
  | BasicAuth
  | OAuth2Auth
  | KeystoneAuth;

/** A token in `Authorization`, which somebody else renews. */
export interface BearerAuth {
  kind: 'bearer';
  token: Secret;
}

/** A key in a header of its own. */
export interface HeaderAuth {
  kind: 'header';
  /** In lower case. */
  name: string;
  value: Secret;
}

/** HTTP Basic. */
export interface BasicAuth {
  kind: 'basic';
  user: string;
  password: Secret;
}

/** OAuth 2.0, client credentials: tokens are fetched and renewed. */
export interface OAuth2Auth {
  kind: 'oauth2';
  tokenUrl: string;
  clientId: string;
  clientSecret: Secret;
  scope?: string;
  audience?: string;
  /** The client's id and secret are sent in the form; else in a header. */
  inBody: boolean;
}

/** Keystone of OpenStack: tokens of a user for the project, or of an application credential. */
export type KeystoneAuth = { kind: 'keystone'; /** Without the version. */ url: string; password: Secret } & (
  | { user: string; domain: string }
  | { applicationId: string }
);

/** Access key and secret key; with a security token where they are temporary. */
export interface KeyAuth extends Keys {
  kind: 'keys';
  signature?: SignatureForm;
  /** Sign with temporary keys of this agency, which are fetched with the keys above and renewed. */
  agency?: Agency & { iam: string };
}

export interface Keys {
  /** No secret, but the gateway quotes it, and it names an account. */
  accessKey: Secret;
  secretKey: Secret;
  securityToken?: Secret;
}

/** How a signature names its key: `Access=`, or the older `Credential=` with a key derived for a day. */
export type SignatureForm = 'access' | 'credential';

/** An IAM user, for whom tokens are fetched and renewed. */
export interface PasswordAuth {
  kind: 'password';
  /** The IAM endpoint: `https://host[:port]` */
  iam: string;
  user: Named;
  /** The account; not needed where the user is given by id. */
  domain: Named;
  password: Secret;
  /** Use tokens of this agency, which are fetched with those of the user. */
  agency?: Agency;
}
/** A name, or an id. */
export type Named = string | { id: string };

/** What another account lets one do in its name. */
export interface Agency {
  name: string;
  /** That account's name. */
  domain: string;
}

/** A token that somebody else renews. */
export interface TokenAuth {
  kind: 'token';
  token: Secret;
}

/** What has to be there before any request can be sent. */
export function secretsOf(auth: OriginAuth): (Secret | undefined)[] {
  switch (auth.kind) {
    case 'keys':
      return [auth.accessKey, auth.secretKey, auth.securityToken];
    case 'password':
    case 'basic':
    case 'keystone':
      return [auth.password];
    case 'token':
    case 'bearer':
      return [auth.token];
    case 'header':
      return [auth.value];
    case 'oauth2':
      return [auth.clientSecret];
  }
}

/** Where else the credentials are sent, to sign in. */
function signInAt(auth: OriginAuth): string | undefined {
  switch (auth.kind) {
    case 'password':
      return auth.iam;
    case 'keys':
      return auth.agency?.iam;
    case 'oauth2':
      return auth.tokenUrl;
    case 'keystone':
      return auth.url;
    default:
      return undefined;
  }
}

/** The hosts that an origin's credentials are sent to. */
export function hostsOf({ endpoint, auth }: Pick<OriginConfig, 'endpoint' | 'auth'>): string[] {
  const other = signInAt(auth);
  return [endpoint, ...(other ? [other] : [])].map((url) => hostOf(new URL(url)));
}

/** The caller and the service: the quota is one, however many origins share it. For comparing only; nothing can be read out of it. */
export function accountOf({
  endpoint,
  auth,
  account,
}: Pick<OriginConfig, 'endpoint' | 'auth' | 'account'>): string {
  if (account !== undefined) return digest('account', account);
  const secrets = secretsOf(auth);
  // Who signs in nowhere compares nothing.
  const missing = whyMissing(secrets) ?? (isElsewhere(secrets) ? 'elsewhere' : null);
  return digest(endpoint, auth.kind, ...(missing === null ? whoIs(auth) : [missing]));
}

function whoIs(auth: OriginAuth): string[] {
  switch (auth.kind) {
    case 'keys':
      return [auth.accessKey(), auth.agency?.domain ?? ''];
    case 'password':
      return [JSON.stringify([auth.user, auth.domain]), auth.agency?.domain ?? ''];
    case 'token':
    case 'bearer':
      return [auth.token()];
    case 'header':
      return [auth.name, auth.value()];
    case 'basic':
      return [auth.user];
    case 'oauth2':
      return [auth.tokenUrl, auth.clientId];
    case 'keystone':
      return 'user' in auth ? [auth.url, auth.user, auth.domain] : [auth.url, auth.applicationId];
  }
}
