import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const CONFIG_FILE = 'jobchime.yaml';

/** The file that was named, or the one in this folder if there is one. */
export function configPath(named: string | undefined): string | null {
  if (named === undefined && !existsSync(CONFIG_FILE)) return null;
  return resolve(named ?? CONFIG_FILE);
}
