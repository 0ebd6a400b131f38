import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/adapters/config/config.ts';
import { depsWith, ENV } from './kit.ts';

const DIALECT = `dialects:
  tasks:
    clouds: [mine]
    path: /v1/tasks/{job_id}
    id: id
    status: state
    words: { running: [busy], succeeded: [ok, 1, true], failed: [bad] }
    reason: why
`;
const ORIGIN = `origins:
  one:
    dialect: tasks
    cloud: mine
    region: r1
    endpoint: https://tasks.example.com
    project: my-project
    auth: { bearer: env:IAM_TOKEN }
trusted_hosts: [tasks.example.com, login.example.com]
`;
const told = (text: string): string[] => {
  const read = parseConfig(text, depsWith({ ...ENV }).deps);
  return read.ok ? [] : read.problems.map(({ where, problem }) => `${where}: ${problem}`);
};
/** Its problems with this in the dialect, or in place of that. */
const dialectWith = (more: string, instead?: RegExp): string[] =>
  told((instead ? DIALECT.replace(instead, more) : `${DIALECT}    ${more}\n`) + ORIGIN);
const originWith = (from: string, to: string): string[] => told(DIALECT + ORIGIN.replace(from, to));
const AUTH = '{ bearer: env:IAM_TOKEN }';

it('is read into what the built-in ones are', () => {
  const read = parseConfig(DIALECT + ORIGIN, depsWith({ ...ENV }).deps);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.config.origins[0]).toMatchObject({
    cloud: 'mine',
    dialect: 'tasks',
    spoken: {
      service: 'tasks',
      path: '/v1/tasks/{job_id}',
      fields: { id: 'id', status: 'state', reasons: ['why'] },
      status: { busy: 'running', ok: 'succeeded', 1: 'succeeded', true: 'succeeded', bad: 'failed' },
      faults: { codes: {}, gateway: false },
    },
  });
});

it('has the codes of the gateway, too, where that stands before it', () => {
  const own = DIALECT.replace('[mine]', '[huawei]').replace('path:', 'host: tasks\n    path:');
  const origin = ORIGIN.replace('cloud: mine', 'cloud: huawei').replace('region: r1', 'region: cn-north-4');
  const read = parseConfig(own + origin.replace(/ +endpoint.*\n/, ''), depsWith({ ...ENV }).deps);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.config.origins[0]).toMatchObject({
    endpoint: 'https://tasks.cn-north-4.myhuaweicloud.com',
    spoken: { faults: { gateway: true } },
  });
});

describe('a dialect that could not work, or would hide a failure, is refused', () => {
  it.each([
    ['path: /v1/tasks', /path: .*/, 'dialects.tasks.path: does not say which job is meant'],
    ['path: v1/{job_id}', /path: .*/, 'dialects.tasks.path: is not a path'],
    ['path: //evil.example.com/{job_id}', /path: .*/, 'dialects.tasks.path: is not a path'],
    ['path: /v1/../{job_id}', /path: .*/, 'dialects.tasks.path: has a step upwards'],
    ['path: /v1/%2e%2E/{job_id}', /path: .*/, 'dialects.tasks.path: has a step upwards'],
    ['path: "/v1/{job_id}#x"', /path: .*/, 'dialects.tasks.path: is not a path'],
    [
      'path: /v1/{job_id}/{token}',
      /path: .*/,
      'dialects.tasks.path: has a place that nothing is filled into',
    ],
    ['', / {4}id: id\n/, 'dialects.tasks.id: is missing'],
    ['id: "a b"', /id: id/, 'dialects.tasks.id: is not a place in an answer'],
    ['', / {4}status: state\n/, 'dialects.tasks.status: is missing'],
    ['', / {4}words: .*\n/, 'dialects.tasks.words: is missing'],
    ['words: { running: [busy], failed: [bad] }', /words: .*/, 'dialects.tasks.words: says no success'],
    [
      'words: { succeeded: [ok] }',
      /words: .*/,
      'dialects.tasks.words: says no failure: one would be taken for something else',
    ],
    [
      'words: { succeeded: [ok], failed: [bad, OK] }',
      /words: .*/,
      'dialects.tasks.words.failed[1]: stands under succeeded too',
    ],
    ...['FAILED', 'create_failed', 'Error', 'CANCELED', 'timeout', 'aborted', 'CREATEFAILED'].map(
      (word): [string, RegExp, string] => [
        `words: { succeeded: [ok, ${word}], failed: [bad] }`,
        /words: .*/,
        'dialects.tasks.words.succeeded[1]: reads like a failure',
      ],
    ),
    ['clouds: []', /clouds: .*/, 'dialects.tasks.clouds: is empty'],
  ])('%s', (more, instead, problem) => expect(dialectWith(more, instead)).toContain(problem));

  it.each([
    ['otherwise: failed', 'dialects.tasks.otherwise: must be one of running'],
    ['body: { id: "{job_id}" }', 'dialects.tasks.body: is sent by POST alone'],
    ['colour: red', "dialects.tasks.colour: unknown key 'colour'"],
    ...[301, 401, 403, 404, 408, 410, 429, 500, 503].map((status) => [
      `http_status: { failed: [${status}] }`,
      'dialects.tasks.http_status.failed[0]: says something of the request, not of the job',
    ]),
    ['http_status: { succeeded: [409] }', 'dialects.tasks.http_status.succeeded[0]: is an error'],
    ['faults: { gone: [x] }', "dialects.tasks.faults.gone: unknown key 'gone'"],
  ])('%s', (more, problem) => expect(dialectWith(more)).toEqual([expect.stringContaining(problem)]));

  it('where it has the name of one that is built in', () => {
    expect(told(DIALECT.replace('tasks:', 'ecs:') + ORIGIN)).toContainEqual(
      expect.stringMatching(/^dialects\.ecs: is a name that is that of a dialect already/),
    );
  });

  it('and told once, not for its origins too', () => {
    expect(dialectWith('path: v1', /path: .*/)).toEqual(['dialects.tasks.path: is not a path']);
  });
});

