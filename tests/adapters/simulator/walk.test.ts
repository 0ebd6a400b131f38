/** What docs/simulator.md tells a newcomer to do, done: its configuration, its commands, what it says one sees. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { world } from '../../cli/world.ts';

const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const [section = ''] = /^## As your cloud\n[^]*?(?=^## )/m.exec(page) ?? [];
const blocks = (language: string): string[] =>
  [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter((m) => m[1] === language).map((m) => m[2]!);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it('the simulator as your cloud works as it is written', async () => {
  const w = await world();
  const port = await freePort();
  /** The page's own, on ports that are free here, and faster. */
  const here = (text = ''): string =>
    text
      .replaceAll('http://127.0.0.1:8480', w.env.S!)
      .replaceAll('9000', String(port))
      .replaceAll('10000', '500')
      .replaceAll('npm run -s jobchime --', 'jobchime');
  const [yaml] = blocks('yaml');
  const [exported = '', script = ''] = blocks('bash').map(here);
  const [hook = '', ...work] = script.split('\n');
  expect([hook.endsWith(' &'), yaml!.split('\n').length < 30]).toEqual([true, true]);
  writeFileSync(join(w.folder, 'jobchime.yaml'), here(yaml));
  for (const [, name, value] of exported.matchAll(/(\w+)=(\S+)/g)) w.env[name!] = value!;

  const told = await w.start(hook.replace(/ &$/, ''), '');
  const service = await w.start('jobchime start', 'service.started');
  const { code, out, err } = await w.run(work.join('\n'));
  expect([code, err]).toEqual([1, '']);
  const [tracked, ...ended] = out.trim().split('\n');
  const [seen = ''] = blocks('text');
  expect(seen).toContain(`${tracked}\n`);
  expect(ended.at(-1)).toMatch(/^failed +createServer web-1, took .*Ecs\.0204 no valid host$/);
  await told.until('"type":"job.failed"');
  expect(told.printed()).toContain('"error":{"code":"Ecs.0204","reason":"no valid host"');
  for (const { child, ended } of [told, service]) {
    child.kill('SIGTERM');
    await ended;
  }
}, 60_000);
