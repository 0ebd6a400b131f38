import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';

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
  const wanted = [...new Set(names)];
  const calls = [];
  for (let i = 0; i < wanted.length; i += MAX_NAMES) {
    const Names = wanted.slice(i, i + MAX_NAMES);
    calls.push(client.send(new GetParametersCommand({ Names, WithDecryption: true })));
  }
  const found = (await Promise.all(calls)).flatMap((answer) => answer.Parameters ?? []);
  return new Map(found.map(({ Name = '', Value = '' }) => [Name, Value]));
}

/** Names of the parameters that a text refers to as `ssm:/path`. */
export const parametersIn = (text: string): string[] =>
  [...text.matchAll(/\bssm:(\/[\w./-]+)/g)].map(([, name]) => name!);
