import { describe, expect, it } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { readList } from '../../../lib/adapters/clouds/parse.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { sweeping } from '../../app/sweep/world.ts';
import { jobId, report, running, succeeded } from '../../kit.ts';
import { against, PROJECT } from './against.ts';

const SYSTEM = 'huawei-elb-v3';
const MINUTE = 60_000;
const dialect = dialectOf('huawei', 'elb-v3')!;
const answerOf = (body: unknown, status = 200) => ({
  status,
  headers: {},
  body: JSON.stringify(body),
  at: 0,
});
const entry = (over: object) => ({ job_id: 'A1', job_type: 'CloneLoadbalancer', sub_jobs: [], ...over });

async function world() {
  const w = await against((known) => [{ system: SYSTEM, auth: known.keys }]);
  const list = async (jobIds: string[]) =>
    w.clouds.checkAll!(
      SYSTEM,
      jobIds.map((one) => ({ key: one, projectId: PROJECT, jobId: one.toUpperCase() })),
    );
  const calls = (): number => w.simulator.requests().systems[SYSTEM];
  return { ...w, list, calls };
}

describe('a list of jobs', () => {
  it('says of each job, by one request, what a query of that job says', async () => {
    const w = await world();
    const submit = (end: 'SUCCESS' | 'FAIL', runMs: number): string =>
      w.simulator.submit({
        system: SYSTEM,
        life: {
          end,
          runMs,
          ...(end === 'FAIL' && { error: { code: 'ELB.0001', reason: 'No.' } }),
          subJobs: [{ end: 'SUCCESS' }],
        },
      });
    const jobs = [
      submit('SUCCESS', MINUTE),
      submit('FAIL', MINUTE),
      ...[1, 2, 3].map(() => submit('SUCCESS', 60 * MINUTE)),
    ];
    w.pass(2 * MINUTE);
    const listed = await w.list([...jobs, 'unknown']);
    expect(w.calls()).toBe(1);
    expect(listed!.size).toBe(5);
    for (const job of jobs) expect(listed!.get(job)).toEqual(await w.ask(SYSTEM, job));
  });

  it('that cannot be had is left alone for ten minutes', async () => {
    const w = await world();
    w.simulator.fault({ system: SYSTEM, fault: 'bad_gateway', count: 1 });
    expect(await w.list([])).toBeNull();
    expect(await w.list([])).toBeNull();
    expect(w.calls()).toBe(1);
    w.pass(10 * MINUTE);
    expect(await w.list(['a'])).toEqual(new Map());
    // Full of others, it is of no use either.
    expect(await w.list(['a'])).toBeNull();
  });

  it('settles nothing of which it does not say everything, and reads nothing else for a list', () => {
    const seen = (jobs: unknown, status = 200) => readList(dialect, 'jobs', answerOf({ jobs }, status));
    expect([...seen([entry({ status: 'RUNNING' })])!.keys()]).toEqual(['a1']);
    expect(seen([entry({ status: 'SUCCESS', sub_jobs: undefined })])!.size).toBe(0);
    expect(seen([entry({ status: 'RUNNING', sub_jobs: undefined })])!.size).toBe(1);
    expect(
      seen([entry({ status: 'NEW WORD' }), entry({ job_id: null, status: 'SUCCESS' }), null, 7])!.size,
    ).toBe(0);
    expect(seen({ status: 'SUCCESS' })).toBeNull();
    expect(seen([], 503)).toBeNull();
  });

  it('settles no job of which two entries say different things, in whatever order and case', () => {
    const seen = (...jobs: unknown[]) => [...readList(dialect, 'jobs', answerOf({ jobs }, 200))!.keys()];
    const [runs, ended] = [entry({ status: 'RUNNING' }), entry({ status: 'SUCCESS' })];
    const other = entry({ job_id: 'b2', status: 'RUNNING' });
    expect(seen(runs, other, ended)).toEqual(['b2']);
    expect(seen(ended, other, runs)).toEqual(['b2']);
    expect(seen(entry({ job_id: 'A1', status: 'FAIL' }), other, ended)).toEqual(['b2']);
    expect(seen(entry({ status: 'NEW WORD' }), other, ended)).toEqual(['b2']);
    expect(seen(runs, other, runs)).toEqual(['a1', 'b2']);
  });

  it('settles nothing where an entry says its status or its id twice, and differently', () => {
    const seen = (...entries: string[]) => [
      ...readList(dialect, 'jobs', { ...answerOf({}), body: `{"jobs":[${entries.join()}]}` })!.keys(),
    ];
    const [runs, ended] = [{ job_id: 'b2', status: 'RUNNING' }, { status: 'SUCCESS' }].map((one) =>
      JSON.stringify(entry(one)),
    );
    expect(seen(runs!, ended!)).toEqual(['b2', 'a1']);
    expect(seen(runs!, ended!.replace('{', '{"status":"FAIL",'))).toEqual(['b2']);
    expect(seen(runs!, ended!.replace('{', '{"job_id":"C3",'))).toEqual(['b2']);
    expect(seen(runs!, ended!.replace('{', '{"status":"SUCCESS",'))).toEqual(['b2', 'a1']);
  });

  it('is known of services that have one', async () => {
    const { clouds } = await against((known) => [
      { system: SYSTEM, auth: known.keys },
      { system: 'huawei-ecs', auth: known.keys },
    ]);
    expect(clouds.describe(SYSTEM)!.listFrom).toBe(5);
    expect(clouds.describe('huawei-ecs')).not.toHaveProperty('listFrom');
    expect(await clouds.checkAll!('huawei-ecs', [])).toBeNull();
  });
});

describe('a sweep of an origin that lists its jobs', () => {
  /** Twenty jobs are due; the list shows what `shown` says. */
  async function swept(count: number, shown: (n: number) => Observation | null) {
    const store = openStore(':memory:');
    const w = sweeping(store, () => running);
    const { describe: known } = w.clouds;
    w.clouds.describe = (origin) => ({ ...known(origin)!, listFrom: 5 });
    let lists = 0;
    w.deps.clouds.checkAll = async (_, jobs) => {
      lists += 1;
      const seen = jobs.map((job) => [job.key, shown(Number.parseInt(job.jobId, 16))] as const);
      return new Map(seen.flatMap(([key, one]) => (one ? [[key, one] as const] : [])));
    };
    await w.hand(count);
    await w.run(10_000);
    const states = (await store.jobs.list({ limit: 50 })).rows.map(({ state }) => state);
    await store.close();
    return { lists, asked: new Set(w.clouds.asked.map((one) => one.jobId)), states, events: w.events };
  }

  it('asks once about many, and singly about those that the list does not show: none is lost by it', async () => {
    const { asked, lists, states } = await swept(20, (n) => (n > 3 ? running : null));
    expect([...asked].toSorted()).toEqual([1, 2, 3].map(jobId));
    expect(lists).toBeLessThanOrEqual(2);
    expect(states.every((state) => state === 'outstanding')).toBe(true);
  });

  it('settles many by one request', async () => {
    const { asked, events, states } = await swept(20, () => succeeded);
    expect(asked.size).toBe(0);
    expect(events).toHaveLength(20);
    expect(states.every((state) => state === 'succeeded')).toBe(true);
  });

  it('asks singly about few', async () => {
    const { asked, lists } = await swept(4, () => ({ ...running, report: report() }) as Observation);
    expect([asked.size, lists]).toEqual([4, 0]);
  });
});
