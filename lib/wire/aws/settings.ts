import { KNOWN_CLOUDS } from '../../adapters/clouds/known.ts';
import { parseConfig, renderProblems, type Config, type Problem } from '../../adapters/config/config.ts';
import { parametersIn, type Parameters } from '../../adapters/platform/parameters.ts';
import { createSecrets, type Secrets } from '../../adapters/platform/secrets.ts';
import type { Clock } from '../../ports.ts';

export interface Settings {
  config: Config;
  secrets: Secrets;
  /** What is missing of secrets. Each puts one origin or one subscription out of action, and all else goes on. */
  unresolved: Problem[];
}

export interface SettingsDeps {
  /** The parameter with the configuration's text. */
  name: string;
  /** Reads parameters, decrypted; those that are not there are left out. */
  read: (names: readonly string[]) => Promise<Parameters>;
  clock: Clock;
  /** Called with the reason why what was read last is still in use although it should have been read anew. */
  onStale: (error: unknown, settings: Settings) => void;
}

/** How long a change, of the configuration or of a secret, may take until it is in force. */
const FRESH_MS = 300_000;
/** After a reading that failed. */
const AGAIN_MS = 30_000;

/**
 * The configuration and the secrets it refers to. Answers with the same object as long as nothing has changed. Once
 * there is something, trouble with reading, or a faulty change, leaves it in force. Throws only where there is nothing yet.
 */
export function createSettings({
  name,
  read,
  clock,
  onStale,
}: SettingsDeps): (anew?: boolean) => Promise<Settings> {
  let settings: Settings | null = null;
  let seen = '';
  let freshUntil = -Infinity;
  let reading: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    try {
      const text = (await read([name])).get(name);
      if (text === undefined) throw new Error(`there is no parameter ${name} in Systems Manager`);
      const parameters = await read(parametersIn(text));
      const now = JSON.stringify([text, [...parameters].toSorted()]);
      if (now !== seen) settings = parse(name, text, parameters);
      seen = now;
      freshUntil = clock() + FRESH_MS;
    } catch (error) {
      if (!settings) throw error;
      freshUntil = clock() + AGAIN_MS;
      onStale(error, settings);
    }
  }

  return async (anew = false) => {
    if (anew || clock() >= freshUntil) await (reading ??= refresh().finally(() => (reading = null)));
    return settings!;
  };
}

function parse(name: string, text: string, parameters: Parameters): Settings {
  const secrets = createSecrets();
  // Neither the environment nor the disk of a function is a place for secrets.
  const readFile = (): never => {
    throw Object.assign(new Error('there are no files'), { code: 'not on AWS' });
  };
  const parsed = parseConfig(text, {
    path: '/jobchime.yaml',
    clouds: KNOWN_CLOUDS,
    env: {},
    readFile,
    parameters,
    secrets,
    missingSecrets: 'later',
  });
  if (parsed.ok) return { config: parsed.config, secrets, unresolved: parsed.unresolved };
  throw new Error(`the configuration in ${name} is faulty:\n${renderProblems(parsed.problems, name)}`);
}
