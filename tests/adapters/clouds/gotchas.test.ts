/**
 * The ways in which clients of these APIs are known to go wrong, the worst first. Each has a test that says why it cannot
 * happen here; what other tests prove in breadth is shown here by one case.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canonicalRequest } from '../../../lib/adapters/platform/sdk-signature.ts';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { jobUrl } from '../../../lib/adapters/clouds/dialect.ts';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { endpointOf, iamOf, isOwnHost } from '../../../lib/adapters/clouds/endpoints.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { scrub } from '../../../lib/adapters/clouds/scrub.ts';
import { parseTime } from '../../../lib/adapters/clouds/times.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { jobKey, newJob, type Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { enough, NO_TALLY, tally } from '../../../lib/core/jobs/health.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { NEW_PACE, rateOf, slower } from '../../../lib/core/jobs/pace.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { describe as content } from '../../../lib/core/notify/message.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import type { Clouds } from '../../../lib/ports.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep } from '../../../lib/app/sweep/sweep.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import * as kit from '../../kit.ts';
import { events } from '../../core/jobs/events.ts';
import { serve } from '../platform/serve.ts';
import { against, PROJECT } from './against.ts';
import { answer, fixture, NOW } from './fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ECS = dialectOf('huawei', 'ecs')!;
const ID = '2c9eb2c5544cbf6101544f0602af2b4f';
const ask = (status: number, body: unknown, dialect = ECS, id = ID): Observation =>
  read(dialect, id, answer(status, body));
const shown = (name: string, cloud = 'huawei'): Observation => {
  const { dialect, jobId, text } = fixture(name);
  return read(dialectOf(cloud, dialect)!, jobId, answer(200, text));
};

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const tracked = (): Job => newJob(kit.spec(1), INFO, NOW, NOW);
/** The job after these answers, each a while after the one before. */
const after = (checks: [wait: number, seen: Observation][], from = tracked()): Job => {
  let now = NOW;
  return checks.reduce((job, [wait, seen]) => decide(job, seen, (now += wait), kit.POLICY).job, from);
};
const stated = ask(400, { code: 'Common.0011' });
const bare = ask(404, '');

/** The real sweep over a table in memory, at ten-second ticks. */
function sweeping(clouds: Clouds) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const clock = kit.testClock();
  const told: Event[] = [];
  const deps = {
    store,
    clouds,
    clock: clock.now,
    telemetry: kit.recordingTelemetry(),
    policy: kit.POLICY,
    pacer: createPacer(),
    budget: 200,
    bus: {
      async publish(batch: readonly Event[]) {
        told.push(...batch);
        return batch.map(() => ({ outcome: 'accepted' as const }));
      },
    },
  };
  return {
    hand: (specs: unknown[]) => track({ ...deps, jobs: store.jobs }, specs),
    async run(ms: number) {
      for (let t = 0; t < ms; t += 10_000) {
        clock.pass(10_000);
        await sweep(deps);
      }
    },
    kinds: () => told.map(({ kind }) => kind),
    row: (n: number) => store.jobs.get(jobKey(kit.spec(n))),
  };
}

describe('1. only a status in a 2xx JSON body says anything of a job', () => {
  test.each([
    [202, { code: 'Common.0024', message: 'busy' }],
    [200, { error: { code: 'Ecs.0001' } }],
    [200, '<html>ok</html>'],
    [200, ''],
    [200, { job_id: ID }],
    [500, { job_id: ID, status: 'SUCCESS' }],
    [404, { job_id: ID, status: 'FAIL' }],
  ])('HTTP %i with %j leaves it outstanding', (status, body) => {
    expect(after([[HOUR, ask(status, body)]]).state).toBe('outstanding');
  });
});

describe('2. "not found" is four things', () => {
  test('too early: within the grace after tracking it means nothing', () => {
    const job = after(Array.from({ length: 10 }, () => [10_000, stated]));
    expect(job.state).toBe('outstanding');
  });
  test('too early: a record is kept for a day after its job was seen', () => {
    const job = after([
      [MINUTE, ask(200, { job_id: ID, status: 'RUNNING' })],
      ...Array.from({ length: 100 }, (): [number, Observation] => [5 * MINUTE, stated]),
    ]);
    expect(job.state).toBe('outstanding');
  });
  test('purged: lost as expired, once it is confirmed', () => {
    const job = after([
      [MINUTE, ask(200, { job_id: ID, status: 'RUNNING' })],
      [DAY, stated],
      [MINUTE, stated],
      [MINUTE, stated],
    ]);
    expect(job).toMatchObject({ state: 'lost', lostReason: 'expired' });
  });
  test('wrong route or project: says nothing of the job, however often', () => {
    const wrong = [ask(404, { error_code: 'APIGW.0101' }), ask(400, { code: 'Common.0018' })];
    expect(after(Array.from({ length: 50 }, (_, i) => [HOUR, wrong[i % 2]!])).state).toBe('outstanding');
  });
  test('truly unknown: lost as such; a bare 404 counts only where another job was answered', () => {
    const checks = (seen: Observation): [number, Observation][] =>
      Array.from({ length: 4 }, () => [5 * MINUTE, seen]);
    expect(after(checks(stated))).toMatchObject({ state: 'lost', lostReason: 'unknown' });
    expect(after(checks(bare)).state).toBe('outstanding');
    expect(after(checks({ ...bare, routeConfirmed: true } as Observation)).state).toBe('lost');
  });
});

