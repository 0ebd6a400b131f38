import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';

export interface EnvFile {
  values: Record<string, string | undefined>;
  /** Why it could not be read although it is there. */
  trouble?: string;
}

/** The variables of `.env` in the folder of the configuration at `path`, if there is one. */
export function readEnvFile(path: string): EnvFile {
  try {
    return { values: parseEnv(readFileSync(join(dirname(path), '.env'), 'utf8')) };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    // A folder of that name is a virtual environment of Python.
    return ['ENOENT', 'EISDIR'].includes(code) ? { values: {} } : { values: {}, trouble: code };
  }
}
