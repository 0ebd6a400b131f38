import { GetParameterHistoryCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { KNOWN_CLOUDS } from '../../adapters/clouds/known.ts';
import { parseRead, type Config, type Problem } from '../../adapters/config/config.ts';
import { misplaced, parametersIn, type Placed } from '../../adapters/config/purposes.ts';
import { readYaml, type YamlRead } from '../../adapters/config/yaml.ts';
import { readParameters, readVersion, type Parameters } from '../../adapters/platform/parameters.ts';
import { createSecrets, type Secrets } from '../../adapters/platform/secrets.ts';
import { createDocuments, DOCUMENT_NAME, documentName } from '../../adapters/store/dynamodb/documents.ts';
import { renderPath } from '../../core/input/problems.ts';
import { CHANNEL_NAMES } from '../../adapters/channels/registry.ts';
import { undeployedBeside, undeployedIn, type Undeployed } from '../deployed.ts';
import { configParameter, type Stage } from './stage.ts';

/** One version of the configuration of a stage. */
export interface ConfigVersion {
  version: number;
  /** The text itself, or the name under which it is in the table. */
  value: string;
  /** Epoch milliseconds. */
  at: number;
  /** Who put it there, as AWS knows him. */
  by: string;
}
export type Pushed =
  | { ok: true; version: number; isNew: boolean; config: Config }
  | { ok: false; problems: Problem[] };

/**
 * Checks a configuration as the functions of the stage would, with references that lead somewhere and are not followed; then
 * stores the text under its digest and lets the pointer show it. Killed in between it has changed nothing.
 */
export async function pushConfig(stage: Stage, text: string): Promise<Pushed> {
  const yaml = readYaml(text);
  const all = yaml.ok ? parametersIn(yaml.value) : [];
  const parsed = parse(yaml, new Map(), createSecrets());
  // What is unresolved are all references: none was followed.
  const missing = await notThere(stage, yaml, all);
  const problems = parsed.ok
    ? [
        ...missing,
        ...undeployedIn(parsed.config.subscriptions, undeployedOf(stage)).map((one) => ({
          ...one,
          ...(yaml.ok && yaml.positionOf(one.where.split('.'))),
        })),
      ]
    : [...parsed.problems, ...missing];
  if (!parsed.ok || problems.length > 0) return { ok: false, problems };
  const { config } = parsed;
  const now = await readVersion(stage.ssm, configParameter(stage.name));
  if (now?.value === documentName(text)) return { ok: true, version: now.version, isNew: false, config };
  const value = await createDocuments(stage.dynamo, stage.stack.table).put(text);
  return { ok: true, version: await point(stage, value), isNew: true, config };
}

/** The text of a version, or of the one in force. */
export async function pullConfig(stage: Stage, version?: number): Promise<{ text: string; version: number }> {
  const found = await readVersion(stage.ssm, configParameter(stage.name), version);
  if (!found) throw noVersion(stage, version);
  return { text: await textOf(stage, found.value), version: found.version };
}

/** Puts back what was in force in a version, or before the present one. It becomes a version of its own. */
export async function rollbackConfig(
  stage: Stage,
  to?: number,
): Promise<{ version: number; from: number; to: number }> {
  const versions = await configVersions(stage);
  const [now, ...former] = versions;
  if (!now) throw noVersion(stage);
  const found =
    to === undefined
      ? former.find(({ value }) => value !== now.value)
      : versions.find(({ version }) => version === to);
  if (!found) throw noVersion(stage, to ?? now.version - 1);
  // Read before it is pointed to: what is gone can be put back by nobody.
  await textOf(stage, found.value);
  return { version: await point(stage, found.value), from: now.version, to: found.version };
}

/** What Systems Manager keeps of it, the newest first: the last hundred. */
export async function configVersions(stage: Stage): Promise<ConfigVersion[]> {
  const found: ConfigVersion[] = [];
  let NextToken: string | undefined;
  do {
    const command = new GetParameterHistoryCommand({ Name: configParameter(stage.name), NextToken });
    const page = await stage.ssm.send(command).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ParameterNotFound') return { Parameters: [] };
      throw error;
    });
    for (const { Version = 0, Value = '', LastModifiedDate, LastModifiedUser = '' } of page.Parameters ?? [])
      found.push({
        version: Version,
        value: Value,
        at: LastModifiedDate?.getTime() ?? 0,
        by: LastModifiedUser,
      });
    NextToken = 'NextToken' in page ? page.NextToken : undefined;
  } while (NextToken);
  return found.toSorted((a, b) => b.version - a.version);
}

