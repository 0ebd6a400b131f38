import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isThere } from '../deploy/tools.ts';
import { world } from './world.ts';

it.each(['api', 'metrics'])(
  'start says in one sentence that the address of %s is in use',
  async (setting) => {
    const w = await world();
    const { host } = new URL(w.webhook.url);
    const { code, err } = await w.run(
      `echo '${setting}: { listen: "${host}" }' >> jobchime.yaml; jobchime start`,
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: `cannot listen on ${host} (EADDRINUSE); choose another ${setting}.listen\n`,
    });
  },
  60_000,
);

it('start logs the process that takes signals', async () => {
  const w = await world();
  const service = await w.start('jobchime start', 'service.started');
  await service.until('\n');
  const started = service
    .printed()
    .split('\n')
    .find((line) => line.includes('service.started'))!;
  expect(JSON.parse(started)).toMatchObject({ pid: service.child.pid });
}, 60_000);

it('start says first why it is the demonstration', async () => {
  const w = await world();
  const empty = join(w.folder, 'empty');
  mkdirSync(empty);
  const demo = await w.start(`bash -c 'cd empty && exec jobchime start'`, 'Times are shortened');
  expect(demo.printed().split('\n')[0]).toBe(
    `There is no jobchime.yaml in ${realpathSync(empty)}, so this is the demonstration.`,
  );
  demo.child.kill('SIGTERM');
  expect(await demo.ended).toBe(0);
}, 60_000);

it.skipIf(!isThere('script'))(
  'start says in words at a terminal where to look, and logs for people then',
  async () => {
    const w = await world();
    appendFileSync(join(w.folder, 'jobchime.yaml'), 'api: { listen: "127.0.0.1:0" }\n');
    const keyboard = join(w.folder, 'keyboard');
    execFileSync('mkfifo', [keyboard]);
    const line = `script -qec 'jobchime start' /dev/null 0<>keyboard`;
    const service = await w.start(line, 'Hand in a job');
    expect(service.printed()).toMatch(/Console {3}http:\/\/127\.0\.0\.1:\d+\r\n/);
    expect(service.printed()).not.toContain('"event"');
    expect(service.printed()).not.toContain('service.started');
    const ctrlC = '\u0003';
    writeFileSync(keyboard, ctrlC);
    await service.until('service.stopped');
    await service.ended;
  },
  60_000,
);
