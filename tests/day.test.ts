/**
 * A day in the life of three origins, on a clock that runs ten seconds at a step: 500 jobs, a region down for two hours, all
 * tokens revoked, a quota cut to ten calls a minute, and 30 jobs whose records vanish. The simulator is asked over HTTP. The
 * second day is for those: a record that vanished is believed to have done so only after a day.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClouds } from '../lib/adapters/clouds/client.ts';
import type { OriginConfig } from '../lib/core/origin-config.ts';
import { isJobEvent, type Event } from '../lib/core/jobs/event.ts';
import { createHttp } from '../lib/adapters/platform/http.ts';
import { createSecrets } from '../lib/adapters/platform/secrets.ts';
import {
  createSimulator,
  DEFAULT_ACCOUNT,
  type JobInput,
  type SystemName,
} from '../lib/adapters/simulator/simulator.ts';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../lib/app/sweep/sweep.ts';
import { track } from '../lib/app/sweep/track.ts';
import { POLICY, recordingTelemetry, testClock } from './kit.ts';

const STEP = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const JOBS = 500;
const DAYS = 48 * HOUR;
const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const REGION = ['huawei-ecs', 'huawei-elb'] as const;
const SYSTEMS: readonly SystemName[] = [...REGION, 'otc-ecs'];

/** When what happens, after the beginning. The quota is cut while jobs run and for longer than a limit is believed. */
const OUTAGE = { from: 6 * HOUR, ms: 2 * HOUR };
const REVOKED = 11 * HOUR;
const QUOTA = { from: 14 * HOUR, until: 17 * HOUR };

interface Planned {
  at: number;
  system: SystemName;
  life: JobInput['life'];
  emits: 'job.succeeded' | 'job.failed' | 'job.lost';
}

/** Jobs of 2 to 20 minutes, spread over 22 hours; every fifth fails, and of 30 the record vanishes while they run. */
function plan(n: number): Planned {
  const system = SYSTEMS[n % SYSTEMS.length]!;
  const spread = Math.floor((n * 22 * HOUR) / JOBS);
  // While the quota is cut the jobs come all at once: more than it allows to check as often as usual.
  const crowd = system === 'otc-ecs' && spread >= QUOTA.from && spread < QUOTA.until;
  const at = crowd ? QUOTA.from + (spread - QUOTA.from) / 18 : spread;
  const runMs = (2 + ((n * 7) % 19)) * MINUTE;
  if (n % 16 === 3 && n < 480) {
    return { at, system, life: { end: 'never', vanishAfterMs: 5 * MINUTE }, emits: 'job.lost' };
  }
  if (n % 5 === 0) {
    const error = { code: 'Ecs.0204', reason: 'quota exceeded' };
    return { at, system, life: { end: 'FAIL', runMs, error }, emits: 'job.failed' };
  }
  return { at, system, life: { end: 'SUCCESS', runMs }, emits: 'job.succeeded' };
}

const PLAN = Array.from({ length: JOBS }, (_, n) => plan(n)).toSorted((a, b) => a.at - b.at);

