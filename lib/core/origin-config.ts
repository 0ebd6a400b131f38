import { digest } from './jobs/event.ts';
import { hostOf } from './input/values.ts';
import { whyMissing } from './input/missing-secret.ts';
import type { Secret } from './notify/subscription.ts';

/** One configured origin. */
export interface OriginConfig {
  name: string;
  /** The job format of the service: one of `DIALECT_NAMES`. */
  dialect: string;
  /** `huawei` or `otc`. */
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
export type OriginAuth = KeyAuth | PasswordAuth | TokenAuth;

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
      return [auth.password];
    case 'token':
      return [auth.token];
  }
}

/** The hosts that an origin's credentials are sent to. */
export function hostsOf({ endpoint, auth }: Pick<OriginConfig, 'endpoint' | 'auth'>): string[] {
  const iam = auth.kind === 'password' ? auth.iam : auth.kind === 'keys' ? auth.agency?.iam : undefined;
  return [endpoint, ...(iam ? [iam] : [])].map((url) => hostOf(new URL(url)));
}

/** The caller and the service: the quota is one, however many origins share it. For comparing only; nothing can be read out of it. */
export function accountOf({ endpoint, auth }: Pick<OriginConfig, 'endpoint' | 'auth'>): string {
  const missing = whyMissing(secretsOf(auth));
  if (missing !== null) return digest(endpoint, auth.kind, missing);
  const who =
    auth.kind === 'keys'
      ? [auth.accessKey(), auth.agency?.domain ?? '']
      : auth.kind === 'password'
        ? [JSON.stringify([auth.user, auth.domain]), auth.agency?.domain ?? '']
        : [auth.token()];
  return digest(endpoint, auth.kind, ...who);
}
