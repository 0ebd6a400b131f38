import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { world } from './world.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/dialects.md', root), 'utf8');

async function rig() {
  const w = await world();
  copyFileSync(new URL('examples/dialects.yaml', root), join(w.folder, 'd.yaml'));
  const tryIt = (name: string, answer: unknown, more = '') => {
    writeFileSync(join(w.folder, 'a.json'), typeof answer === 'string' ? answer : JSON.stringify(answer));
    return w.run(`jobchime dialect test d.yaml --name ${name} --answer a.json ${more}`);
  };
  return { w, tryIt };
}
const compute = { name: 'op-1', status: 'DONE', operationType: 'insert', startTime: '2024-05-13T10:15:02Z' };

it('shows what docs/dialects.md says that it shows', async () => {
  const { tryIt } = await rig();
  const [, shown] = /^\$ jobchime dialect test.*\n([^]*?)```/m.exec(page)!;
  const answer = readFileSync(new URL('examples/dialects/google-compute-failed.json', root), 'utf8');
  expect(await tryIt('google-compute', answer)).toEqual({ code: 0, out: shown, err: '' });
});

it.each([
  [
    'google-compute',
    { ...compute, status: 'HALTED' },
    1,
    /says nothing of the job[^]*'HALTED' is not listed, so/,
  ],
  [
    'google-compute',
    { ...compute, httpErrorStatusCode: 500 },
    1,
    /httpErrorStatusCode has an error: name it in failed_if/,
  ],
  ['google-compute', compute, 0, /ended_at: nothing stands there/],
  [
    'google-compute',
    { ...compute, startTime: 'yesterday' },
    0,
    /began_at: 'yesterday' is not read as a time/,
  ],
  [
    'google-compute',
    { ...compute, status: 'RUNNING', error: { errors: [{ code: 'X' }] } },
    0,
    /failed_if: something stands there, but/,
  ],
  [
    'nova-server',
    { server: { id: 's1', status: 'ACTIVE', 'OS-EXT-STS:task_state': 'powering-off' } },
    0,
    /nova-server: running[^]*running_if: something stands there, so the success is no end yet/,
  ],
  [
    'google-operation',
    { name: 'op-1', done: true },
    0,
    /words\.failed: none: a word of a failure counts as running/,
  ],
  [
    'heat-stack',
    { stacks: [{ id: 'op-1', stack_status: 'ROLLBACK_COMPLETE' }] },
    0,
    /failed \(ROLLBACK[^]*reason: none was found/,
  ],
  [
    'heat-stack',
    { stacks: [{ id: 'op-1', stack_status: 'CREATE_COMPLETE', stack_status_reason: 'all done' }] },
    0,
    /stack_status_reason: there are words in a success/,
  ],
  [
    'heat-stack',
    { stacks: [{ id: 'op-1', stack_status: 'CREATE_FAILED', stack_status_reason: 'CREATE_COMPLETE' }] },
    0,
    /'CREATE_COMPLETE' is a word of success and stands where failures/,
  ],
  [
    'nova-server',
    { server: { id: 'op-1', status: 'SHELVED' } },
    0,
    /'SHELVED' is not listed: it counts as running/,
  ],
  ['azure-async', { status: 'Succeeded' }, 0, /id {9}not repeated[^]*id: none: nothing shows/],
  ['azure-async', { state: 'Succeeded' }, 1, /status: nothing stands there/],
])('%s: %j exits with %i and warns', async (name, answer, code, warned) => {
  const { tryIt } = await rig();
  const ran = await tryIt(name, answer);
  expect({ code: ran.code, err: ran.err }).toEqual({ code, err: '' });
  expect(ran.out).toMatch(warned);
});

it('takes the HTTP status and the id of the job, and answers in JSON', async () => {
  const { tryIt } = await rig();
  const of = await tryIt('google-compute', compute, '--job op-2 --json');
  expect(of.code).toBe(1);
  expect(JSON.parse(of.out)).toMatchObject({
    seen: { kind: 'malformed', detail: expect.stringContaining('about job op-1') },
  });
  expect((await tryIt('azure-location', '', '--status 202')).out).toMatch(
    /^azure-location: running \(HTTP 202\)/,
  );
  expect((await tryIt('azure-location', '{}', '--status 700')).err).toMatch(
    /--status must be an HTTP status/,
  );
});

it('names what is wrong with the file, and which dialects it has', async () => {
  const { w, tryIt } = await rig();
  expect((await tryIt('nothing', '{}')).err).toMatch(
    /There is no dialect 'nothing' in d\.yaml: it has nova-server,/,
  );
  expect((await w.run('jobchime dialect test d.yaml --answer a.json')).err).toMatch(
    /Give --name: d\.yaml has nova-server,/,
  );
  expect((await w.run('jobchime dialect test d.yaml --name heat-stack --answer none.json')).err).toMatch(
    /none\.json cannot be read \(ENOENT\)/,
  );
  writeFileSync(
    join(w.folder, 'wrong.yaml'),
    'dialects:\n  one:\n    clouds: [x]\n    path: y\n    id: id\n',
  );
  expect((await w.run('jobchime dialect test wrong.yaml --answer a.json')).err).toMatch(
    /wrong\.yaml:4:5: dialects\.one\.path: is not a path/,
  );
});

it('warns of a dialect without a place of reasons only where none was found by its name', async () => {
  const { w } = await rig();
  writeFileSync(
    join(w.folder, 'own.yaml'),
    `dialects:
  own-server:
    clouds: [openstack]
    path: /servers/{job_id}
    job: server
    id: id
    status: status
    words: { running: [BUILD], succeeded: [ACTIVE], failed: [ERROR] }
`,
  );
  const tryIt = async (server: object) => {
    writeFileSync(join(w.folder, 'a.json'), JSON.stringify({ server: { id: 's-1', ...server } }));
    return (await w.run('jobchime dialect test own.yaml --answer a.json')).out;
  };
  const found = await tryIt({ status: 'ERROR', fault: { message: 'No valid host was found.' } });
  expect(found).toMatch(/reason +No valid host was found\./);
  expect(found).not.toMatch(/reason: no place/);
  expect(await tryIt({ status: 'ERROR' })).toMatch(/reason: no place is given/);
});
