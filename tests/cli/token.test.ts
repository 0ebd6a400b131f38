import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { world } from './world.ts';

it('makes tokens that let in, shows them once, and revokes them', async () => {
  const w = await world('api: { listen: 127.0.0.1:0 }\n');
  const made = await w.run('jobchime token create ci --scope read --expires 1d');
  expect(made.code).toBe(0);
  const token = made.out.trim();
  expect(token).toMatch(/^jct_[0-9a-f]{16}_[0-9a-f]{64}$/);
  expect(made.err).not.toContain(token);

  // Whatever stands before the name, it is the name.
  for (const options of ['--scope admin', '--scope admin --scope read', '--scope admin,track --expires 1d'])
    expect(await w.run(`jobchime token create ${options} NAME`)).toMatchObject({ code: 0 });
  const named = (await w.run('jobchime token list')).out
    .split('\n')
    .filter((line) => line.includes('NAME  '));
  expect(named.map((line) => line.split(/ +/)[2])).toEqual(
    expect.arrayContaining(['admin', 'read,admin', 'track,admin']),
  );
  for (const line of named)
    if (/^[0-9a-f]/.test(line)) await w.run(`jobchime token revoke ${line.split(' ')[0]}`);

  const service = await w.start('jobchime start', 'service.started');
  const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
  const ask = async (): Promise<number> =>
    (await fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask()).toBe(200);

  const listed = await w.run('jobchime token list');
  const [id = ''] = listed.out.split('\n')[1]!.split(' ');
  expect(listed.out).toContain('read');
  const secret = token.split('_')[2]!;
  const asJson = await w.run('jobchime token list --json');
  for (const text of [listed.out, asJson.out, service.printed()]) expect(text).not.toContain(secret);
  expect(JSON.parse(asJson.out)).toEqual({
    id,
    name: 'ci',
    scopes: ['read'],
    projects: null,
    createdAt: expect.any(String),
    expiresAt: expect.any(String),
  });
  expect(readFileSync(join(w.folder, 'jobchime.db')).includes(secret)).toBe(false);

  expect(await w.run(`jobchime token revoke ${id}`)).toMatchObject({ code: 0, err: '' });
  expect(await ask()).toBe(401);
  expect(await w.run(`jobchime token revoke ${id}`)).toMatchObject({ code: 1, out: '' });
  expect((await w.run('jobchime token create ci --scope everything')).code).toBe(1);
}, 60_000);
