import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '../../../lib/adapters/simulator/faults.ts';
import { DEFAULT_ACCOUNT, SECOND_ACCOUNT, SYSTEM_NAMES } from '../../../lib/adapters/simulator/simulator.ts';
import { submission } from '../../../lib/adapters/simulator/submission.ts';
import { submitsOf } from '../../../lib/adapters/simulator/submits.ts';
import { SYSTEMS } from '../../../lib/adapters/simulator/systems.ts';
import { start } from './harness.ts';

const run = promisify(execFile);
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const text = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const posts = [...text.matchAll(/curl \$S(\/\S+) -d '([^']*)'/g)].map(
  ([, path, body]) => [path!, body!] as const,
);

describe('docs/simulator.md', () => {
  it.each(posts)('has an example for %s that works', async (path, body) => {
    const { url } = await start();
    expect((await fetch(url + path, { method: 'POST', body })).status).toBe(201);
  });

  it('has examples', () => {
    expect(posts.length).toBeGreaterThan(6);
  });

  it.runIf(hasCurl)('has scripts that work, one after the other, with curl', async () => {
    const { url } = await start();
    const scripts = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, script]) => script!);
    expect(scripts.length).toBeGreaterThan(5);
    const strict = 'set -euo pipefail; curl() { command curl -sS --fail-with-body "$@"; echo; }';
    const given = { S: url, P: DEFAULT_ACCOUNT.projects[0]!.id };
    const { stdout } = await run('bash', ['-c', [strict, ...scripts].join('\n')], {
      env: { ...process.env, ...given },
    });
    expect(stdout).not.toMatch(/"problems"|"error"/);
    for (const part of ['"job_id":', '"refused":{}', '"status":"RUNNING"', '"securitytoken":']) {
      expect(stdout).toContain(part);
    }
  });

  it('names every system, with its path', () => {
    for (const system of SYSTEM_NAMES) {
      const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${system}\``));
      expect(row).toContain(`\`${SYSTEMS[system].path}\``);
    }
  });

  it('names every call that starts a job', () => {
    const paths = SYSTEM_NAMES.flatMap((system) => submitsOf(system).map(({ path }) => path));
    const rest = (path: string): string => path.replace('/v1/{project_id}/cloudservers/', '/');
    expect(paths.filter((path) => !text.includes(`${rest(path)}\``))).toEqual([]);
  });

  it('names every field of a life', () => {
    const { life } = submission.shape;
    for (const field of new Set(life.options.flatMap(({ shape }) => Object.keys(shape)))) {
      expect(text).toContain(`| \`${field}\``);
    }
  });

  it('names every fault and every control call', async () => {
    const { control } = await start();
    for (const fault of FAULT_NAMES) expect(text).toContain(`| \`${fault}\``);
    const { error } = (await (await control('GET', '/nothing')).json()) as { error: string };
    const calls = error.match(/(GET|POST|DELETE) \/\w+(?=,|$)/g)!;
    expect(calls.length).toBeGreaterThan(5);
    for (const call of calls) expect(text).toContain(call.replace(' ', ' /_simulator'));
  });

  it('names the credentials', () => {
    for (const { domain, user, password, projects, accessKeys } of [DEFAULT_ACCOUNT, SECOND_ACCOUNT]) {
      const nested = [...projects, ...accessKeys].flatMap(Object.values);
      for (const word of [domain, user, password, ...nested]) expect(text).toContain(`\`${word}\``);
    }
  });
});
