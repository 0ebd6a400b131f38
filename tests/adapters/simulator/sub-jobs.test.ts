/** Sub-jobs that are late, in INIT, hang or nest, in every system that has them. */
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { SYSTEMS } from '../../../lib/adapters/simulator/systems.ts';
import { SYSTEM_NAMES, type JobInput } from '../../../lib/adapters/simulator/simulator.ts';
import { answer } from '../clouds/fixture.ts';
import { start } from './harness.ts';

/** That of desktops counts a failed sub-job as a failure of all. */
const WITH = SYSTEM_NAMES.filter((name) => SYSTEMS[name].subJobs && name !== 'huawei-workspace');

/** What Jobchime counts at moments after the submission. */
async function counted(system: (typeof WITH)[number], life: JobInput['life'], moments: number[]) {
  const { simulator, time, body } = await start();
  const jobId = simulator.submit({ system, life });
  const [, cloud = '', name = ''] = /^(\w+?)-(.*)$/.exec(system) ?? [];
  const began = time.now;
  const seen = [];
  for (const moment of moments) {
    time.now = began + moment;
    const found = read(dialectOf(cloud, name)!, jobId, answer(200, await body(system, jobId)));
    if (!('report' in found)) throw new Error(found.kind);
    const { total, succeeded, failed, running } = found.report.subJobs;
    seen.push([found.kind, total, succeeded, failed, running]);
  }
  return seen;
}

describe.each(WITH)('%s', (system) => {
  it('shows a sub-job that is late only when its time has come, and one that waits in INIT as going on', async () => {
    const subJobs = [
      { end: 'SUCCESS' as const },
      { end: 'FAIL' as const, afterMs: 400, initMs: 200, runMs: 100 },
    ];
    const life = { end: 'SUCCESS' as const, runMs: 1_000, subJobs };
    expect(await counted(system, life, [0, 399, 400, 600, 700, 900, 1_000])).toEqual([
      ['running', 1, 0, 0, 1],
      ['running', 1, 0, 0, 1],
      ['running', 2, 0, 0, 2],
      ['running', 2, 0, 0, 2],
      ['running', 2, 0, 1, 1],
      ['running', 2, 1, 1, 0],
      ['succeeded', 2, 1, 1, 0],
    ]);
  });

  it('shows one that hangs as running when the job itself has ended', async () => {
    const life = { end: 'SUCCESS' as const, runMs: 10, subJobs: [{ end: 'never' as const }] };
    expect(await counted(system, life, [5, 10, 10_000])).toEqual([
      ['running', 1, 0, 0, 1],
      ['succeeded', 1, 0, 0, 1],
      ['succeeded', 1, 0, 0, 1],
    ]);
  });

  it('shows sub-jobs of sub-jobs where it shows sub-jobs', async () => {
    const inner = [
      { end: 'SUCCESS' as const },
      { end: 'FAIL' as const, error: { code: 'Svc.1', reason: 'no room' } },
    ];
    const subJobs = [{ end: 'SUCCESS' as const, subJobs: inner }, { end: 'SUCCESS' as const }];
    const life = { end: 'SUCCESS' as const, runMs: 1_000, subJobs };
    expect(await counted(system, life, [0, 1_000])).toEqual([
      ['running', 4, 0, 0, 4],
      ['succeeded', 4, 3, 1, 0],
    ]);
  });
});

it('says COMPLETE of desktops of which one failed', async () => {
  const life = {
    end: 'SUCCESS' as const,
    runMs: 1_000,
    subJobs: [{ end: 'SUCCESS' as const }, { end: 'FAIL' as const }],
  };
  expect(await counted('huawei-workspace', life, [0, 1_000])).toEqual([
    ['running', 2, 0, 0, 2],
    ['failed', 2, 1, 1, 0],
  ]);
  const { simulator, time, body } = await start();
  const jobId = simulator.submit({ system: 'huawei-workspace', life });
  time.now += 1_000;
  expect(await body('huawei-workspace', jobId)).toMatchObject({
    status: 'COMPLETE',
    sub_jobs: [{ status: 'SUCCESS' }, { status: 'FAIL' }],
  });
});

it('says INIT in the words of the system', async () => {
  const { simulator, body } = await start();
  const subJobs = [{ end: 'SUCCESS' as const, initMs: 10 }];
  const ecs = simulator.submit({ system: 'otc-ecs', life: { end: 'SUCCESS', runMs: 100, subJobs } });
  expect(await body('otc-ecs', ecs)).toMatchObject({ entities: { sub_jobs: [{ status: 'INIT' }] } });
  const cce = simulator.submit({ system: 'otc-cce', life: { end: 'SUCCESS', runMs: 100, subJobs } });
  expect(await body('otc-cce', cce)).toMatchObject({
    spec: { subJobs: [{ status: { phase: 'Initializing' } }] },
  });
});

it.each([
  [[{ end: 'SUCCESS', afterMs: 6, initMs: 3, runMs: 2 }], 'life.subJobs.0.runMs'],
  [[{ end: 'SUCCESS', runMs: 5, subJobs: [{ end: 'SUCCESS', runMs: 6 }] }], 'life.subJobs.0.subJobs.0.runMs'],
  [
    [{ end: 'SUCCESS', subJobs: [{ end: 'SUCCESS', error: { code: 'a', reason: 'b' } }] }],
    'life.subJobs.0.subJobs.0.end',
  ],
  [
    [
      {
        end: 'never',
        subJobs: [
          {
            end: 'never',
            subJobs: [{ end: 'never', subJobs: [{ end: 'never', subJobs: [{ end: 'never' }] }] }],
          },
        ],
      },
    ],
    'life.subJobs.0.subJobs.0.subJobs.0.subJobs.0.subJobs.0',
  ],
])('refuses %j', async (subJobs, field) => {
  const { control } = await start();
  const refused = await control('POST', '/jobs', {
    system: 'otc-ecs',
    life: { end: 'SUCCESS', runMs: 10, subJobs },
  });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ problems: [{ field }] });
});
