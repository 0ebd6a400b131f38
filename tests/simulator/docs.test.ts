import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '../../lib/simulator/faults.ts';
import { DEFAULT_ACCOUNT } from '../../lib/simulator/simulator.ts';
import { start } from './harness.ts';

const text = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
const posts = [...text.matchAll(/\$S(\/\S+) -d '([^']*)'/g)].map(([, path, body]) => [path!, body!] as const);

describe('docs/simulator.md', () => {
  it.each(posts)('has an example for %s that works', async (path, body) => {
    const { url } = await start();
    expect((await fetch(url + path, { method: 'POST', body })).status).toBe(201);
  });

  it('has examples', () => {
    expect(posts.length).toBeGreaterThan(2);
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
    const { domain, user, password, projects, accessKeys } = DEFAULT_ACCOUNT;
    const words = [
      domain,
      user,
      password,
      ...projects.flatMap(Object.values),
      ...accessKeys.flatMap(Object.values),
    ];
    for (const word of words) expect(text).toContain(`\`${word}\``);
  });
});
