import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig, type Config } from '../lib/local.ts';
import { renderProblems } from '../lib/platform/config.ts';
import { createSecrets, type Secrets } from '../lib/platform/secrets.ts';
import { Refusal } from './refusal.ts';

export const CONFIG_FILE = 'jobchime.yaml';

/** The file that was named, or the one in this folder if there is one. */
export function configPath(named: string | undefined): string | null {
  if (named === undefined && !existsSync(CONFIG_FILE)) return null;
  return resolve(named ?? CONFIG_FILE);
}

/** Reads and checks the configuration. */
export function openConfig(named: string | undefined): { config: Config; secrets: Secrets } {
  const path = configPath(named);
  if (path === null) {
    throw new Refusal(
      `There is no ${CONFIG_FILE} here. Copy jobchime.example.yaml to ${CONFIG_FILE} and fill it in, or name one with --config.`,
    );
  }
  const secrets = createSecrets();
  const loaded = loadConfig(read(path), path, process.env, secrets);
  if (!loaded.ok) throw new Refusal(renderProblems(loaded.problems, path));
  return { config: loaded.config, secrets };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
