import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';
import { DEFAULT_POLICY } from '../../../lib/core/jobs/policy.ts';
import { configSchema, POLICY_KEYS, snake } from '../../../lib/adapters/config/schema.ts';
import { accept, refuse } from '../../../lib/core/input/fields.ts';
import { pathsOf } from '../../../lib/core/input/schema-walk.ts';
import { configOf } from './kit.ts';

const at = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const docs = at('docs/config.md');
const example = at('jobchime.example.yaml');

const ORIGIN = `origins:
  x: { dialect: ecs, cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', auth: { token: env:IAM_TOKEN } }
`;

/** Rows of the tables whose first column is `key`. */
const rows = [...docs.matchAll(/^\| `([a-zA-Z0-9_.]+)` +\| +(\S.*?) +\|/gm)].map(([, key, preset]) => ({
  key: key!,
  preset: preset!.replaceAll('`', ''),
}));

const preset = (key: string): string | undefined => rows.find((row) => row.key === key)?.preset;

describe('docs/config.md', () => {
  it('has a row for each key of the schema, and no other', () => {
    const rules = {
      clouds: KNOWN_CLOUDS,
      trustedHosts: [],
      allowPrivate: [],
      secret: () => refuse(''),
      text: () => refuse(''),
      store: accept,
      conceal: (text: string) => () => text,
    };
    const keys = pathsOf(configSchema(rules))
      .map((path) => path.replace('*', 'NAME'))
      .filter((path) => !path.endsWith('NAME') && !path.endsWith('*'));
    expect(rows.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  });

  it('show the policy in force', () => {
    const told = rows.filter(({ key }) => key.startsWith('policy.'));
    const text = told.map(({ key, preset }) => `  ${key.replace('policy.', '')}: ${preset}`).join('\n');
    expect(told.map(({ key }) => key)).toEqual(POLICY_KEYS.map((key) => `policy.${snake(key)}`));
    expect(configOf(`${ORIGIN}policy:\n${text}\n`).policy).toEqual(DEFAULT_POLICY);
  });

  it('show the other defaults', () => {
    const config = configOf(`${ORIGIN}mail: { host: mx, from: a@b.example }`);
    expect(config.store.endsWith(preset('store')!.replace('./', '/'))).toBe(true);
    expect(config.logLevel).toBe(preset('log_level'));
    expect(String(config.mail?.port)).toBe(preset('mail.port'));
  });

  const blocks = [...`${docs}${at('docs/discovery.md')}`.matchAll(/```yaml\n([^]*?)```/g)].map(
    ([, block]) => block!,
  );

  it('has examples', () => {
    expect(blocks.length).toBeGreaterThan(2);
  });

  it.each(blocks)('has an example that works: %s', (block) => {
    configOf(/^(origins|accounts):/m.test(block) ? block : `${ORIGIN}${block}`);
  });
});

describe('jobchime.example.yaml', () => {
  const config = configOf(example);

  it('asks both clouds in both of their ways, and tells through all channels', () => {
    expect(config.origins.map(({ cloud, dialect, auth }) => [cloud, dialect, auth.kind])).toEqual([
      ['huawei', 'ecs', 'keys'],
      ['huawei', 'elb', 'keys'],
      ['otc', 'ecs', 'password'],
    ]);
    expect(config.subscriptions.map(({ channel }) => channel)).toEqual(['slack', 'email', 'webhook']);
  });

  it('shows the defaults of the policy', () => {
    expect(config.policy).toEqual(DEFAULT_POLICY);
  });
});
