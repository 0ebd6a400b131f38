import type { Secret } from '../../core/notify/subscription.ts';

export type { Secret };

export interface Secrets {
  /** From now on the value is redacted. The thunk is how it is handed around. */
  add(value: string): Secret;
  /** For values that are replaced, so that a process that runs for months does not collect them. */
  forget(secret: Secret): void;
  /** The text with every known secret replaced by `[redacted]`, also where it stands encoded. */
  redact(text: string): string;
}

const REDACTED = '[redacted]';
/** A shorter value is not looked for: `admin` or `1234` would shred innocent texts, and protects nothing. */
const SHORTEST = 6;

export function createSecrets(): Secrets {
  const known = new Map<Secret, string[]>();
  let replace: ((text: string) => string) | null = null;

  return {
    add(value) {
      const secret: Secret = () => value;
      known.set(secret, formsOf(value));
      replace = null;
      return secret;
    },
    forget(secret) {
      known.delete(secret);
      replace = null;
    },
    redact(text) {
      replace ??= replacer([...known.values()].flat());
      return replace(text);
    },
  };
}

/**
 * One pass over the text for all forms: where the hash of three characters says that one may begin, the few with the same
 * beginning are compared, the longest first. (A regular expression of some hundred values takes 2 ms for 1 KB of text,
 * this 20 us.)
 */
function replacer(forms: readonly string[]): (text: string) => string {
  // So large that one of 32 fields at most is taken, and no larger, so that it stays in the processor's cache.
  const size = 2 ** Math.min(16, Math.max(10, Math.ceil(Math.log2(forms.length * 32 + 1))));
  const mayBegin = new Uint8Array(size);
  const mask = size - 1;
  const begins = new Map<string, string[]>();
  for (const form of [...new Set(forms)].toSorted((a, b) => b.length - a.length)) {
    mayBegin[hashAt(form, 0) & mask] = 1;
    const begin = form.slice(0, SHORTEST);
    begins.set(begin, [...(begins.get(begin) ?? []), form]);
  }

  return (text) => {
    let out = '';
    let done = 0;
    for (let i = 0; i <= text.length - SHORTEST; i++) {
      if (!mayBegin[hashAt(text, i) & mask]) continue;
      const found = begins.get(text.slice(i, i + SHORTEST))?.find((form) => text.startsWith(form, i));
      if (!found) continue;
      out += text.slice(done, i) + REDACTED;
      done = i + found.length;
      i = done - 1;
    }
    return done === 0 ? text : out + text.slice(done);
  };
}

const hashAt = (text: string, i: number): number =>
  ((text.charCodeAt(i) * 31 + text.charCodeAt(i + 1)) * 31 + text.charCodeAt(i + 2)) | 0;

const formsOf = (value: string): string[] =>
  [value, ...pathOf(value)].filter((form) => form.length >= SHORTEST).flatMap(encodings);

function encodings(value: string): string[] {
  const url = encodeURIComponent(value.toWellFormed());
  const base64 = Buffer.from(value).toString('base64');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}

/** Everybody knows the host of Slack's webhooks: the path alone is the secret. Elsewhere it may be an ordinary word. */
function pathOf(value: string): string[] {
  const url = URL.parse(value);
  return url && /(^|\.)slack(-gov)?\.com$/.test(url.hostname) ? [url.pathname.slice(1)] : [];
}

/**
 * The value that a reference of the configuration stands for: `env:NAME`, `file:/path`, whose last line break is dropped, or
 * on AWS `ssm:/path` or `secretsmanager:path`, read beforehand. Throws an `Error` that names the reference, never the value.
 */
export function resolveSecret(
  reference: string,
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
  parameters?: ReadonlyMap<string, string>,
): string {
  const [, kind, name] = /^(env|file|ssm|secretsmanager):(.+)$/.exec(reference) ?? [];
  // Not quoted: what is no reference may be the secret itself, put there by mistake.
  if (!kind || !name) throw new Error('a secret is given as env:NAME or file:/path');
  const value =
    kind === 'env'
      ? fromEnv(name, env)
      : kind === 'file'
        ? fromFile(name, readFile)
        : fromParameters(reference, parameters);
  if (value === '') throw new Error(`${reference} is empty`);
  return value;
}

function fromEnv(name: string, env: Record<string, string | undefined>): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) throw new Error(`env:${name}: this environment variable is not set`);
  return value;
}

function fromParameters(reference: string, parameters: ReadonlyMap<string, string> | undefined): string {
  const [kind] = reference.split(':');
  const [what, where] = kind === 'ssm' ? ['parameter', 'Systems Manager'] : ['secret', 'Secrets Manager'];
  if (!parameters) throw new Error(`${reference}: ${what}s of ${where} are read on AWS only`);
  const value = parameters.get(parameterOf(reference) ?? '');
  if (value === undefined) throw new Error(`${reference}: there is no such ${what} in ${where}`);
  return value;
}

/** Secrets of Secrets Manager are read by Systems Manager, under this path. */
export const SECRETS_MANAGER = '/aws/reference/secretsmanager/';

/** The parameter that a reference leads to; null: it leads to none. */
export function parameterOf(reference: string): string | null {
  const [, name, secret] = /^(?:ssm:(\/[\w./-]+)|secretsmanager:([\w./-]+))$/.exec(reference) ?? [];
  return name ?? (secret === undefined ? null : SECRETS_MANAGER + secret);
}

function fromFile(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).replace(/\r?\n$/, '');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Error(`file:${path} cannot be read (${code})`, { cause: error });
  }
}
