import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { readEnvFile } from '../lib/adapters/config/env-file.ts';
import { isSigningKey } from '../receiver/signing-key.ts';
import { CONFIG_FILE } from './config-file.ts';
import { oneMore } from './options.ts';
import { Refusal } from './refusal.ts';

export const signingKeyOption = (what: string): Option =>
  new Option('--signing-key <key>', `${what}: env:NAME, file:/path or whsec_...; may be repeated`).argParser(
    (text: string, others: string[] = []) => oneMore(text, others),
  );

/** The keys that the option names. They are quoted in no message: what is no key may be one with a slip. */
export function signingKeysOf(
  references: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) {
  return references.map((reference) => {
    const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
    const where = kind === undefined ? '--signing-key' : reference;
    const text =
      kind === 'env'
        ? (env[name] ?? readEnvFile(CONFIG_FILE).values[name])
        : kind === 'file'
          ? contentOf(name)
          : reference;
    if (text === undefined || text === '')
      throw new Refusal(`${where} is not set. Set it to a signing key: whsec_...`);
    if (!isSigningKey(text.trim())) {
      throw new Refusal(
        `${where} is not a webhook signing key. One is whsec_ and 24 to 64 random bytes in base64: ` +
          'echo "whsec_$(openssl rand -base64 32)"',
      );
    }
    return text.trim();
  });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`${path} cannot be read (${code}). --signing-key file:/path names a file with a key.`);
  }
}
