/**
 * A project in which nobody hands in a job: 300 calls of three users over eight services, all of them found by the records of
 * calls, on a clock that runs in steps, over both stores. Records come one to six minutes late, some twice; pages are lost; for two
 * hours the Cloud Trace Service is down; now and then the process dies between two effects, or is started anew.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClouds } from '../lib/adapters/clouds/client.ts';
import { createHttp } from '../lib/adapters/platform/http.ts';
import { createSimulator, DEFAULT_ACCOUNT, type Account } from '../lib/adapters/simulator/simulator.ts';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { discover } from '../lib/app/discover/discover.ts';
import { createPacer } from '../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../lib/app/sweep/sweep.ts';
import { track } from '../lib/app/sweep/track.ts';
import { countsOf } from '../lib/core/discover/counts.ts';
import { isJobEvent, type Event, type JobEvent } from '../lib/core/jobs/event.ts';
import type { Store } from '../lib/ports.ts';
import { openAt, startDynamo, type Dynamo } from './adapters/store/dynamodb/dynalite.ts';
import { configOf } from './adapters/config/kit.ts';
import { Died, life } from './crash/walk.ts';
import { recordingTelemetry, testClock } from './kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CALLS = 300;
const OUTAGE_MS = 2 * HOUR;
const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const USERS = ['anna', 'ben', 'ci-robot'];

/** Each is a member of the same account, with the same project. */
const ACCOUNTS: Account[] = [
  DEFAULT_ACCOUNT,
  ...USERS.map((user) => ({ ...DEFAULT_ACCOUNT, user, password: `password of ${user}`, accessKeys: [] })),
];

const PATHS = [
  ['huawei-ecs', '/v1.1/P/cloudservers'],
  ['huawei-evs', '/v2/P/cloudvolumes'],
  ['huawei-rds', '/v3/P/instances'],
  ['huawei-cce', '/api/v3/projects/P/clusters'],
  ['huawei-ims', '/v2/cloudimages/action'],
  ['huawei-bms', '/v1/P/baremetalservers'],
  ['huawei-sdrs', '/v1/P/server-groups'],
  ['huawei-elb', '/v1.0/P/elbaas/loadbalancers'],
] as const;

const numbers = Array.from({ length: CALLS }, (_, n) => n);
const nameOf = (n: number): string => `thing-${n}`;
const userOf = (n: number): string => USERS[n % USERS.length]!;
const failsOf = (n: number): boolean => n % 5 === 0;

const scriptOf = (n: number): unknown => ({
  life: failsOf(n)
    ? { end: 'FAIL', runMs: (1 + (n % 19)) * MINUTE, error: { code: 'Ecs.0204', reason: 'quota exceeded' } }
    : { end: 'SUCCESS', runMs: (1 + (n % 19)) * MINUTE },
  trace: {
    delayMs: (1 + (n % 6)) * MINUTE,
    resultDelayMs: (1 + ((n * 5) % 6)) * MINUTE,
    copies: 1 + (n % 2),
    form: n % 3 === 0 ? 'object' : 'text',
  },
});

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

interface Home {
  store: 'SQLite' | 'DynamoDB';
  open: () => Promise<Store & { close(): Promise<void> }>;
  step: number;
  /** Calls are made for so long. */
  submitting: number;
  all: number;
  outageFrom: number;
  checkEvery: number;
}
/** One machine looks every few seconds; on AWS a schedule starts a run each minute. */
const HOMES: Home[] = [
  {
    store: 'SQLite',
    open: async () => openStore(':memory:'),
    step: 30_000,
    submitting: 4 * HOUR,
    all: 5 * HOUR,
    outageFrom: 1.5 * HOUR,
    checkEvery: 2 * MINUTE,
  },
  {
    store: 'DynamoDB',
    open: async () => openAt(dynamo.endpoint, await dynamo.newTable()),
    step: MINUTE,
    submitting: 2.5 * HOUR,
    all: 3.5 * HOUR,
    outageFrom: 30 * MINUTE,
    checkEvery: 4 * MINUTE,
  },
];

