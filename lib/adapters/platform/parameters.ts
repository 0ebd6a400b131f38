import { GetParametersCommand, SSMClient, type Parameter, type SSMClientConfig } from '@aws-sdk/client-ssm';

/** Values by name. */
export type Parameters = ReadonlyMap<string, string>;

/** What GetParameters takes at once. */
const MAX_NAMES = 10;

export const createParameterClient = (config: SSMClientConfig = {}): SSMClient =>
  new SSMClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
    ...config,
  });

/** Reads parameters of Systems Manager, decrypted. Those that are not there are left out. */
export async function readParameters(client: SSMClient, names: readonly string[]): Promise<Parameters> {
  const found = await parametersNamed(client, names);
  return new Map(found.map(({ Name = '', Value = '' }) => [Name, Value]));
}

async function parametersNamed(client: SSMClient, names: readonly string[]): Promise<Parameter[]> {
  const wanted = [...new Set(names)];
  const calls = [];
  for (let i = 0; i < wanted.length; i += MAX_NAMES) {
    const Names = wanted.slice(i, i + MAX_NAMES);
    calls.push(client.send(new GetParametersCommand({ Names, WithDecryption: true })));
  }
  return (await Promise.all(calls)).flatMap((answer) => answer.Parameters ?? []);
}

export interface Versioned {
  value: string;
  /** 1, 2, 3: each change of a parameter is one, and the former ones can still be read. */
  version: number;
}

/** One parameter as it is, or as it was in a version; null: it is not there. */
export async function readVersion(
  client: SSMClient,
  name: string,
  version?: number,
): Promise<Versioned | null> {
  const [found] = await parametersNamed(client, [version === undefined ? name : `${name}:${version}`]);
  return found ? { value: found.Value ?? '', version: found.Version ?? 1 } : null;
}
