import * as z from 'zod';
import type { Dialect } from '../dialect.ts';
import type { Secret } from '../notify/subscription.ts';
import { accept, refuse, type Read } from './read.ts';

export { accept, refuse, type Read };

/** What the adapter of the clouds knows of them. */
export interface KnownClouds {
  /** Names that an origin's `cloud` may have. */
  clouds: readonly string[];
  /** Names that an origin's `dialect` may have. */
  dialects: readonly string[];
  /** Those of one cloud. */
  dialectsOf(cloud: string): readonly string[];
  /** Those of one cloud whose hosts are known. */
  regions(cloud: string): readonly string[];
  /** `https://host`; null where it is not known. */
  endpoint(cloud: string, region: string, dialect: string): string | null;
  iam(cloud: string, region: string): string | null;
  /** Dialects of the services that belong to a project of it. */
  servicesOf(cloud: string): readonly string[];
  /** Of the Cloud Trace Service. */
  traceEndpoint(cloud: string, region: string): string | null;
  /** What the hosts of a service begin with. */
  hostOf(cloud: string, dialect: string): string;
  /** Whether a host is one of the cloud's own. */
  owns(cloud: string, host: string): boolean;
  /** With those of the configuration beside its own, whose names stay theirs. */
  with(own: Readonly<Record<string, OwnDialect>>): KnownClouds;
  /** The names of those of the configuration. */
  own: readonly string[];
  /** Names that are not known may be given: for the schema that editors read. */
  anyName?: boolean;
}

/** A dialect of the configuration. */
export interface OwnDialect {
  /** Which have it. */
  clouds: readonly string[];
  dialect: Dialect;
}
export const CLOUDS = ['huawei', 'otc'] as const;

/** What the fields are checked against: everything that is not the field itself. */
export interface Rules {
  clouds: KnownClouds;
  /** Hosts that may be sent credentials although they are not a cloud's own; lower case. */
  trustedHosts: readonly string[];
  /** Hosts on private addresses that may be sent to; lower case. */
  allowPrivate: readonly string[];
  /** Follows `env:NAME` or `file:/path`, to a value that has the form that `check` demands; refuses anything else. */
  secret(reference: string, check?: (value: string) => Read<unknown>): Read<Secret>;
  /** Secrets are given as they are, by somebody who may not refer to what this machine has. */
  writtenOut?: true;
  /** The API listens nowhere: somebody else takes its requests in, and calls it. */
  isCalled?: boolean;
  /** The same for what is no secret and may have several lines: certificates. */
  text(reference: string, check: (value: string) => Read<string>): Read<Secret>;
  /** Whether the store may be there. */
  store(path: string): Read<string>;
  /** Keeps a value that was not given by reference out of the logs, too. */
  conceal(value: string): Secret;
}

/** A field that is text and means something else. `hint` says what to write, for everything that can be wrong with it. */
export const field = <T>(hint: string, read: (text: string) => Read<T>) =>
  z
    .string()
    .transform((text, ctx): T => {
      const result = read(text);
      if (result.ok) return result.value;
      const { problem, fix } = result;
      ctx.addIssue({ code: 'custom', message: problem, ...(fix && { params: { fix } }) });
      return z.NEVER;
    })
    // As `meta` does, without making the field a second time.
    .register(z.globalRegistry, { hint });

/** Text of a certain form, taken as it is. */
export const like = (form: RegExp, what: string, hint: string) =>
  field(hint, (text) => (form.test(text) ? accept(text) : refuse(`is not ${what}`)));

/** What to write where a secret belongs. */
export const REFERENCE =
  'Put the value into the environment and write env:NAME, or into a file and write file:/path.';

/** Whether a text points to a value that stands elsewhere. */
export const isReference = (text: string): boolean => /^(env|file|ssm|secretsmanager):/.test(text);

/** For rules about which keys are there. They hold whatever else is wrong: all problems are reported at once. */
export const EVEN_IF_FAULTY = { when: () => true };