describe.each(HOMES)('a project in which nobody hands in a job, over $store', (home) => {
  const { step: STEP, all: ALL, submitting: SUBMITTING } = home;
  const OUTAGE = { from: home.outageFrom, ms: OUTAGE_MS };
  const isScheduled = home.store === 'DynamoDB';
  const events = new Map<string, Event>();
  let close: () => Promise<void>;
  let store: Store;
  let deaths = 0;
  let pages = 0;
  const clock = testClock();

  beforeAll(async () => {
    const begin = clock.now();
    const simulator = createSimulator({ clock: clock.now, accounts: ACCOUNTS });
    const { url } = await simulator.listen();
    const config = configOf(`accounts:
  prod:
    cloud: huawei
    region: eu-west-101
    project: '${PROJECT}'
    endpoint: ${url}/huawei-{dialect}
    rate: 20
    auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK }
    discover:
      labels:
        - when: { user: [{ prefix: ci- }] }
          set: { by: pipeline }
`);
    const secrets = { add: (value: string) => () => value, forget: () => {}, redact: (text: string) => text };
    const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
    const opened = await home.open();
    store = opened;
    close = async () => {
      await http.close();
      await opened.close();
      await simulator.close();
    };
    const telemetry = recordingTelemetry();
    const tokens = new Map<string, string>();
    for (const { user, password, domain } of ACCOUNTS.slice(1)) {
      const identity = {
        methods: ['password'],
        password: { user: { name: user, password, domain: { name: domain } } },
      };
      const answer = await fetch(`${url}/iam/v3/auth/tokens`, {
        method: 'POST',
        body: JSON.stringify({ auth: { identity, scope: { project: { id: PROJECT } } } }),
      });
      tokens.set(user, answer.headers.get('x-subject-token') ?? '');
    }
    const call = async (n: number, body?: string): Promise<number> => {
      const [system, path] = PATHS[n % PATHS.length]!;
      const answer = await fetch(`${url}/${system}${path.replace('P', PROJECT)}`, {
        method: 'POST',
        headers: { 'x-auth-token': tokens.get(userOf(n))!, 'x-simulator': JSON.stringify(scriptOf(n)) },
        body: body ?? JSON.stringify({ server: { name: nameOf(n) } }),
      });
      await answer.text();
      return answer.status;
    };

    /** What a process has from its birth on; it dies after so many effects. */
    const born = (dieAfter: number) => {
      const { state, living, table } = life(dieAfter);
      const { together: _, ...single } = opened;
      const deps: SweepDeps = {
        store: { ...single, jobs: table(opened.jobs), origins: table(opened.origins) },
        clouds: createClouds(config.origins, { http, secrets, clock: clock.now, telemetry }, config.trails),
        clock: clock.now,
        telemetry,
        policy: { ...config.policy, checkEvery: home.checkEvery },
        pacer: createPacer(),
        budget: 200,
        sleep: async (ms) => clock.pass(ms),
        bus: {
          publish: living(async (batch: readonly Event[]) => {
            for (const event of batch) events.set(event.metadata.id, event);
            return batch.map(() => ({ outcome: 'accepted' as const }));
          }, true),
        },
      };
      return {
        state,
        async live(): Promise<void> {
          const holder = `run at ${clock.now()}`;
          const lease = isScheduled && { lease: { holder, until: clock.now() + 50_000 } };
          await discover({
            ...deps,
            ...lease,
            track: (specs) => track({ ...deps, jobs: deps.store.jobs }, specs),
          });
          await sweep({ ...deps, ...lease });
        },
      };
    };

    let next = 0;
    let process = born(Infinity);
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let at = 0; at < ALL; at += STEP) {
      if (at === OUTAGE.from)
        simulator.fault({ system: 'huawei-cts', fault: 'server_error', forMs: OUTAGE.ms });
      // A page is lost now and then, whichever it is.
      const isDown = at >= OUTAGE.from && at < OUTAGE.from + OUTAGE.ms;
      if (!isDown && at % (7 * MINUTE) === 0)
        simulator.fault({ system: 'huawei-cts', fault: 'truncated', count: 1 });
      for (; next < CALLS && (next * SUBMITTING) / CALLS <= at; next += 1)
        if ((await call(next)) >= 300) throw new Error(`call ${next} was refused`);
      // A call that is refused, another account's copy, a call of the cloud itself, and much else that is no job.
      if (at % (30 * MINUTE) === 0) {
        if ((await call(next, 'no JSON')) < 400) throw new Error('it was to be refused');
        const copy = { trace_name: 'deleteServer', service_type: 'ECS', response: '{"job_id":"copy"}' };
        simulator.trace({
          system: 'huawei-cts',
          trace: { ...copy, resource_account_id: 'others', user: { name: 'x', domain: { id: 'own' } } },
        });
        simulator.trace({
          system: 'huawei-cts',
          trace: { trace_name: 'createFunction', service_type: 'FunctionGraph', user: null },
        });
        for (let n = 0; n < 250; n += 1)
          simulator.trace({
            system: 'huawei-cts',
            trace: {
              trace_name: 'updatePort',
              service_type: 'VPC',
              time: clock.now() - n * 100,
              response: '{}',
            },
          });
      }
      clock.pass(Math.max(0, begin + at + STEP - clock.now()));
      // It dies where it is just then, between two effects, or in peace.
      if (at > 0 && at % (6 * MINUTE) === 0) process = born(1 + random(25));
      try {
        await process.live();
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
      if (process.state.dead) {
        deaths += 1;
        process = born(Infinity);
      }
    }
    pages = simulator.requests().systems['huawei-cts'];
  }, 240_000);
  afterAll(() => close());

  const ends = (): JobEvent[] =>
    [...events.values()].filter((event) => isJobEvent(event)).filter(({ kind }) => kind !== 'job.overdue');

  it('ends each call in one event, with user and name, although it dies many times', () => {
    expect(deaths).toBeGreaterThan(15);
    const told = ends().map(({ kind, data: { job } }) => [job.name, kind, job.requestedBy, job.labels]);
    const expected = numbers.map((n) => [
      nameOf(n),
      failsOf(n) ? 'job.failed' : 'job.succeeded',
      userOf(n),
      userOf(n) === 'ci-robot' ? { by: 'pipeline' } : {},
    ]);
    const sorted = (rows: unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(sorted(told)).toEqual(sorted(expected));
  });

  it('of eight services, each found as what it is', () => {
    const services = new Set(ends().map(({ data: { job } }) => `${job.origin} ${job.service}`));
    expect([...services].toSorted()).toEqual(
      ['bms', 'cce', 'ecs', 'elb', 'evs', 'ims', 'rds', 'sdrs'].map((name) => `prod-${name} ${name}`),
    );
  });

  it('tells of the time without records once, and of its end once, and of no job', () => {
    const others = [...events.values()].filter((event) => !isJobEvent(event));
    expect(others.map(({ kind, data }) => [kind, (data as { origin: string }).origin])).toEqual([
      ['origin.unreachable', 'prod-cts'],
      ['origin.recovered', 'prod-cts'],
    ]);
    expect(others[0]!.data).toMatchObject({ reason: 'unavailable', outstanding: 0, service: 'cts' });
  });

  it('asks little more than once a minute', () => {
    // Where there are more than 200 traces a walk has several pages, and what fails is asked again.
    expect(pages).toBeLessThan((ALL / MINUTE) * 1.6);
  });

  it('counts the calls whose records have an id, by service', async () => {
    const row = (await store.origins.get('prod-cts'))!;
    const counts = countsOf(row.trail!.counts, clock.now());
    expect(counts.find(({ service }) => service === 'RDS')).toMatchObject({ withId: 38 });
    expect(counts.find(({ service }) => service === 'FUNCTIONGRAPH')).toMatchObject({ withId: 0 });
    expect(counts.reduce((sum, { withId }) => sum + withId, 0)).toBe(CALLS);
  });
});
