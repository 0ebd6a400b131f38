import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig, type Config } from '../lib/wire/local/parts.ts';
import { openLocal, type Local } from '../lib/wire/local/desk.ts';
import { renderProblems, type Problem } from '../lib/adapters/config/config.ts';
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

/** Reads and checks the configuration. */
export function readConfig(named: string | undefined): Read {
  const path = configPath(named);
  if (path === null) {
    throw new Refusal(
      `There is no ${CONFIG_FILE} here. Copy jobchime.example.yaml to ${CONFIG_FILE} and fill it in, or name one with --config.`,
    );
  }
  const secrets = createSecrets();
  const loaded = loadConfig(read(path), path, process.env, secrets);
  return loaded.ok ? { path, ok: true, config: loaded.config, secrets } : { path, ...loaded };
}

/** The same, where nothing can be done without it. */
export function openConfig(named: string | undefined): Opened {
  const found = readConfig(named);
  if (!found.ok) throw new Refusal(renderProblems(found.problems, found.path));
  return found;
}

/** Opens the store beside a service that may run on it, and closes it when the work is done. */
export async function withLocal<T>(
  named: string | undefined,
  work: (local: Local, config: Config) => Promise<T>,
): Promise<T> {
  const { config, secrets } = openConfig(named);
  const local = refusing(() => openLocal(config, secrets));
  try {
    return await work(local, config);
  } catch (error) {
    throw error instanceof StoreTrouble ? new Refusal(error.message, { cause: error }) : error;
  } finally {
    await local.close();
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
