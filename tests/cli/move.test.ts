import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { environmentOf, startDynamo } from '../adapters/store/dynamodb/dynalite.ts';
import { world, type World } from './world.ts';

async function withTable(...others: string[]): Promise<World> {
  const w = await world();
  const dynamo = await startDynamo();
  onTestFinished(dynamo.close);
  for (const table of ['jobchime-dev', ...others]) await dynamo.newTable(table);
  Object.assign(w.env, environmentOf(dynamo));
  return w;
}

/** As where only the package is installed, without what it needs on AWS. */
const WITHOUT_SDK = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(name, context, next) {
    if (!name.startsWith('@aws-sdk/')) return next(name, context);
    throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
`;

describe('jobchime export and import', () => {
  it('take jobs from this machine to a table and back', async () => {
    const w = await withTable();
    await w.run('jobchime track otc-ecs ff808081 ff808082 --label team=web');
    expect(await w.run('jobchime export > jobchime.jsonl')).toEqual({
      code: 0,
      out: '',
      err: expect.stringMatching(/^2 rows of .*jobchime\.db written\n$/),
    });
    const into = 'jobchime import --table jobchime-dev < jobchime.jsonl';
    expect(await w.run(into)).toEqual({
      code: 0,
      out: 'jobchime-dev has all 2 rows: 2 new, 0 already there, 0 different.\n',
      err: '',
    });
    expect((await w.run(into)).out).toContain('0 new, 2 already there');
    expect((await w.run('jobchime export --table jobchime-dev > back.jsonl')).code).toBe(0);
    await w.run('mkdir elsewhere && mv jobchime.db* elsewhere');
    expect((await w.run('jobchime import < back.jsonl')).out).toContain('jobchime.db has all 2 rows: 2 new');
    expect(
      (await w.run('jobchime jobs')).out.split('\n').filter((line) => line.includes('ff80808')),
    ).toHaveLength(2);
  }, 60_000);

  it('bring rows of a restored table, or of one that a stack left, into that of the stack, which keeps its own', async () => {
    const w = await withTable('restored');
    await w.run('jobchime track otc-ecs ff808081 ff808082 --label team=web');
    await w.run('jobchime export > here.jsonl');
    await w.run('jobchime import --table restored < here.jsonl');
    // The stack has lost one of the two rows.
    const [head, first, , tail] = readFileSync(join(w.folder, 'here.jsonl'), 'utf8').split('\n');
    const left = [head, first, tail!.replace('2', '1'), ''].join('\n');
    writeFileSync(join(w.folder, 'left.jsonl'), left);
    expect((await w.run('jobchime import --table jobchime-dev < left.jsonl')).out).toContain('1 new');

    await w.run('jobchime export --table restored > jobchime.jsonl');
    const into = 'jobchime import --table jobchime-dev < jobchime.jsonl';
    expect(await w.run(into)).toMatchObject({
      code: 0,
      out: 'jobchime-dev has all 2 rows: 1 new, 1 already there, 0 different.\n',
    });
    expect((await w.run(into)).out).toContain('0 new, 2 already there');
  }, 60_000);

  it('say with 1 that not all is there, and with 2 that something else is', async () => {
    const w = await withTable();
    await w.run('jobchime track otc-ecs ff808081 ff808082');
    await w.run('jobchime export > jobchime.jsonl');
    const whole = readFileSync(join(w.folder, 'jobchime.jsonl'), 'utf8');
    const take = (text: string) => {
      writeFileSync(join(w.folder, 'taken.jsonl'), text);
      return w.run('jobchime import --table jobchime-dev < taken.jsonl');
    };
    const cut = await take(whole.split('\n', 2).join('\n'));
    expect(cut).toMatchObject({ code: 1, out: '' });
    expect(cut.err).toContain('the file is cut off after line 2');
    const refused = await take(whole.replaceAll(/"at":\d+/g, '"at":"soon"'));
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^line 2 cannot be imported: row.due.at: .*Export again/);

    await w.run('jobchime import --table jobchime-dev < jobchime.jsonl');
    const differs = await take(whole.replaceAll('"name":null', '"name":"private"'));
    expect(differs).toMatchObject({
      code: 2,
      out: expect.stringContaining('0 new, 0 already there, 2 different'),
    });
    expect(differs.err).toMatch(/^jobs otc-ecs\/\w+\/ff80808\d: name differ in jobchime-dev$/m);
    expect(differs.err).not.toContain('private');
  }, 60_000);

  it('refuse to work beside the service, and without what they need', async () => {
    const w = await withTable();
    expect(await w.run('jobchime export')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching('nothing to export'),
    });
    const service = await w.start('jobchime start', 'service.started');
    for (const line of ['jobchime export', 'jobchime import < jobchime.yaml']) {
      const { code, out, err } = await w.run(line);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^the service \(pid \d+\) runs on .*jobchime\.db; stop it first/);
    }
    service.child.kill('SIGTERM');
    await service.ended;
    expect((await w.run('jobchime export --table none')).err).toContain(
      "the DynamoDB table 'none' failed: there is no such table",
    );
    writeFileSync(join(w.folder, 'without.mjs'), WITHOUT_SDK);
    const bare = await w.run('NODE_OPTIONS="--import ./without.mjs" jobchime export --table jobchime-dev');
    expect(bare).toMatchObject({ code: 1, out: '' });
    expect(bare.err).toBe(
      'a table on AWS needs the AWS SDK, which is not installed; run `npm install @aws-sdk/client-dynamodb`\n',
    );
    const lost = await w.run('AWS_REGION= jobchime export --table jobchime-dev');
    expect(lost).toMatchObject({ code: 1, out: '', err: expect.stringContaining('set AWS_REGION') });
  }, 60_000);
});