describe('3. a failed check is not a failed job', () => {
  test('two hours of outage, throttling and refusals end nothing and use nothing up', async () => {
    const troubles = [kit.unavailable, kit.throttled, kit.denied];
    let n = 0;
    let out = true;
    const { hand, run, kinds, row } = sweeping(
      kit.scriptedClouds(() => (out ? troubles[n++ % 3]! : kit.succeeded)),
    );
    await hand([kit.spec(1)]);
    await run(2 * HOUR);
    expect(kinds()).toEqual(['origin.unreachable']);
    out = false;
    await run(10 * MINUTE);
    expect(kinds()).toEqual(['origin.unreachable', 'job.succeeded', 'origin.recovered']);
    expect(await row(1)).toMatchObject({ state: 'succeeded' });
  });
});

describe('4. the reason is dug out in depth, bounded and redacted', () => {
  test('JSON in a string of a sub-job', () => {
    expect(shown('ecs-fail')).toMatchObject({
      report: { error: { code: 'Ecs.0204', reason: expect.stringMatching(/^Quota exceeded for cores/) } },
    });
  });
  test('JSON behind a separator, with the code of another service', () => {
    expect(shown('sdrs-fail')).toMatchObject({
      report: { error: { code: 'EVS.2024', reason: 'The group could not be created.' } },
    });
  });
  test('20 KB of it are cut, and an access key in it is hidden', () => {
    const reason = `ak EXAMPLEACCESSKEY0001 not exist ${'x'.repeat(20_480)}`;
    const seen = scrub(ask(200, { job_id: ID, status: 'FAIL', fail_reason: reason }), (text) =>
      text.replaceAll('EXAMPLEACCESSKEY0001', '[redacted]'),
    );
    const { error } = after([[MINUTE, seen]]).report!;
    expect(error!.reason).toMatch(/^ak \[redacted\] not exist x+…$/);
    expect(error!.reason).toHaveLength(1_000);
  });
});

describe('5. a job that waits for payment may wait 14 days and end in silence', () => {
  const unpaid = shown('ecs-pending-payment');
  test('it is emitted once, and not given up before the cloud drops it', () => {
    const job = after(Array.from({ length: 14 }, () => [DAY - 1, unpaid]));
    expect(job.state).toBe('outstanding');
    expect(job.emitted.filter((kind) => kind === 'job.payment_pending')).toHaveLength(1);
  });
  test('gone after that, it is lost as payment_expired', () => {
    const job = after([
      [DAY, unpaid],
      [13 * DAY, stated],
      [MINUTE, stated],
      [MINUTE, stated],
    ]);
    expect(job).toMatchObject({ state: 'lost', lostReason: 'payment_expired' });
  });
});

describe('6. an unknown status word is neither an end nor a crash, and is logged', () => {
  test('the job stays; case does not matter; each service has its own table', () => {
    const odd = ask(200, { job_id: ID, status: 'SUSPENDED' });
    expect(odd).toEqual({ kind: 'malformed', detail: 'HTTP 200: unknown status SUSPENDED' });
    expect(after([[HOUR, odd]]).history.at(-1)).toMatchObject({ reason: 'malformed' });
    expect(ask(200, { job_id: ID, status: 'success' }).kind).toBe('succeeded');
    expect(ask(200, { job_id: ID, status: 'COMPLETE' }).kind).toBe('malformed');
    expect(shown('elb-v3-success').kind).toBe('succeeded');
  });
});

describe('7. sub-jobs live in several places, or nowhere', () => {
  test.each([
    ['ecs-success', 1],
    ['elb-fail', 2],
    ['ims-success-children', 1],
    ['sfs-turbo-success-children', 1],
    ['cce-success-children', 3],
    ['elb-v3-success-children', 1],
    ['elb-running', 0],
    ['bms-success', 0],
  ])('%s has %i', (name, total) => expect(shown(name)).toMatchObject({ report: { subJobs: { total } } }));
});

test('8. no slash at the end is sent, and one is signed', () => {
  const url = jobUrl(ECS, 'https://ecs.test/', { projectId: PROJECT, jobId: ID });
  expect(url.pathname.endsWith('/')).toBe(false);
  const { canonical } = canonicalRequest({ method: 'GET', url, headers: {} });
  expect(canonical.split('\n')[1]).toBe(`${url.pathname}/`);
});

