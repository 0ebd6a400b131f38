import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { configJsonSchema } from '../../lib/wire/local/read-config.ts';
import { world } from './world.ts';

const at = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const asZod = z.fromJSONSchema(configJsonSchema());

describe('the JSON Schema of the configuration', () => {
  it('is the one in jobchime.schema.json; `npm run jobchime -- config schema > jobchime.schema.json` renews that', () => {
    expect(JSON.parse(at('jobchime.schema.json'))).toEqual(configJsonSchema());
  });

  it('accepts the example, and refuses what an editor should show', () => {
    const example: unknown = parse(at('jobchime.example.yaml'));
    expect(asZod.safeParse(example).error).toBeUndefined();
    const wrong = [
      { ...(example as object), polcy: {} },
      { ...(example as object), log_level: 'loud' },
      { ...(example as object), origins: [] },
    ];
    for (const one of wrong) expect(asZod.safeParse(one).success).toBe(false);
  });

  it('is named in the first line of the example, by which editors find it', () => {
    const [, path] = /^# yaml-language-server: \$schema=\.\/(.*)\n/.exec(at('jobchime.example.yaml')) ?? [];
    expect(JSON.parse(at(path!))).toHaveProperty('title', 'jobchime.yaml');
  });

  it('tells at every field what to write', () => {
    const { properties } = configJsonSchema() as { properties: Record<string, { description?: string }> };
    for (const [key, { description }] of Object.entries(properties))
      expect([key, description]).toEqual([key, expect.any(String)]);
  });
});

describe('jobchime config check', () => {
  it('counts one in the singular', async () => {
    const w = await world();
    const one = await w.run("grep -v '^  hwc-elb' jobchime.yaml > one.yaml; jobchime config check one.yaml");
    expect(one).toMatchObject({
      code: 0,
      out: expect.stringContaining('is fine: 1 origin, 2 subscriptions.'),
    });
  }, 60_000);

  it('says that all is well, or every problem with what to do', async () => {
    const w = await world();
    expect(await w.run('jobchime config check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is fine: 2 origins, 2 subscriptions.'),
    });
    writeFileSync(join(w.folder, 'bad.yaml'), w.configText.replace('policy:', 'polcy:'));
    const bad = await w.run('jobchime config check bad.yaml');
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err).toMatch(
      /bad\.yaml:\d+:1: polcy: unknown key 'polcy': did you mean 'policy'\?\n {4}Write 'policy'\./,
    );
    const asJson = await w.run('jobchime config check --json bad.yaml');
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.out)).toEqual([
      expect.objectContaining({ where: 'polcy', fix: "Write 'policy'." }),
    ]);
    const template = `  templated:
    on: failures
    channel: webhook
    target: https://hooks.example.com/
    body: |
      { "id": {{ event.data.job.jobId }} }
`;
    const withTemplate = (text: string): string =>
      w.configText.replace('subscriptions:\n', `subscriptions:\n${text}`);
    writeFileSync(join(w.folder, 'template.yaml'), withTemplate(template));
    const failing = await w.run('jobchime config check template.yaml');
    expect(failing).toMatchObject({ code: 1, out: '' });
    expect(failing.err).toMatch(
      /template\.yaml:\d+:\d+: subscriptions\.templated\.body: its template fails with .*\borigin\.at_risk, .*: line 1, column 12: undefined variable: event\.data\.job/,
    );
    writeFileSync(join(w.folder, 'template.yaml'), withTemplate(template.replace('data.job.jobId', 'id')));
    expect(await w.run('jobchime config check template.yaml')).toMatchObject({ code: 0 });
    expect(await w.run('jobchime config check none.yaml')).toMatchObject({ code: 1, out: '' });
  }, 60_000);
});