describe('a day', () => {
  const events: Event[] = [];
  const expected = new Map<string, string>();
  const calls = { inQuota: 0, refused: 0 };
  let lateBy = 0;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const clock = testClock();
    const begin = clock.now();
    const simulator = createSimulator({ clock: clock.now });
    const { url } = await simulator.listen();
    const secrets = createSecrets();
    const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
    const store = openStore(':memory:');
    close = async () => {
      await http.close();
      await store.close();
      await simulator.close();
    };
    const [key] = DEFAULT_ACCOUNT.accessKeys;
    const keys: OriginConfig['auth'] = {
      kind: 'keys',
      accessKey: secrets.add(key!.access),
      secretKey: secrets.add(key!.secret),
    };
    const password: OriginConfig['auth'] = {
      kind: 'password',
      iam: `${url}/iam`,
      user: DEFAULT_ACCOUNT.user,
      domain: DEFAULT_ACCOUNT.domain,
      password: secrets.add(DEFAULT_ACCOUNT.password),
    };
    const telemetry = recordingTelemetry();
    const origin = (name: SystemName): OriginConfig => ({
      name,
      dialect: name.endsWith('elb') ? 'elb' : 'ecs',
      cloud: name.startsWith('otc') ? 'otc' : 'huawei',
      region: 'eu-de',
      endpoint: `${url}/${name}`,
      projectId: PROJECT,
      auth: name.startsWith('otc') ? password : keys,
    });
    const deps: SweepDeps = {
      store,
      clouds: createClouds(SYSTEMS.map(origin), { http, secrets, clock: clock.now, telemetry }),
      clock: clock.now,
      telemetry,
      policy: POLICY,
      pacer: createPacer(),
      budget: 200,
      sleep: async (ms) => clock.pass(ms),
      bus: {
        async publish(batch) {
          events.push(...batch);
          return batch.map(() => ({ outcome: 'accepted' as const }));
        },
      },
    };
    const happenings = new Map<number, () => void>([
      [
        OUTAGE.from,
        () => {
          for (const system of REGION) simulator.fault({ system, fault: 'bad_gateway', forMs: OUTAGE.ms });
        },
      ],
      [REVOKED, () => void simulator.revokeTokens()],
      [QUOTA.from, () => simulator.quota({ system: 'otc-ecs', limit: 10, per: 'minute' })],
    ]);
    const asked = (): number => simulator.requests().systems['otc-ecs'] ?? 0;
    let before = 0;
    let next = 0;
    // When all jobs have been there and gone, little happens any more.
    const stepAt = (now: number): number => (now < 26 * HOUR ? STEP : MINUTE);
    for (let now = 0; now < DAYS; now += stepAt(now)) {
      happenings.get(now)?.();
      if (now === QUOTA.from) before = asked();
      if (now === QUOTA.until) calls.inQuota = asked() - before;
      for (; next < JOBS && PLAN[next]!.at <= now; next += 1) {
        const { system, life, emits } = PLAN[next]!;
        const jobId = simulator.submit({ system, life });
        const [tracked] = await track({ ...deps, jobs: store.jobs }, [
          { origin: system, projectId: PROJECT, jobId },
        ]);
        if (tracked?.outcome !== 'tracked') throw new Error(JSON.stringify(tracked));
        expected.set(tracked.job.key, emits);
      }
      // A sweep that waits for its pace takes time of the step.
      const until = begin + now + stepAt(now);
      clock.pass(Math.max(0, until - clock.now()));
      await sweep(deps, () => clock.now() < until + stepAt(now));
    }
    calls.refused = Object.values(simulator.requests().refused).reduce((sum, n) => sum + n, 0);
    lateBy = Math.floor((clock.now() - begin) / MINUTE) * MINUTE;
  }, 240_000);
  afterAll(() => close());

  it('publishes the end of every job once, as it was', () => {
    const told = events.filter((e) => isJobEvent(e) && e.kind !== 'job.overdue');
    expect(told).toHaveLength(JOBS);
    expect(new Map(told.map((e) => [e.subject, e.kind]))).toEqual(expected);
    expect(new Set(events.map((e) => e.metadata.id)).size).toBe(events.length);
    expect(lateBy).toBe(DAYS);
  });

  it('names the losses, and only what vanished is lost', () => {
    const lost = events.filter((e) => e.kind === 'job.lost');
    expect(lost).toHaveLength([...expected.values()].filter((kind) => kind === 'job.lost').length);
    expect(lost).toHaveLength(30);
    // Those that came and went while nothing was answered were never seen at all.
    const outcomes = lost.map((e) => (isJobEvent(e) ? e.data.outcome : null));
    expect(new Set(outcomes)).toEqual(new Set(['expired', 'unknown']));
    expect(outcomes.filter((outcome) => outcome === 'unknown').length).toBeLessThanOrEqual(3);
  });

  it('reports the outage once for each origin of the region, and its end once', () => {
    const of = (kind: string): string[] =>
      events.filter((e) => e.kind === kind).map((e) => (e.data as { origin: string }).origin);
    expect(of('origin.unreachable').toSorted()).toEqual([...REGION]);
    expect(of('origin.recovered').toSorted()).toEqual([...REGION]);
    expect(of('origin.at_risk')).toEqual([]);
  });

  it('stays within the quota, but for the calls that find out about it', () => {
    const minutes = (QUOTA.until - QUOTA.from) / MINUTE;
    expect(calls.inQuota).toBeGreaterThan(100);
    expect(calls.inQuota).toBeLessThanOrEqual(10 * minutes);
    // Once when it is cut, and once an hour when more is tried; each time at most as many as are under way at once.
    expect(calls.refused).toBeGreaterThan(0);
    expect(calls.refused).toBeLessThanOrEqual(4 * 13);
  });
});
