import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import limits from '../../deploy/limits.cjs';
import { ROOT } from '../../scripts/bundle.ts';

const { functions: parts } = parse(readFileSync(`${ROOT}serverless.yml`, 'utf8'), { logLevel: 'error' }) as {
  functions: (string | Record<string, { memorySize: number | string }>)[];
};
/** Those of the channels stand among the limits. */
const functions = Object.assign({}, ...parts.filter((part) => typeof part !== 'string')) as Record<
  string,
  { memorySize: number | string }
>;

/** MB that a function is given. */
export function memoryOf(name: string): number {
  const said = functions[name]?.memorySize;
  const memory = typeof said === 'number' ? said : limits[name]?.memory;
  if (!memory) throw new Error(`serverless.yml does not say how much memory ${name} has`);
  return memory;
}
