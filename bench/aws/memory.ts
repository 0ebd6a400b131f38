import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/bundle.ts';

const { functions } = parse(readFileSync(`${ROOT}serverless.yml`, 'utf8'), { logLevel: 'error' }) as {
  functions: Record<string, { memorySize: number | string }>;
};
const limits = JSON.parse(readFileSync(`${ROOT}deploy/limits.json`, 'utf8')) as Record<
  string,
  { memory: number }
>;

/** MB that a function is given. */
export function memoryOf(name: string): number {
  const said = functions[name]?.memorySize;
  const memory = typeof said === 'number' ? said : limits[name]?.memory;
  if (!memory) throw new Error(`serverless.yml does not say how much memory ${name} has`);
  return memory;
}