describe('9. v1 and v1.0, path and query: the dialect says, and no returned link is followed', () => {
  test('ELB is asked at v1.0 although its submit call says v1; RDS takes the id in the query', async () => {
    const system = 'huawei-elb';
    const { simulator, ask: look } = await against((known) => [{ system, auth: known.keys }]);
    const job = simulator.submit({ system, life: { end: 'SUCCESS', runMs: 0 } });
    expect(await look(system, job)).toMatchObject({ kind: 'succeeded' });
    expect(
      jobUrl(dialectOf('otc', 'rds')!, 'https://rds.test', { projectId: PROJECT, jobId: ID }).search,
    ).toBe(`?id=${ID}`);
  });
  test('a redirect is not followed with credentials', () => {
    expect(ask(302, '')).toMatchObject({ kind: 'misrouted' });
  });
});

describe('10. one account shares its quota with everybody', () => {
  test('the first refusal stops the sweep of that origin, and its pace drops to what the cloud names', () => {
    const refusal = ask(429, {
      error_code: 'APIGW.0308',
      error_msg: 'policy user over ratelimit,limit:60,time:1 minute',
    });
    if (refusal.kind !== 'throttled') throw new Error(refusal.kind);
    expect(refusal).toMatchObject({ retryAfterMs: MINUTE, limitPerSecond: 1 });
    expect(enough(newOrigin('hwc-ecs', NOW), tally(NO_TALLY, refusal, tracked(), NOW), NOW)).toBe(true);
    expect(rateOf(slower(NEW_PACE, refusal, NOW, 5), 5)).toBe(0.8);
  });
});

describe('11. the project in the URL is the one of the credentials', () => {
  test('a job of another one is refused when it is handed in, and never asked about', async () => {
    const clouds = kit.scriptedClouds(() => kit.running);
    const { hand } = sweeping(clouds);
    const [result] = await hand([kit.spec(1, { projectId: 'f'.repeat(32) })]);
    expect(result).toMatchObject({ outcome: 'refused', problems: [{ field: 'projectId' }] });
    expect(ask(400, { code: 'Common.0018' })).toMatchObject({ kind: 'denied' });
  });
});

describe('12. a token is cached, renewed early, and once when it is refused; IAM itself throttles', () => {
  test('fifty checks, one token; revoked, one more', async () => {
    const system = 'otc-ecs';
    const {
      simulator,
      ask: look,
      pass,
      iamCalls,
    } = await against((known) => [{ system, auth: known.password }]);
    const job = simulator.submit({ system, life: { end: 'SUCCESS', runMs: 0 } });
    await Promise.all(Array.from({ length: 50 }, () => look(system, job)));
    expect(iamCalls()).toBe(1);
    simulator.revokeTokens();
    pass(2 * MINUTE);
    const seen = await Promise.all(Array.from({ length: 50 }, () => look(system, job)));
    expect(seen.every(({ kind }) => kind === 'succeeded')).toBe(true);
    expect(iamCalls()).toBe(2);
  });
  test('an IAM that throttles is left alone', async () => {
    const system = 'otc-ecs';
    const { simulator, ask: look, iamCalls } = await against((known) => [{ system, auth: known.password }]);
    simulator.fault({ system: 'iam', fault: 'throttled' });
    for (let i = 0; i < 10; i++) expect(await look(system, 'a1')).toMatchObject({ kind: 'throttled' });
    expect(iamCalls()).toBe(1);
  });
});

test('13. a clock that is more than 15 minutes off is reported as that', async () => {
  const system = 'huawei-ecs';
  const { ask: look, skew } = await against((known) => [{ system, auth: known.keys }]);
  skew(-40 * MINUTE);
  expect(await look(system, 'a1')).toMatchObject({
    kind: 'denied',
    detail: expect.stringContaining("this machine's clock is 40 minutes behind the cloud's"),
  });
});

test('14. a success is the job’s, not the resource’s, and the message says so', () => {
  expect(content(events['job.succeeded']).note).toMatch(/may not be ready yet/);
});

test('15. job ids are unique within one origin and project only', () => {
  const keys = [
    jobKey(kit.spec(1)),
    jobKey(kit.spec(1, { origin: 'otc-ecs' })),
    jobKey(kit.spec(1, { projectId: 'f'.repeat(32) })),
  ];
  expect(new Set(keys).size).toBe(3);
});

