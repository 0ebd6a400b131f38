import { describe, expect, it } from 'vitest';
import { SYSTEM_NAMES } from '../../../lib/adapters/simulator/simulator.ts';
import { submitsOf } from '../../../lib/adapters/simulator/submits.ts';
import { answeredIds } from '../../../lib/core/jobs/answered-ids.ts';
import { PROJECT, start } from './harness.ts';

type Traced = Record<string, unknown>;
interface Page {
  traces: Traced[];
  meta_data: { count: number; marker: string | null };
}
const MINUTE = 60_000;

/** A simulator whose records are asked for like those of a cloud. */
async function recording() {
  const world = await start();
  const ask = async (query: string) =>
    world.get(`/otc-cts/v3/${PROJECT}/traces?trace_type=system${query}`, {
      'x-auth-token': await world.token(),
    });
  const page = async (query = ''): Promise<Page> => (await ask(query)).body as unknown as Page;
  const call = async (path: string, body: string, script = {}, method: 'POST' | 'PUT' = 'POST') => {
    const answer = await fetch(world.url + path, {
      method,
      headers: { 'x-auth-token': await world.token(), 'x-simulator': JSON.stringify(script) },
      body,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { ...world, ask, page, call };
}
const SERVERS = `/otc-ecs/v1.1/${PROJECT}/cloudservers`;
const BODY = JSON.stringify({ server: { name: 'web-1' } });

describe('the simulated records of calls', () => {
  it('are two for each job: that of the call, and a minute after the end that of the end', async () => {
    const { call, page, time } = await recording();
    const { status, body } = await call(SERVERS, BODY);
    expect(status).toBe(200);
    expect(await page()).toMatchObject({ traces: [], meta_data: { count: 0, marker: null } });
    time.now += MINUTE;
    const { traces } = await page();
    expect(traces).toMatchObject([
      {
        trace_name: 'createServer',
        service_type: 'ECS',
        resource_name: 'web-1',
        resource_id: '',
        time: time.now - MINUTE,
        response: JSON.stringify(body),
        request_id: 'null',
        code: '200',
      },
    ]);
    expect(JSON.parse(String(traces[0]!.user))).toMatchObject({ name: 'jobchime', domain: {} });
    time.now += 2 * MINUTE;
    const [end, first] = (await page()).traces;
    expect(first).toEqual(traces[0]);
    expect(end).toMatchObject({ resource_name: 'web-1', trace_name: 'createServer', trace_rating: 'normal' });
    const result = JSON.parse(String(end!.response)) as Traced;
    // As on the clouds it is a sub-job that the second record reports on.
    expect(result).toMatchObject({ status: 'SUCCESS', job_type: 'createSingleServer' });
    expect(result.job_id).not.toBe(body.job_id);
  });

  it('are as late, as often and of the shape that a job says, or there are none', async () => {
    const { call, page, time, simulator } = await recording();
    const trace = { user: 'anna', delayMs: 0, copies: 2, form: 'object' };
    await call(SERVERS, BODY, { trace });
    simulator.submit({ system: 'otc-evs', life: { end: 'never' }, trace: { recorded: false } });
    time.now += 1;
    const { traces } = await page();
    expect(traces).toHaveLength(2);
    expect(traces[0]).toEqual(traces[1]);
    expect(traces[0]).toMatchObject({ user: { name: 'anna' }, response: { job_id: expect.any(String) } });
  });

  it('leave the answer out where the service does', async () => {
    const { call, page, time } = await recording();
    await call(SERVERS, BODY, { trace: { delayMs: 0, response: false } });
    time.now += 1;
    expect((await page()).traces[0]).not.toHaveProperty('response');
  });

  it('have refused calls too, without a job', async () => {
    const { call, page, time, simulator } = await recording();
    expect((await call(SERVERS, 'no JSON')).status).toBe(400);
    time.now += MINUTE;
    const [refused] = (await page()).traces;
    expect(refused).toMatchObject({ code: '400', trace_rating: 'warning', resource_name: '' });
    expect(String(refused!.response)).not.toContain('job_id');
    expect(simulator.jobs()).toEqual([]);
  });

  it('come page by page, the newest first, and none that is exactly at a bound', async () => {
    const { page, time, simulator } = await recording();
    const began = time.now;
    for (let n = 0; n < 5; n += 1) {
      simulator.trace({
        system: 'otc-cts',
        trace: { trace_id: `t${n}`, service_type: 'ECS', time: began + n },
      });
    }
    time.now += 10;
    const between = `&from=${began}&to=${began + 10}&limit=2`;
    const first = await page(between);
    expect(first.traces.map(({ trace_id: id }) => id)).toEqual(['t4', 't3']);
    expect(first.meta_data).toEqual({ count: 2, marker: 't3' });
    const second = await page(`${between}&next=t3`);
    expect(second.traces.map(({ trace_id: id }) => id)).toEqual(['t2', 't1']);
    // t0 is at the bound; the page that was full does not say that it was the last.
    expect(second.meta_data.marker).toBe('t1');
    expect((await page(`${between}&next=t1`)).meta_data).toEqual({ count: 0, marker: null });
  });

  it('are kept for seven days', async () => {
    const { page, time, simulator } = await recording();
    simulator.trace({ system: 'otc-cts', trace: { service_type: 'ECS' } });
    const since = `&from=${time.now - 1}&to=${time.now + 8 * 86_400_000}`;
    time.now += 6 * 86_400_000;
    expect((await page(since)).traces).toHaveLength(1);
    time.now += 86_400_000;
    expect((await page(since)).traces).toEqual([]);
  });

  it.each([
    ['&limit=201', 'CTS.0208'],
    ['&limit=0', 'CTS.0208'],
    ['&from=1718777931170', 'CTS.0212'],
    ['&from=1718777931&to=1718777932', 'CTS.0212'],
  ])('are refused where %s is asked for', async (query, code) => {
    const { ask } = await recording();
    expect(await ask(query)).toMatchObject({ status: 400, body: { error_code: code } });
  });

  it('are nothing for who has no access, or another project', async () => {
    const { url, token } = await recording();
    const at = `${url}/otc-cts/v3/fedcba9876543210fedcba9876543210/traces?trace_type=system`;
    expect((await fetch(at)).status).toBe(401);
    expect((await fetch(at, { headers: { 'x-auth-token': await token() } })).status).toBe(403);
  });
});

describe('the simulated calls that start jobs', () => {
  it.each([
    ['POST' as const, 'huawei-ecs', '/v1.1/P/cloudservers', 200, (b: Traced) => b.job_id],
    ['POST' as const, 'huawei-evs', '/v2/P/cloudvolumes', 202, (b: Traced) => b.job_id],
    ['POST' as const, 'huawei-rds', '/v3/P/instances', 202, (b: Traced) => b.job_id],
    ['PUT' as const, 'huawei-dcs', '/v2/P/instances/i1/ssl', 200, (b: Traced) => b.jobId],
    ['POST' as const, 'huawei-sfs-turbo', '/v1/P/sfs-turbo/shares/s1/action', 202, (b: Traced) => b.jobId],
    ['POST' as const, 'huawei-ims', '/v2/cloudimages/action', 200, (b: Traced) => b.job_id],
    ['POST' as const, 'huawei-elb', '/v1.0/P/elbaas/loadbalancers', 200, (b: Traced) => b.job_id],
    [
      'POST' as const,
      'huawei-cce',
      '/api/v3/projects/P/clusters',
      201,
      (b: Traced) => (b.status as Traced).jobID,
    ],
  ])('answer %s of %s at %s as the service does', async (method, system, path, status, idOf) => {
    const { call, simulator } = await recording();
    const answer = await call(`/${system}${path.replace('P', PROJECT)}`, '{"name": "x"}', {}, method);
    expect(answer.status).toBe(status);
    expect(simulator.jobs()).toMatchObject([{ system, jobId: idOf(answer.body) }]);
  });

  const every = SYSTEM_NAMES.flatMap((system) =>
    submitsOf(system).map((submit) => [submit.method, submit.path, system, submit] as const),
  );
  it.each(every)('%s %s of %s answers an id that can be asked for at once or soon', async (...call) => {
    const [method, path, system] = call;
    const { simulator, time, body, call: send } = await recording();
    const at = path.replace('{project_id}', PROJECT).replaceAll(/\{\w+\}/g, 'any');
    const answer = await send(`/${system}${at}`, '{"name": "x"}', {}, method);
    expect(answer.status).toBeLessThan(300);
    const [job] = simulator.jobs();
    expect(job).toMatchObject({ system });
    // As an id of its own, or as that of what is made.
    if (/-(dms-kafka|sfs)$/.test(system)) expect(JSON.stringify(answer.body)).toContain(`"${job!.jobId}"`);
    else expect(answeredIds(answer.body).submitted).toEqual([job!.jobId]);
    time.now += 10_000;
    expect(JSON.stringify(await body(system, job!.jobId))).toContain(job!.jobId);
  });

  it('are there for every system', () => {
    expect(SYSTEM_NAMES.filter((system) => submitsOf(system).length === 0)).toEqual([]);
  });

  it('take the life of the job from a header, and say what is wrong with that', async () => {
    const { call, simulator, time } = await recording();
    await call(SERVERS, BODY, { life: { end: 'FAIL', runMs: 1_000 } });
    time.now += 2_000;
    expect(simulator.jobs()).toMatchObject([{ status: 'FAIL' }]);
    const wrong = await call(SERVERS, BODY, { life: { end: 'SOMETIMES' } });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid x-simulator' } });
  });

  it('are refused without credentials, and for a foreign project', async () => {
    const { url, call } = await recording();
    expect((await fetch(url + SERVERS, { method: 'POST', body: BODY })).status).toBe(401);
    const foreign = SERVERS.replace(PROJECT, 'fedcba9876543210fedcba9876543210');
    expect((await call(foreign, BODY)).body).toMatchObject({ code: 'Common.0018' });
  });
});