/** The configuration in force, with its secrets, as the functions see it; references that lead nowhere are reported. */
export async function openStageConfig(
  stage: Stage,
): Promise<{ config: Config; secrets: Secrets; unresolved: Problem[]; version: number }> {
  const { text, version } = await pullConfig(stage);
  const yaml = readYaml(text);
  const all = yaml.ok ? parametersIn(yaml.value) : [];
  const secrets = createSecrets();
  const names = all.map(({ name }) => name);
  const parsed = parse(yaml, await readParameters(stage.ssm, names), secrets);
  if (!parsed.ok)
    throw new Error(`version ${version} of the configuration is faulty; \`jobchime config push\` says why`);
  const { config, unresolved } = parsed;
  return { config, secrets, version, unresolved: [...unresolved, ...misplaced(all, stage.name)] };
}

/** A channel that has a function has a queue before it. */
const undeployedOf = ({ stack }: Stage): Undeployed =>
  undeployedBeside(
    CHANNEL_NAMES.filter((name) => `${name[0]!.toUpperCase()}${name.slice(1)}Queue` in stack.queues),
  );

const parse = (yaml: YamlRead, parameters: Parameters, secrets: Secrets) =>
  parseRead(yaml, {
    path: '/jobchime.yaml',
    clouds: KNOWN_CLOUDS,
    env: {},
    readFile: () => {
      throw Object.assign(new Error('there are no files'), { code: 'not on AWS' });
    },
    parameters,
    secrets,
    missingSecrets: 'later',
  });

/** References that lead nowhere, or to where no function may read, each where it stands. */
async function notThere(stage: Stage, yaml: YamlRead, all: readonly Placed[]): Promise<Problem[]> {
  const wrong = misplaced(all, stage.name);
  const known = new Set(wrong.map(({ where }) => where));
  const there = await readParameters(
    stage.ssm,
    all.map(({ name }) => name),
  );
  const missing = all
    .map(({ path, name, reference }) => ({ where: renderPath(path), name, reference }))
    .filter(({ where, name }) => !known.has(where) && !there.has(name))
    .map(({ where, reference }) => ({
      where,
      problem: `${reference} is not there`,
      fix: 'Make it, or correct the reference.',
    }));
  const positions = new Map(
    all.map(({ path }) => [renderPath(path), yaml.ok ? yaml.positionOf(path) : undefined]),
  );
  return [...wrong, ...missing].map((one) => ({ ...one, ...positions.get(one.where) }));
}

async function point(stage: Stage, Value: string): Promise<number> {
  const Name = configParameter(stage.name);
  const { Version = 1 } = await stage.ssm.send(
    new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }),
  );
  return Version;
}

/** A small configuration may stand in the parameter itself. */
const textOf = async (stage: Stage, value: string): Promise<string> =>
  DOCUMENT_NAME.test(value) ? createDocuments(stage.dynamo, stage.stack.table).get(value) : value;

const noVersion = (stage: Stage, version?: number): Error =>
  new Error(
    version === undefined
      ? `stage ${stage.name} has no configuration yet; \`jobchime config push --stage ${stage.name}\` puts one there`
      : `stage ${stage.name} has no version ${version} of its configuration; \`jobchime config versions --stage ${stage.name}\` lists those that are kept`,
  );
