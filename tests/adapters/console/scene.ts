/** What the golden pictures show: the same jobs, messages and times, whenever and wherever they are made. */
import { newGroup } from '../../../lib/core/jobs/group.ts';
import { newDurations, taught } from '../../../lib/core/jobs/learnt.ts';
import { memberAfter, newMember } from '../../../lib/core/jobs/member.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { addTo, NO_SKETCH } from '../../../lib/core/jobs/sketch.ts';
import { report, START, subscription } from '../../kit.ts';
import { consoleKit, job, type ConsoleKit } from './kit.ts';

const MINUTE = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

export interface Scene {
  kit: ConsoleKit;
  /** By the names of the pictures. */
  paths: Record<string, string>;
}

/** Its clock stands still. */
export async function scene(): Promise<Scene> {
  const kit = await consoleKit({
    fixed: [
      subscription('ops', { on: 'failures' }),
      subscription('everything', { addresses: ['https://hooks.test/everything'] }),
    ],
  });
  const { store, clock } = kit;
  const took = [90, 110, 120, 130, 150, 170, 180, 200, 240, 300].flatMap((s) => [s, s + 5, s + 11]);
  for (const [jobType, slower] of [
    ['createServer', 1],
    ['createVolume', 0.3],
  ] as const) {
    const sketch = took.reduce((so, s) => addTo(so, s * slower * 1_000), NO_SKETCH);
    const lesson = { ended: 30, calls: 100, took: sketch, delays: NO_SKETCH };
    await store.durations.create([taught(newDurations('hwc-ecs', jobType, START), lesson)]);
  }
  await store.origins.create([
    { ...newOrigin('hwc-ecs', START), answeredAt: START + 35 * MINUTE },
    {
      ...newOrigin('otc-ecs', START),
      state: 'unreachable',
      reason: 'denied',
      detail: 'HTTP 403 APIGW.0302',
      since: START + 20 * MINUTE,
      answeredAt: START + 15 * MINUTE,
    },
  ]);
  const ended = (seconds: number, over: object = {}) => {
    const at = clock.now();
    return report({ beganAt: iso(at - seconds * 1_000), endedAt: iso(at - 2_000), ...over });
  };
  for (const [n, seconds] of [100, 130, 240, 180, 90].entries()) {
    clock.pass(7 * MINUTE);
    const about = ended(seconds, { entities: { server_id: `bae5175${n}` } });
    const createdAt = clock.now() - seconds * 1_000;
    await job(
      kit,
      n + 1,
      { kind: 'succeeded', status: 'SUCCESS', report: about },
      { name: `web-${n + 1}`, createdAt },
    );
    clock.pass(3_000);
    await kit.deliverAll();
  }
  const group = newGroup({ projects: null, name: 'apply-42', requestedBy: 'ci' }, 1, clock.now());
  await store.groups.create([group]);
  const member = async (n: number, ...[seen, over]: [Parameters<typeof job>[2], object]) => {
    const ref = { key: group.key, name: group.name, run: 1 };
    const row = await job(kit, n, seen, { ...over, group: ref as never });
    await store.members.create([memberAfter(newMember(group, row.key, clock.now()), row)]);
    return row;
  };
  const subJobs = [
    { jobId: 'sub-1', jobType: 'createPort', code: 'Ecs.0204', reason: 'Quota exceeded for cores' },
  ];
  const quota = {
    code: 'Ecs.0204',
    reason: 'Quota exceeded for cores: Requested 8, but already used 24 of 24 cores',
    subJobs,
    subJobsOmitted: 0,
  };
  const about = ended(80, {
    error: quota,
    subJobs: { total: 2, succeeded: 1, failed: 1, running: 0 },
    entities: { server_id: '08c8cfc1' },
  });
  const failed = await member(
    20,
    { kind: 'failed', status: 'FAIL', report: about },
    {
      name: 'web-8',
      labels: { team: 'web', stage: 'prod' },
      requestedBy: 'ci',
      createdAt: clock.now() - 80_000,
    },
  );
  await member(
    21,
    { kind: 'running', status: 'RUNNING', report: report({ beganAt: iso(clock.now() - 100_000) }) },
    {
      name: 'web-9',
      labels: { team: 'web' },
      createdAt: clock.now() - 100_000,
    },
  );
  kit.answers.send = { kind: 'retry', reason: 'server_error', detail: 'HTTP 503' };
  await kit.deliverAll();
  kit.answers.send = { kind: 'sent', detail: 'HTTP 200' };
  const open = { kind: 'running', status: 'RUNNING' } as const;
  await job(
    kit,
    30,
    { ...open, report: report({ jobType: 'createVolume' }) },
    { name: 'backup-volume', createdAt: clock.now() - 30_000 },
  );
  await job(
    kit,
    31,
    { ...open, report: report() },
    {
      name: 'db-1',
      labels: { team: 'data' },
      origin: 'otc-ecs',
      createdAt: clock.now() - 1_500_000,
      deadlineAt: clock.now() + 300_000,
    },
  );
  await job(
    kit,
    32,
    { kind: 'awaiting_payment', status: 'PENDING_PAYMENT', report: report() },
    { name: 'yearly-1', createdAt: clock.now() - 600_000 },
  );
  clock.pass(MINUTE);
  const body = {
    name: 'web team',
    on: 'failures',
    channel: 'slack',
    target: 'https://hooks.slack.com/services/T0/B0/x',
    mention: ['here'],
  };
  await kit.call('POST', '/v1/subscriptions', { body });
  await kit.call('POST', '/v1/mutes', { body: { name: 'nightly-*', for: '24h', why: 'maintenance' } });
  return {
    kit,
    paths: {
      'sign-in': '/sign-in',
      board: '/',
      job: `/jobs/${failed.key}`,
      group: `/groups/${group.key}`,
      deliveries: '/deliveries',
      subscriptions: '/subscriptions',
      subscribe: '/subscribe',
      origins: '/origins',
      stats: '/stats?span=24h',
    },
  };
}
