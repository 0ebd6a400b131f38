/** What can go wrong with records: what answers in place of them, what stands in them, and what becomes of an account. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { discover } from '../../../lib/app/discover/discover.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep } from '../../../lib/app/sweep/sweep.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { configOf } from '../../adapters/config/kit.ts';
import { serve } from '../../adapters/platform/serve.ts';
import { POLICY, PROJECT, recordingTelemetry, START, testClock } from '../../kit.ts';
import { discovering, recording, TRAIL } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const OTHER = 'f'.repeat(32);

interface Sent {
  status?: number;
  type?: string;
  body: string;
}
const page = (traces: object[], marker: string | null = null): Sent => ({
  body: JSON.stringify({ traces, meta_data: { count: traces.length, marker } }),
});
const record = (over: object = {}): object => ({
  trace_id: 't1',
  trace_name: 'createServer',
  service_type: 'ECS',
  resource_name: 'web-7',
  user: { name: 'anna' },
  time: START,
  response: '{"job_id":"job-1"}',
  ...over,
});

/** Accounts whose records and jobs answer as the test says. */
async function accounts(answer: (path: string) => Sent, names: Record<string, string> = { prod: PROJECT }) {
  const served = await serve((request, response) => {
    const { status = 200, type = 'application/json', body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const blocks = Object.entries(names).map(
    ([name, project]) => `  ${name}:
    cloud: huawei
    region: eu-west-101
    project: '${project}'
    endpoint: ${served.url}/${name}-{dialect}
    auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK }
    discover: true
`,
  );
  const config = configOf(`accounts:\n${blocks.join('')}`);
  const secrets = createSecrets();
  secrets.add('a-password-of-many-characters');
  const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
  const store = openStore(':memory:');
  onTestFinished(async () => {
    await http.close();
    await store.close();
  });
  const clock = testClock(START + MINUTE);
  const telemetry = recordingTelemetry();
  const events: Event[] = [];
  const deps = {
    store,
    clouds: createClouds(config.origins, { http, secrets, clock: clock.now, telemetry }, config.trails),
    clock: clock.now,
    telemetry,
    policy: POLICY,
    pacer: createPacer(),
    budget: 100,
    sleep: async (ms: number) => clock.pass(ms),
    bus: {
      async publish(batch: readonly Event[]) {
        events.push(...batch);
        return batch.map(() => ({ outcome: 'accepted' as const }));
      },
    },
  };
  return {
    clock,
    store,
    events,
    telemetry,
    asked: () => served.requests.filter(({ path }) => path.includes('/traces')).length,
    jobs: async () => (await store.jobs.list({ limit: 99 })).rows,
    read: () => discover({ ...deps, track: (specs) => track({ ...deps, jobs: store.jobs }, specs) }),
    sweep: () => sweep(deps),
  };
}

describe('what answers in place of records', () => {
  it.each<[string, Sent, string]>([
    ['403', { status: 403, body: '{"error_code":"CTS.0002","error_msg":"no"}' }, 'denied'],
    ['403 of the gateway', { status: 403, body: '{"error_code":"APIGW.0302","error_msg":"no"}' }, 'denied'],
    ['401', { status: 401, body: '{"error_code":"APIGW.0301","error_msg":"no"}' }, 'denied'],
    ['429', { status: 429, body: '{"error_code":"APIGW.0308","error_msg":"too many"}' }, 'throttled'],
    ['500', { status: 500, body: '{"error_code":"CTS.0004","error_msg":"no"}' }, 'unavailable'],
    [
      '400 that passes',
      { status: 400, body: '{"error_code":"CTS.0300","error_msg":"Query failed."}' },
      'unavailable',
    ],
    ['503', { status: 503, body: '' }, 'unavailable'],
    ['a page of HTML', { type: 'text/html', body: '<html>Sign in</html>' }, 'unavailable'],
    ['404', { status: 404, body: '{"error_code":"APIGW.0101","error_msg":"no API"}' }, 'misrouted'],
    ['nothing', { body: '' }, 'malformed'],
    ['an object of something else', { body: '{}' }, 'malformed'],
    ['half of a page', { body: page([record()]).body.slice(0, -9) }, 'malformed'],
  ])(
    'such as %s is trouble of the records alone, and nothing is missed behind it',
    async (_, wrong, kind) => {
      let sent: Sent = page([]);
      const world = await accounts((path) =>
        path.includes('/traces') ? sent : { body: '{"job_id":"known","status":"RUNNING","entities":{}}' },
      );
      const { clock, store, events, jobs, read } = world;
      await read();
      const before = (await store.origins.get('prod-cts'))!.trail!;
      sent = wrong;
      for (let n = 0; n < 20; n += 1) {
        clock.pass(MINUTE);
        await read();
      }
      expect(await jobs()).toEqual([]);
      // Who is told to slow down is no outage.
      const isOutage = kind !== 'throttled';
      expect(await store.origins.get('prod-cts')).toMatchObject({
        ...(isOutage && { reason: kind }),
        trail: { upTo: before.upTo },
      });
      const told = (): string[] => events.map((event) => `${event.kind} ${event.subject}`);
      const [began, ended] = ['origin.unreachable origin/prod-cts', 'origin.recovered origin/prod-cts'];
      expect(told()).toEqual(isOutage ? [began] : []);
      // Throttled by the minute rather than asked all the time.
      expect(world.asked()).toBeLessThan(25);
      sent = page([record({ time: clock.now() - 10 * MINUTE })]);
      for (let n = 0; n < 20; n += 1) {
        clock.pass(MINUTE);
        await read();
      }
      expect((await jobs()).map(({ jobId }) => jobId)).toEqual(['job-1']);
      expect(told()).toEqual(isOutage ? [began, ended] : []);
    },
  );

  it('goes round in its markers is followed once a walk', async () => {
    let nth = 0;
    const world = await accounts(() => {
      nth += 1;
      return page(
        [record({ trace_id: `t${nth % 3}`, response: `{"job_id":"job-${nth % 3}"}` })],
        `m${nth % 3}`,
      );
    });
    await world.read();
    expect(world.asked()).toBe(4);
    expect((await world.jobs()).map(({ jobId }) => jobId).toSorted()).toEqual(['job-0', 'job-1', 'job-2']);
    expect(
      world.telemetry.lines.filter(({ level, event }) => level === 'warn' && event === 'origin.read'),
    ).toHaveLength(1);
  });
});

describe('what stands in records', () => {
  it.each([
    ['markup', '<script>alert(1)</script> *bold* <!channel>'],
    ['lines', 'first\r\nsecond\tthird'],
    ['control characters', 'a\u0000b\u001b[31mc\u0085d'],
    ['half of a pair', 'a\ud800b'],
    ['the whole of Unicode', `配额 👩🏽‍🚀 \u202e gnorw`],
    ['ten thousand characters', 'x'.repeat(10_000)],
    ['a pair where it is cut', `${'x'.repeat(126)}👍👍`],
    ['nothing but spaces', '   '],
  ])('such as %s in a name keeps no job out', async (_, name) => {
    const user = JSON.stringify({ name });
    const world = await accounts(() => page([record({ resource_name: name, user })]));
    await world.read();
    const [job] = await world.jobs();
    expect(job).toMatchObject({ jobId: 'job-1', state: 'outstanding' });
    for (const text of [job!.name ?? '', job!.requestedBy ?? '']) {
      expect(text.length).toBeLessThanOrEqual(128);
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    }
  });

  it('such as a secret does not get into a row', async () => {
    const name =
      'web a-password-of-many-characters https://hooks.slack.com/services/T0/B0/abcdefabcdefabcdefabcdef';
    const world = await accounts(() => page([record({ resource_name: name, user: { name } })]));
    await world.read();
    const text = JSON.stringify(await world.jobs());
    expect(text).toContain('job-1');
    expect(text).not.toContain('a-password-of-many-characters');
    expect(text).not.toContain('abcdefabcdef');
    expect(JSON.stringify(world.telemetry.lines)).not.toContain('a-password-of-many-characters');
  });

  it('with one id in two projects is a call of each', async () => {
    const names = { prod: PROJECT, other: OTHER };
    const world = await accounts(() => page([record()]), names);
    await world.read();
    expect((await world.jobs()).map(({ key }) => key).toSorted()).toEqual([
      `other-ecs/${OTHER}/job-1`,
      `prod-ecs/${PROJECT}/job-1`,
    ]);
  });
});

describe('the times of records', () => {
  const setUp = () => {
    const store = openStore(':memory:');
    onTestFinished(() => store.close());
    const project = recording();
    return { store, ...project, ...discovering(store, project) };
  };

  it('may come in any order: the end before its call, and what is older after what is newer', async () => {
    const { record: add, clock, round, ends, store } = setUp();
    await round();
    const now = clock.now();
    const jobs = (submitted: string[], reported: string[] = []) => ({ submitted, reported });
    add(now + MINUTE, { name: 'a', jobs: jobs([], ['sub-job-a']), shownAt: now + MINUTE });
    add(now, { name: 'a', jobs: jobs(['job-a']), shownAt: now + 6 * MINUTE });
    add(now + 3 * MINUTE, { name: 'c', jobs: jobs(['job-c']), shownAt: now + 3 * MINUTE });
    add(now + 2 * MINUTE, { name: 'b', jobs: jobs(['job-b']), shownAt: now + 8 * MINUTE });
    while (clock.now() < now + 15 * MINUTE) await round();
    expect(ends()).toEqual(['a', 'b', 'c']);
    expect((await store.jobs.list({ limit: 9 })).rows).toHaveLength(3);
  });

  it.each([
    ['five minutes ahead', 5 * MINUTE, 8 * MINUTE],
    ['twenty minutes behind', -20 * MINUTE, 35 * MINUTE],
  ])('may be %s of ours, and are found all the same', async (_, ahead, within) => {
    const { call, clock, round, ends } = setUp();
    await round();
    const now = clock.now();
    call('a', now + ahead, now + ahead + MINUTE);
    while (clock.now() < now + within) await round();
    expect(ends()).toEqual(['a']);
  });

  it('are read from where they were once a clock that was ahead for an hour is right', async () => {
    const { call, clock, round, ends, store } = setUp();
    await round();
    clock.pass(60 * MINUTE);
    await round();
    clock.pass(-60 * MINUTE);
    call('a', clock.now());
    const until = clock.now() + 5 * MINUTE;
    while (clock.now() < until) await round();
    expect(ends()).toEqual(['a']);
    expect((await store.origins.get(TRAIL))!.trail!.upTo).toBeLessThanOrEqual(clock.now());
  });
});

it('an account that is taken out of the configuration leaves its jobs to be told of as those of any origin that is gone', async () => {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const project = recording();
  const one = discovering(store, project, { answer: () => ({ kind: 'unavailable', detail: 'HTTP 502' }) });
  project.call('a', START);
  project.clock.pass(70 * SECOND);
  await one.round();
  expect((await store.jobs.list({ limit: 9 })).rows).toHaveLength(1);
  // Nothing is known of it any more: neither its services nor its records.
  one.deps.clouds = {
    describe: () => null,
    check: async ({ origin }) => ({ kind: 'misrouted', detail: `origin '${origin}' is not configured` }),
    trails: [],
  };
  for (let n = 0; n < 120; n += 1) await one.round();
  const [job] = (await store.jobs.list({ limit: 9 })).rows;
  expect(job!.state).toBe('outstanding');
  const told = [...project.events.values()].map(({ kind, subject }) => `${kind} ${subject}`);
  expect(told).toEqual(['origin.unreachable origin/prod-ecs']);
});

it('a job that two origins could have is of the first that asks its service for its project, however it is found', () => {
  const account = (name: string, project: string): string => `  ${name}:
    cloud: otc
    region: eu-de
    project: '${project}'
    auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK }
    discover: true
`;
  const config = configOf(`origins:
  servers: { dialect: ecs, cloud: otc, region: eu-de, project: '${PROJECT}', auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK } }
  others: { dialect: evs, cloud: otc, region: eu-de, project: '${OTHER}', auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK } }
accounts:
${account('one', PROJECT)}${account('two', PROJECT)}${account('three', OTHER)}`);
  const found = config.trails.map(({ origins }) => [origins.get('ecs'), origins.get('evs')]);
  expect(found).toEqual([
    ['servers', 'one-evs'],
    ['servers', 'one-evs'],
    ['three-ecs', 'others'],
  ]);
});
