import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_KEY, PROJECT, SECRET_KEY } from '../check/world.ts';

export const ORIGIN = 'bench';
export const ENV: Record<string, string> = {
  BENCH_AK: ACCESS_KEY,
  BENCH_SK: SECRET_KEY,
  BENCH_SLACK: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
};

const configOf = (endpoint: string): string => `
store: ./jobchime.db
origins:
  ${ORIGIN}:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: ${endpoint}
    project: '${PROJECT}'
    auth: { access_key: env:BENCH_AK, secret_key: env:BENCH_SK }
subscriptions:
  ops:
    on: failures
    channel: slack
    target: env:BENCH_SLACK
`;

/** A new folder with a configuration of one origin. */
export function newFolder(endpoint: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-'));
  writeFileSync(join(folder, 'jobchime.yaml'), configOf(endpoint));
  return folder;
}
