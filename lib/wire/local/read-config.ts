import { readFileSync } from 'node:fs';
import { KNOWN_CLOUDS } from '../../adapters/clouds/known.ts';
import { parseConfig, type Parsed } from '../../adapters/config/config.ts';
import { readEnvFile } from '../../adapters/config/env-file.ts';
import { configJsonSchema as jsonSchema } from '../../adapters/config/json-schema.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import { pathProblem } from '../../adapters/store/sqlite/file.ts';

/** The configuration from its text; `path` is where that stands. */
export function loadConfig(
  text: string,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
  missingSecrets: 'refused' | 'later' = 'refused',
): Parsed {
  const readFile = (file: string): string => readFileSync(file, 'utf8');
  const { values, trouble } = readEnvFile(path);
  return parseConfig(text, {
    path,
    // What is set outweighs what stands in a file.
    env: { ...values, ...env },
    ...(trouble && { envTrouble: trouble }),
    secrets,
    missingSecrets,
    readFile,
    pathProblem,
    clouds: KNOWN_CLOUDS,
  });
}

/** JSON Schema of the configuration file. */
export const configJsonSchema = (): Record<string, unknown> => jsonSchema(KNOWN_CLOUDS);
