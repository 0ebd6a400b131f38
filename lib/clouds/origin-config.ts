import type { Secret } from '../notify/subscription.ts';

/** One configured place to ask. */
export interface OriginConfig {
  name: string;
  /** `ecs`, `elb`: how the service spells its jobs; see `DIALECT_NAMES`. */
  dialect: string;
  /** `huawei` or `otc`. */
  cloud: string;
  region: string;
  /** `https://host[:port]` */
  endpoint: string;
  /** The project of the credentials; jobs of another one are not asked about. */
  projectId: string;
  auth: OriginAuth;
  /** Looks under way at once. */
  concurrency?: number;
}

/** How to sign in. Every `Secret` must come from `Secrets.add`, so that it is redacted from what the cloud answers. */
export type OriginAuth = KeyAuth | PasswordAuth | TokenAuth;

/** Access key and secret key; with a security token where they are temporary. */
export interface KeyAuth {
  kind: 'keys';
  /** No secret, but the gateway quotes it, and it names an account. */
  accessKey: Secret;
  secretKey: Secret;
  securityToken?: Secret;
}

/** An IAM user, for whom tokens are fetched and renewed. */
export interface PasswordAuth {
  kind: 'password';
  /** The IAM endpoint: `https://host[:port]` */
  iam: string;
  user: Named;
  /** The account; not asked for where the user is given by id. */
  domain: Named;
  password: Secret;
}
/** A name, or an id. */
export type Named = string | { id: string };

/** A token that somebody else renews. */
export interface TokenAuth {
  kind: 'token';
  token: Secret;
}
