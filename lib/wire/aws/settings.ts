import { KNOWN_CLOUDS } from '../../adapters/clouds/known.ts';
import { parseRead, renderProblems, type Config, type Problem } from '../../adapters/config/config.ts';
import {
  folderOf,
  misplaced,
  parametersIn,
  type Placed,
  type Purpose,
} from '../../adapters/config/purposes.ts';
import { readYaml, type YamlRead } from '../../adapters/config/yaml.ts';
import type { Parameters, Versioned } from '../../adapters/platform/parameters.ts';
import { NoDocument } from '../../adapters/store/dynamodb/documents.ts';
import { createSecrets, type Secrets } from '../../adapters/platform/secrets.ts';
import type { Clock } from '../../ports.ts';

export interface Settings {
  config: Config;
  secrets: Secrets;
  /** What is missing of secrets. Each puts one origin or one subscription out of action, and all else goes on. */
  unresolved: Problem[];
}

export interface SettingsDeps {
  /** The parameter that says which text is the configuration. */
  name: string;
  stage: string;
  /** The secrets that are used here. All others are read elsewhere. */
  needs: readonly Purpose[];
  /** Reads that parameter, or what it was in a version; null: it is not there. */
  pointer: (version?: number) => Promise<Versioned | null>;
  /** The text that the parameter names; one that stands in the parameter itself is itself. */
  textOf: (value: string) => Promise<string>;
  /** Reads parameters, decrypted; those that are not there are left out. */
  read: (names: readonly string[]) => Promise<Parameters>;
  clock: Clock;
  /** Called with the reason why what was in force before is still in use although it should have been read anew. */
  onStale: (error: unknown, settings: Settings) => void;
}

/** How long a change, of the configuration or of a secret, may take until it is in force. */
const FRESH_MS = 300_000;
/** After a reading that failed. */
const AGAIN_MS = 30_000;
/** How far a function goes back that has just begun and finds a configuration that cannot be used. */
const VERSIONS_BACK = 5;

/** A text, taken apart once. */
interface Document {
  value: string;
  version: number;
  yaml: YamlRead;
  mine: Placed[];
  /** References that only others follow. */
  elsewhere: ReadonlySet<string>;
}

/**
 * The configuration and those secrets of it that are used here. Answers with the same object as long as nothing has changed.
 * Trouble with reading, or a faulty change, leaves in force what was: what this container has, or else the version before.
 * Throws only where there is none that can be used.
 */
export function createSettings(deps: SettingsDeps): (anew?: boolean) => Promise<Settings> {
  const { name, pointer, clock, onStale } = deps;
  let settings: Settings | null = null;
  let document: Document | null = null;
  let seen = '';
  let freshUntil = -Infinity;
  let reading: Promise<void> | null = null;

  /** Throws where the text cannot be read or used; then nothing has changed. */
  async function take(found: Versioned): Promise<void> {
    const next = document?.value === found.value ? document : await taken(deps, found);
    const parameters = await deps.read(namesOf(next, deps));
    const now = JSON.stringify([next.value, [...parameters].toSorted()]);
    if (now !== seen) settings = parse(deps, next, parameters);
    [document, seen] = [next, now];
  }

  async function refresh(): Promise<void> {
    try {
      const found = await pointer();
      if (!found)
        throw new Error(`there is no configuration in ${name}: \`jobchime config push\` puts it there`);
      try {
        await take(found);
        freshUntil = clock() + FRESH_MS;
      } catch (error) {
        // What has begun already goes on with what it has; and another version is no help where nothing can be read.
        if (settings || !(error instanceof FaultyConfig || error instanceof NoDocument)) throw error;
        await takeFormer(found.version, error);
        freshUntil = clock() + AGAIN_MS;
        onStale(error, settings!);
      }
    } catch (error) {
      if (!settings) throw error;
      freshUntil = clock() + AGAIN_MS;
      onStale(error, settings);
    }
  }

  /** The newest version before this one that can be used. Throws `error` where there is none. */
  async function takeFormer(version: number, error: unknown): Promise<void> {
    for (let back = 1; back <= VERSIONS_BACK && version - back >= 1; back += 1) {
      const former = await pointer(version - back);
      const isTaken = former !== null && (await take(former).then(yes, no));
      if (isTaken) return;
    }
    throw error;
  }

  return async (anew = false) => {
    if (anew || clock() >= freshUntil) await (reading ??= refresh().finally(() => (reading = null)));
    return settings!;
  };
}

/** The text can be read, and not used. */
class FaultyConfig extends Error {
  override readonly name = 'FaultyConfig';
}

const yes = (): boolean => true;
const no = (): boolean => false;

async function taken({ textOf, needs }: SettingsDeps, { value, version }: Versioned): Promise<Document> {
  const yaml = readYaml(await textOf(value));
  const all = yaml.ok ? parametersIn(yaml.value) : [];
  const mine = all.filter(({ purpose }) => purpose === null || needs.includes(purpose));
  const used = new Set(mine.map(({ reference }) => reference));
  const others = all.map(({ reference }) => reference).filter((reference) => !used.has(reference));
  return { value, version, yaml, mine, elsewhere: new Set(others) };
}

/** Those that the role may read: to ask for one more would be answered with none. */
const namesOf = ({ mine }: Document, { stage, needs }: SettingsDeps): string[] =>
  mine.map(({ name }) => name).filter((name) => needs.includes(folderOf(name, stage) ?? ''));

function parse({ name, stage }: SettingsDeps, document: Document, parameters: Parameters): Settings {
  const { yaml, version, mine, elsewhere } = document;
  const secrets = createSecrets();
  // Neither the environment nor the disk of a function is a place for secrets.
  const readFile = (): never => {
    throw Object.assign(new Error('there are no files'), { code: 'not on AWS' });
  };
  const parsed = parseRead(yaml, {
    path: '/jobchime.yaml',
    clouds: KNOWN_CLOUDS,
    env: {},
    readFile,
    parameters,
    secrets,
    missingSecrets: 'later',
    elsewhere: (reference) => elsewhere.has(reference),
  });
  if (parsed.ok) {
    const { config, unresolved } = parsed;
    return { config, secrets, unresolved: misplacedFirst(unresolved, misplaced(mine, stage)) };
  }
  const where = `${name} (version ${version})`;
  throw new FaultyConfig(
    `the configuration in ${where} is faulty:\n${renderProblems(parsed.problems, where)}`,
  );
}

/** What is in the wrong folder is missing for that reason. */
function misplacedFirst(unresolved: Problem[], wrong: Problem[]): Problem[] {
  const at = new Map(wrong.map((one) => [one.where, one]));
  return unresolved.map((one) => ({ ...one, ...at.get(one.where) }));
}