describe('credentials go only where the configuration says', () => {
  const OAUTH =
    '{ oauth2: { token_url: "https://login.example.com/t", client_id: c, client_secret: env:IAM_TOKEN } }';
  const KEYSTONE = '{ keystone: { url: "https://login.example.com", user: u, password: env:IAM_TOKEN } }';
  it.each([OAUTH, KEYSTONE])('%s is good where both hosts are trusted', (auth) => {
    expect(originWith(AUTH, auth)).toEqual([]);
  });
  it.each([
    [OAUTH, 'origins.one.auth.oauth2.token_url: is not a host of cloud mine'],
    [KEYSTONE, 'origins.one.auth.keystone.url: is not a host of cloud mine'],
  ])('%s is refused where its host is not', (auth, problem) => {
    expect(originWith(AUTH, auth.replace('login.', 'login-'))).toEqual([problem]);
  });
  it('an endpoint that is not trusted is refused, and one is needed', () => {
    expect(originWith('https://tasks.', 'https://other.')).toEqual([
      'origins.one.endpoint: is not a host of cloud mine',
    ]);
    expect(originWith('    endpoint: https://tasks.example.com\n', '')).toEqual([
      expect.stringContaining('origins.one.endpoint: is missing: none is known for'),
    ]);
  });
  it.each([
    ['{ bearer: abcdefghij }', 'origins.one.auth.bearer: is a secret written out'],
    [
      '{ header: { name: Host, value: env:IAM_TOKEN } }',
      'origins.one.auth.header.name: is a header that the request itself has',
    ],
    [
      '{ header: { name: "a b", value: env:IAM_TOKEN } }',
      'origins.one.auth.header.name: is not the name of a header',
    ],
    ['{ basic: { user: u } }', 'origins.one.auth.basic.password: is missing'],
    [
      '{ oauth2: { token_url: "http://login.example.com/t", client_id: c, client_secret: env:IAM_TOKEN } }',
      'origins.one.auth.oauth2.token_url: must be https',
    ],
    [
      '{ keystone: { url: "https://login.example.com", user: u } }',
      'origins.one.auth.keystone: needs user and password, or application_credential and secret',
    ],
    [
      '{ keystone: { url: "https://login.example.com/v3", user: u, password: env:IAM_TOKEN } }',
      'origins.one.auth.keystone.url: says more than where the service is',
    ],
  ])('%s: what is wrong is named', (auth, problem) => {
    expect(originWith(AUTH, auth)).toContain(problem);
  });
  it('a cloud has the dialects that name it', () => {
    expect(originWith('cloud: mine', 'cloud: huawei')).toContain(
      'origins.one.dialect: is not one of cloud huawei',
    );
    expect(originWith('dialect: tasks', 'dialect: ecs')).toContain(
      'origins.one.dialect: is not one of cloud mine',
    );
  });
});
