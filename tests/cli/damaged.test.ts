import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { STEPS } from '../../lib/adapters/store/sqlite/migrations.ts';
import { world, type World } from './world.ts';

const IDS = Array.from({ length: 300 }, (_, n) => `g${n + 1_000}`).join('\n');
const track = async (w: World): Promise<unknown> => {
  writeFileSync(join(w.folder, 'ids.txt'), IDS);
  return w.run('jobchime track otc-ecs - < ids.txt');
};

/** Everything into the file itself, and then a stretch in its middle is no longer what it was. */
function spoil(w: World): void {
  const path = join(w.folder, 'jobchime.db');
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const file = openSync(path, 'r+');
  const at = Math.floor(statSync(path).size / 2 / 4_096) * 4_096;
  writeSync(file, Buffer.alloc(16_384, 0xab), 0, 16_384, at);
  closeSync(file);
  // What a running service has read of it is read anew after somebody else has written.
  db.exec(`PRAGMA user_version = ${STEPS.length}`);
  db.close();
}

const DAMAGED =
  /^cannot (open|read|write to) the store \S+: the file is damaged; restore a copy or choose another path$/m;

it('a damaged store is one sentence and an exit code, for the service and for every command', async () => {
  const w = await world();
  await track(w);
  await w.run('jobchime backup good.db');
  spoil(w);
  const started = await w.run('jobchime start');
  expect(started).toMatchObject({ code: 1, err: expect.stringMatching(DAMAGED) });
  expect(started.out).not.toContain('malformed');
  for (const line of ['jobs --limit 1000', 'export', 'jobs --json --limit 1000']) {
    const ran = await w.run(`jobchime ${line}`);
    expect([line, ran.code]).toEqual([line, 1]);
    expect(ran.err).toMatch(DAMAGED);
    expect(ran.err).not.toMatch(/\n\s+at /);
  }
  const examined = await w.run('jobchime doctor');
  expect(examined.code).toBe(1);
  expect(examined.out).toMatch(
    /^WRONG {2}store: .*the file is damaged; restore a copy or choose another path$/m,
  );
  const copied = await w.run('jobchime backup bad.db');
  expect(copied).toMatchObject({
    code: 1,
    err: expect.stringContaining('is damaged; use an earlier copy of it'),
  });
  // And what the sentence says helps.
  expect((await w.run('jobchime restore good.db')).code).toBe(0);
  const { out } = await w.run('jobchime jobs --limit 1000');
  expect(out.split('\n').filter((line) => line.includes('g1'))).toHaveLength(300);
}, 60_000);

it('a service whose store is damaged while it runs ends with the sentence, and says it once', async () => {
  const w = await world();
  await track(w);
  const service = await w.start('jobchime start', 'service.started');
  spoil(w);
  expect(await service.ended).toBe(1);
  const lines = service.printed().split('\n');
  expect(lines.filter((line) => line.includes('"event":"service.failed"'))).toHaveLength(1);
  expect(lines.filter((line) => DAMAGED.test(line))).toHaveLength(1);
}, 60_000);