describe('16. ids are checked before they enter a URL, and credentials go to known hosts only', () => {
  test.each(['../tokens', 'a/b', 'a?b=c', 'a%2Fb', 'a\nb', ''])('%j is not asked about', async (jobId) => {
    const server = await serve((_req, res) => res.end());
    const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
    onTestFinished(() => http.close());
    const origin = {
      name: 'x',
      dialect: 'ecs',
      cloud: 'otc',
      region: 'eu-de',
      endpoint: server.url,
      projectId: PROJECT,
      auth: { kind: 'token' as const, token: () => 't' },
    };
    const secrets = { add: () => () => '', forget: () => {}, redact: (text: string) => text };
    const clouds = createClouds([origin], { http, secrets, clock: () => NOW, telemetry: { line: () => {} } });
    expect(await clouds.check({ origin: 'x', projectId: PROJECT, jobId })).toMatchObject({
      kind: 'malformed',
    });
    expect(server.requests).toEqual([]);
  });
  test('what only looks like a cloud’s host is none', () => {
    expect(isOwnHost('huawei', 'ecs.eu-de.myhuaweicloud.com')).toBe(true);
    for (const host of ['ecs.myhuaweicloud.com.example.com', 'myhuaweicloud.com', 'xmyhuaweicloud.com']) {
      expect(isOwnHost('huawei', host)).toBe(false);
    }
  });
});

test('17. the code decides before the HTTP status: Common.1503 comes with 429 and with 503', () => {
  for (const status of [429, 503, 400, 200]) {
    expect(ask(status, { code: 'Common.1503' })).toMatchObject({ kind: 'throttled' });
  }
});

test('18. the vendor’s client is for comparing with, not for running on', () => {
  const { dependencies } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).filter((name) => name.includes('huawei'))).toEqual([]);
  // What it gets wrong: the code of flat errors, and 202 with an error in it.
  expect(ask(400, { code: 'Common.0011' })).toMatchObject({ detail: 'HTTP 400 Common.0011' });
  expect(ask(202, { code: 'Common.0024' })).toMatchObject({ kind: 'throttled' });
});

describe('19. times come in six forms, and some never come', () => {
  test.each([
    ['2016-04-25T20:04:47.591Z', '2016-04-25T20:04:47.591Z'],
    ['04-Jun-2015 18:11:06:586', '2015-06-04T18:11:06.586Z'],
    ['2018-08-06T10:41:14+0000', '2018-08-06T10:41:14.000Z'],
    ['2020-02-02 08:12:40.672772389 +0000 UTC', '2020-02-02T08:12:40.672Z'],
    ['2023-11-05T01:30:00.123456789', '2023-11-05T01:30:00.123Z'],
    ['1684191545379', '2023-05-15T22:59:05.379Z'],
    ['', null],
    ['soon', null],
  ])('%j', (text, iso) => expect(parseTime(text)).toBe(iso));
  test('the status decides the end, never end_time', () => {
    const running = ask(200, { job_id: ID, status: 'RUNNING', end_time: '2016-04-25T20:04:47.591Z' });
    expect(running).toMatchObject({ kind: 'running', report: { endedAt: null } });
    expect(ask(200, { job_id: ID, status: 'SUCCESS', end_time: '' })).toMatchObject({ kind: 'succeeded' });
  });
});

test('20. .eu, sc. and iam-pub. are data', () => {
  expect(endpointOf('huawei', 'eu-west-101', 'ecs')).toBe('https://ecs.eu-west-101.myhuaweicloud.eu');
  expect(endpointOf('otc', 'eu-ch2', 'ecs')).toBe('https://ecs.eu-ch2.sc.otc.t-systems.com');
  expect(iamOf('otc', 'eu-ch2')).toBe('https://iam-pub.eu-ch2.sc.otc.t-systems.com');
});

test('21. parent and children end at different moments: one announcement, at the parent’s end', () => {
  const sub = { status: 'SUCCESS', job_id: 'a1', end_time: '2016-04-25T20:04:47.591Z' };
  const body = (status: string) => ({ status, job_id: ID, entities: { sub_jobs: [sub] } });
  const job = after([
    [MINUTE, ask(200, body('RUNNING'))],
    [MINUTE, ask(200, body('RUNNING'))],
    [MINUTE, ask(200, body('SUCCESS'))],
    [MINUTE, ask(200, body('SUCCESS'))],
  ]);
  expect(job).toMatchObject({ state: 'succeeded', emitted: ['job.succeeded'] });
});

describe('22. a service that stands still for a day loses outcomes', () => {
  test('jobs unseen for 18 hours are emitted as at risk, once, while something can still be done', async () => {
    const { hand, run, kinds } = sweeping(kit.scriptedClouds(() => kit.unavailable));
    await hand([kit.spec(1)]);
    await run(19 * HOUR);
    expect(kinds().filter((kind) => kind === 'origin.at_risk')).toHaveLength(1);
  });
  test('and a running job is checked every half a minute', () => {
    expect(kit.POLICY.checkEvery).toBe(30_000);
  });
});
