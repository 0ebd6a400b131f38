import * as z from 'zod';
import type { Secret } from '../notify/subscription.ts';
import { accept, refuse, type Read } from './read.ts';

export { accept, refuse, type Read };

/** What the adapter of the clouds knows of them. */
export interface KnownClouds {
  /** Names that an origin's `dialect` may have. */
  dialects: readonly string[];
  /** Those of one cloud. */
  dialectsOf(cloud: CloudName): readonly string[];
  /** Those of one cloud whose hosts are known. */
  regions(cloud: CloudName): readonly string[];
  /** `https://host`; null where it is not known. */
  endpoint(cloud: CloudName, region: string, dialect: string): string | null;
  iam(cloud: CloudName, region: string): string | null;
  /** Whether a host is one of the cloud's own. */
  owns(cloud: CloudName, host: string): boolean;
}
export const CLOUDS = ['huawei', 'otc'] as const;
export type CloudName = (typeof CLOUDS)[number];

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
    .meta({ hint });

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
