import { dirname, resolve } from 'node:path';
import {
  accept,
  CLOUDS,
  refuse,
  type KnownClouds,
  type OwnDialect,
  type Read,
  type Rules,
} from '../../core/input/fields.ts';
import { dialectSchema, NOTHING } from './dialect.ts';
import { explain, renderPath, type Problem } from '../../core/input/problems.ts';
import { isRecord } from '../../core/is-record.ts';
import { networkOf } from './network.ts';
import { laterWhere, secretAt, textAt, type ReferenceDeps, type Taken } from './references.ts';
import { configSchema, type LogLevel } from './schema.ts';
import { settingsOf, type Config } from './settings.ts';
import { readYaml, type YamlRead } from './yaml.ts';

export { renderProblems, type Problem } from '../../core/input/problems.ts';
export { readDuration } from '../../core/input/values.ts';
export type { LogLevel };
export type { ApiSettings, Config, MailSettings } from './settings.ts';

export interface ConfigDeps extends ReferenceDeps {
  clouds: KnownClouds;
  /** What is wrong with a place for the store; left out where there is no such file. */
  pathProblem?: (store: string) => { problem: string; fix: string } | null;
  /**
   * What becomes of a reference that leads to no usable value. `later`: its first use throws `MissingSecret`, and
   * `unresolved` lists it.
   */
  missingSecrets?: 'refused' | 'later';
}

export type Parsed =
  | {
      ok: true;
      config: Config;
      /** What is missing of secrets; only where that is left for later. */ unresolved: Problem[];
    }
  | { ok: false; problems: Problem[] };

/** Reads the file's text. Never throws, and returns all problems at once. */
export const parseConfig = (text: string, deps: ConfigDeps): Parsed => parseRead(readYaml(text), deps);

/** The same of a text that was read already: to read a large one takes longer than all else. */
export function parseRead(yaml: YamlRead, deps: ConfigDeps): Parsed {
  if (!yaml.ok) return { ok: false, problems: yaml.problems.map((it) => ({ where: '', ...it })) };
  // An empty file is a file in which everything is missing.
  const raw = yaml.value ?? {};
  const parsed = parse(raw, yaml, deps, (found) => found);
  if (parsed.ok || deps.missingSecrets !== 'later') return parsed;
  const without = parse(raw, yaml, deps, laterWhere(deps));
  return without.ok ? { ...without, unresolved: parsed.problems } : without;
}

type Yaml = Extract<YamlRead, { ok: true }>;

function parse(raw: unknown, yaml: Yaml, deps: ConfigDeps, taken: Taken): Parsed {
  const allowPrivate = hostsIn(raw, 'allow_private');
  const rules: Rules = {
    clouds: deps.clouds.with(dialectsIn(raw)),
    trustedHosts: hostsIn(raw, 'trusted_hosts'),
    allowPrivate,
    secret: (reference, check) => taken(secretAt(reference, deps, check), reference),
    text: (reference, check) => taken(textAt(reference, deps, check), reference),
    store: (path) => placeAt(path, deps),
    conceal: deps.secrets.add,
    // Where secrets are parameters, a gateway is before the API.
    isCalled: deps.parameters !== undefined,
  };
  const has = (key: PropertyKey): boolean => !isRecord(raw) || Object.hasOwn(raw, key);
  const schema = configSchema(rules, has);
  // It is read once: to compile a function for each shape would take longer than to read it.
  const parsed = schema.safeParse(raw, { jitless: true });
  if (parsed.success) {
    const network = networkOf(parsed.data.network ?? {}, deps.env, { conceal: deps.secrets.add });
    if (!network.ok) return { ok: false, problems: [{ where: 'network.proxy', ...network.problem }] };
    const config = { ...settingsOf(parsed.data, allowPrivate, deps.path), network: network.network };
    return { ok: true, config, unresolved: [] };
  }
  const { issues } = parsed.error;
  // What is missing has its hint in the whole schema only.
  const whole = issues.every(({ path: [key] }) => key === undefined || has(key))
    ? schema
    : configSchema(rules);
  const problems = explain(issues, whole, raw).map(({ path, problem, fix }) => ({
    where: renderPath(path),
    ...yaml.positionOf(path),
    problem,
    fix,
  }));
  const unique = uniqueAt(problems);
  return { ok: false, problems: unique.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** What stands in one place and is used in several, through an alias, is wrong once. */
function uniqueAt<P extends Required<Problem>>(problems: readonly P[]): P[] {
  const key = ({ where, line, column, problem }: P): string =>
    [line, column, where.split('.').at(-1), problem].join(' ');
  return [...new Map(problems.toReversed().map((one) => [key(one), one])).values()].toReversed();
}

/**
 * The dialects of the file, read ahead of the rest like the hosts: origins name them. What is wrong with one is reported with all
 * else; its name counts nevertheless, or each origin that uses it would be reported too.
 */
function dialectsIn(raw: unknown): Record<string, OwnDialect> {
  const given = isRecord(raw) && isRecord(raw['dialects']) ? raw['dialects'] : {};
  return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, readOne(one)]));
}

function readOne(raw: unknown): OwnDialect {
  const read = dialectSchema().safeParse(raw, { jitless: true });
  if (read.success) return read.data;
  const clouds = isRecord(raw) && Array.isArray(raw['clouds']) ? raw['clouds'].map(String) : [...CLOUDS];
  return { clouds, dialect: { ...NOTHING } };
}

function placeAt(store: string, { path, pathProblem }: ConfigDeps): Read<string> {
  if (!/\S/.test(store)) return refuse('is not a path');
  const found = pathProblem?.(resolve(dirname(path), store));
  return found ? refuse(found.problem, found.fix) : accept(store);
}

/** Read ahead of the rest, because it decides what the rest may be. Its own problems are reported with all others. */
function hostsIn(raw: unknown, key: 'allow_private' | 'trusted_hosts'): string[] {
  const hosts: unknown = isRecord(raw) ? raw[key] : [];
  return Array.isArray(hosts) ? hosts.map((host) => String(host).toLowerCase()) : [];
}
