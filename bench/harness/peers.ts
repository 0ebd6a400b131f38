import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// What Jobchime is compared with and does not depend on. `bench/README.md` says how it is installed.

const PEERS = join(import.meta.dirname, '../peers');
const resolve = createRequire(join(PEERS, 'package.json')).resolve;
/** Where Debian puts what is not meant for everybody's PATH. */
const PLACES = [join(PEERS, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];

/** A package of `bench/peers`. Its types are not known here. */
export async function peer<T>(name: string): Promise<T> {
  const module = (await import(pathToFileURL(resolve(name)).href)) as T & { default?: T };
  return module.default && typeof module.default === 'object' ? { ...module.default, ...module } : module;
}

/** The path of a program; null where it is not installed. */
export function program(name: string): string | null {
  for (const place of PLACES) {
    const path = join(place, name);
    if (isRunnable(path)) return path;
  }
  return null;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Which of these are absent: packages of `bench/peers`, packages of the project, programs. */
export const missing = (needs: readonly string[]): string[] =>
  needs.filter((name) => !isPackage(name) && program(name) === null);

function isPackage(name: string): boolean {
  try {
    return Boolean(resolve(name));
  } catch {
    return false;
  }
}
