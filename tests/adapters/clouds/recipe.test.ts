/** "Add a dialect" of CONTRIBUTING.md, followed to the letter with a service that does not exist. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withResourcePage } from '../../../lib/adapters/clouds/console.ts';
import { jobUrl, registryOf, type Service } from '../../../lib/adapters/clouds/dialect.ts';
import { DIALECT_NAMES, SERVICES } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { answer, fixtureOf, MEANINGS, REQUIRED } from './fixture.ts';

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const recipe = /^## Add a dialect\n([^]*?)^## /m.exec(text('CONTRIBUTING.md'))![1]!;

/** The dialects; the words for types of jobs, which each service has of its own; and an invented event. */
const KNOW = [
  'lib/adapters/clouds/dialects.ts',
  'lib/core/notify/texts/job-types.ts',
  'lib/adapters/api/routing/sample.ts',
];

describe('the recipe', () => {
  test('names places that exist', () => {
    const named = [...recipe.matchAll(/`((?:lib|tests|docs)\/[\w./-]*)`/g)].map((match) => match[1]!);
    expect(named).toEqual(
      expect.arrayContaining([
        'lib/adapters/clouds/dialects.ts',
        'tests/adapters/clouds/fixtures/',
        'docs/clouds.md',
      ]),
    );
    for (const path of named) expect([path, existsSync(new URL(path, root))]).toEqual([path, true]);
  });

  test('names the fixtures as they have to be called, and every step in order', () => {
    for (const what of REQUIRED) expect(recipe).toContain(`NAME-${what}.json`);
    expect([...recipe.matchAll(/^(\d)\. /gm)].map((match) => match[1])).toEqual(['1', '2', '3', '4']);
  });

  test('is right that nothing else of the product names a dialect', () => {
    const elsewhere = globSync('lib/**/*.ts', { cwd: root.pathname }).filter(
      (file) => !file.startsWith('lib/adapters/simulator/') && !KNOW.includes(file),
    );
    // A service's host in the table of endpoints is no dialect; these are both.
    const hosts = ['bms', 'sdrs', 'ddm', 'sfs'];
    for (const file of elsewhere) {
      const code = text(file).replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
      const found = DIALECT_NAMES.filter((name) => new RegExp(`['"]${name}['"]|\\b${name}:`).test(code));
      expect([file, found.filter((name) => !hosts.includes(name))]).toEqual([file, []]);
    }
  });
});

/** Step 1: the entry. Snapshots of some cloud: `{"task": {...}}`, children at the top, words of its own. */
const SNAPSHOTS: Service = {
  service: 'snapshots',
  host: 'snap',
  path: '/v2/{project_id}/tasks?task_id={job_id}',
  job: 'task',
  subJobs: 'parts',
  fields: {
    id: 'uuid',
    type: 'action',
    status: 'state',
    beganAt: 'started',
    endedAt: ['finished', 'aborted'],
    code: 'problem.code',
    reasons: ['problem.text'],
    entities: 'result',
    worksOn: ['volume_id'],
  },
  status: { queued: 'running', active: 'running', done: 'succeeded', broken: 'failed' },
  clouds: {
    otc: {
      console: {
        list: '/snap/?region={region}#/list',
        one: { page: '/snap/?region={region}#/detail?id={id}', id: 'id' },
      },
    },
    huawei: { status: { active: 'running', ok: 'succeeded', broken: 'failed' } },
  },
};

/** Step 2: its answers, by the names of their files. */
const task = (state: string, more: object): string =>
  JSON.stringify({
    task: {
      uuid: 'a03b1b8a-b756-467c-8a49-38720c3d23ec',
      action: 'copy',
      state,
      volume_id: 'v1',
      started: '2018-08-06T10:41:14+0000',
      ...more,
    },
  });
const ANSWERS: Record<string, string> = {
  'snapshots-running': task('Active', {}),
  'snapshots-success': task('Done', { finished: '2018-08-06T10:51:14+0000', result: { id: 's1' } }),
  'snapshots-success-children': task('Done', {
    finished: '2018-08-06T10:51:14+0000',
    parts: [{ uuid: 'p1', state: 'Done' }],
  }),
  'snapshots-fail': task('Broken', {
    aborted: '2018-08-06T10:45:14+0000',
    parts: [{ uuid: 'p1', state: 'Broken', problem: { code: 'Snap.7', text: 'The volume is in use.' } }],
  }),
};

describe('followed with a service that is not there', () => {
  const services = { ...SERVICES, snapshots: SNAPSHOTS };
  const { names, dialectOf } = registryOf(services);
  const dialect = dialectOf('otc', 'snapshots')!;

  test('the entry is all it takes to be known', () => {
    expect(names).toContain('snapshots');
    expect(dialectOf('huawei', 'snapshots')!.status).toHaveProperty('ok');
    expect(jobUrl(dialect, 'https://snap.test', { projectId: 'p1', jobId: 'a1' }).href).toBe(
      'https://snap.test/v2/p1/tasks?task_id=a1',
    );
  });

  test.each(Object.entries(ANSWERS))('%s is read for what it is called', (name, body) => {
    const { jobId, what } = fixtureOf(name, body, services);
    const seen = read(dialect, jobId, answer(200, body));
    expect(seen).toMatchObject({
      kind: MEANINGS[what],
      report: { jobType: 'copy', beganAt: '2018-08-06T10:41:14.000Z', entities: { volume_id: 'v1' } },
    });
  });

  test('what is told of it comes from where the entry says', () => {
    const look = (name: string) => {
      const { jobId, text } = fixtureOf(name, ANSWERS[name]!, services);
      return read(dialect, jobId, answer(200, text));
    };
    expect(look('snapshots-fail')).toMatchObject({
      report: {
        endedAt: '2018-08-06T10:45:14.000Z',
        error: { code: 'Snap.7', reason: 'The volume is in use.', subJobs: [{ jobId: 'p1' }] },
      },
    });
    expect(look('snapshots-success')).toMatchObject({ report: { entities: { id: 's1', volume_id: 'v1' } } });
    const seen = withResourcePage(look('snapshots-success'), dialect, { cloud: 'otc', region: 'eu-nl' });
    expect(seen).toHaveProperty(
      'report.consoleUrl',
      'https://console.otc.t-systems.com/snap/?region=eu-nl#/detail?id=s1',
    );
    expect(look('snapshots-success-children')).toMatchObject({ report: { subJobs: { succeeded: 1 } } });
  });
});
