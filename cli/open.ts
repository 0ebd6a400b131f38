import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig, type Config } from '../lib/wire/local/parts.ts';
import { openLocal, type Local } from '../lib/wire/local/in-process-api.ts';
import { renderProblems, type Problem } from '../lib/adapters/config/config.ts';
import { MissingSecret } from '../lib/core/input/missing-secret.ts';
import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { createSecrets, type Secrets } from '../lib/adapters/platform/secrets.ts';
import { Refusal, refusing } from './refusal.ts';

export const CONFIG_FILE = 'jobchime.yaml';

/** The file that was named, or the one in this folder if there is one. */
export function configPath(named: string | undefined): string | null {
  if (named === undefined && !existsSync(CONFIG_FILE)) return null;
  return resolve(named ?? CONFIG_FILE);
}

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
      `There is no ${CONFIG_FILE} here. Copy jobchime.example.yaml to ${CONFIG_FILE} and fill it in, or name one with --config.`,
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

/** Opens the store beside a service that may run on it, and closes it when the work is done. */
export async function withLocal<T>(
  named: string | undefined,
  work: (local: Local, config: Config) => Promise<T>,
): Promise<T> {
  const { config, secrets } = openConfig(named, 'later');
  const local = refusing(() => openLocal(config, secrets));
  try {
    return await work(local, config);
  } catch (error) {
    const isForUser = error instanceof StoreTrouble || error instanceof MissingSecret;
    throw isForUser ? new Refusal(error.message, { cause: error }) : error;
  } finally {
    await local.close();
  }
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
