import { readFileSync } from 'node:fs';
import type { Config } from '../lib/adapters/config/config.ts';
import { loadConfig } from '../lib/wire/local/read-config.ts';
import { renderProblems, type Problem } from '../lib/adapters/config/config.ts';
import { createSecrets, type Secrets } from '../lib/adapters/platform/secrets.ts';
import { CONFIG_FILE, configPath } from './config-file.ts';
import { Refusal } from './refusal.ts';

export interface Opened {
  config: Config;
  secrets: Secrets;
}
export type Read = { path: string } & (({ ok: true } & Opened) | { ok: false; problems: Problem[] });

/** What a command does about secrets that are missing: `later` refuses where one is used, and leaves all else alone. */
export type Secretly = 'refused' | 'later';

/** Reads and checks the configuration. */
export function readConfig(named: string | undefined, missing: Secretly = 'refused'): Read {
  const path = configPath(named);
  if (path === null) {
    throw new Refusal(
      `There is no ${CONFIG_FILE} here. \`jobchime init\` writes one; or copy jobchime.example.yaml and fill it in, or name one with --config.`,
    );
  }
  const secrets = createSecrets();
  const loaded = loadConfig(read(path), path, process.env, secrets, missing);
  return loaded.ok ? { path, ok: true, config: loaded.config, secrets } : { path, ...loaded };
}

/** The same, where nothing can be done without it. */
export function openConfig(named: string | undefined, missing?: Secretly): Opened {
  const found = readConfig(named, missing);
  if (!found.ok) throw new Refusal(renderProblems(found.problems, found.path));
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(
      code === 'ENOENT'
        ? `There is no file ${path}. Copy jobchime.example.yaml there and fill it in, or name another with --config.`
        : `${path} cannot be read (${code}).`,
    );
  }
}
