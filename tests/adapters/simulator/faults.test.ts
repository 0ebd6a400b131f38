import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../lib/adapters/simulator/simulator.ts';
import { passwordAuth, queryPath, sign, start } from './harness.ts';

async function withJob() {
  const started = await start();
  const jobId = started.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
  const status = async (): Promise<number> => (await started.ask('otc-ecs', jobId)).status;
  expect(await status()).toBe(200);
  return { ...started, jobId, status };
}

describe('the fault', () => {
  it.each<[FaultInput['fault'], Partial<FaultInput>, number, RegExp]>([
    [
      'throttled',
      {},
      429,
      /"error_msg":"[^"]*policy user over ratelimit,limit:60,time:1 minute","error_code":"APIGW\.0308"/,
    ],
    ['throttled', { limit: 5 }, 429, /over ratelimit,limit:5,time:1 minute/],
    ['throttled', { limit: 5, per: 'second' }, 429, /over ratelimit,limit:5,time:1 second/],
    ['flow_limited', {}, 202, /^\{"code":"Common\.0024","message":"[^"]+"\}$/],
    ['server_error', {}, 500, /^\{"code":"Common\.0001","message":"[^"]+"\}$/],
    ['bad_gateway', {}, 502, /^<!DOCTYPE html>.*unreachable/s],
    ['unavailable', {}, 503, /"error_code":"APIGW\.0613"/],
    ['token_expired', {}, 401, /"error_code":"APIGW\.0307"/],
    ['busy', {}, 429, /^\{"code":"Common\.1503","message":"[^"]+"\}$/],
    ['no_api', {}, 404, /"error_code":"APIGW\.0101"/],
    ['not_found', {}, 404, /^$/],
    ['empty', {}, 200, /^$/],
    ['proto', {}, 200, /^\{"__proto__":\{"status":"RUNNING".*\}\}$/],
    ['other_job', {}, 200, /"job_id":"[0-9a-f]{32}"/],
    ['unknown_status', {}, 200, /^\{"status":"SUSPENDED",/],
    ['answer', { status: 404, body: { itemNotFound: {} } }, 404, /^\{"itemNotFound":\{\}\}$/],
    ['answer', { body: 'not JSON' }, 200, /^not JSON$/],
    ['answer', {}, 200, /^$/],
    ['vanish', {}, 400, /^\{"code":"Common\.0011","message":"[^"]+"\}$/],
  ])('%s %o answers %d once', async (fault, more, status, body) => {
    const { simulator, ask, jobId } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault, count: 1, ...more });
    const response = await ask('otc-ecs', jobId);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
    expect((await ask('otc-ecs', jobId)).status).toBe(200);
  });

  it('other_job answers another id of the same form', async () => {
    const { simulator, body, jobId, time } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'other_job', count: 1 });
    const [wrong, right] = [await body('otc-ecs', jobId), await body('otc-ecs', jobId)];
    expect(wrong['job_id']).not.toBe(jobId);
    expect({ ...wrong, job_id: jobId }).toEqual(right);
    const database = simulator.submit({ system: 'otc-rds', life: { end: 'never' } });
    time.now += 3_000;
    simulator.fault({ system: 'otc-rds', fault: 'other_job' });
    const { job } = (await body('otc-rds', database)) as { job: { id: string } };
    expect(job.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(job.id).not.toBe(database);
  });

  it('long_reason makes the reason of a failed job 20 KB long, and leaves others alone', async () => {
    const { simulator, body, jobId } = await withJob();
    const error = { code: 'Ecs.0204', reason: 'no valid host' };
    const failed = simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 0, error } });
    const truth = await body('otc-ecs', jobId);
    simulator.fault({ system: 'otc-ecs', fault: 'long_reason' });
    expect(await body('otc-ecs', jobId)).toEqual(truth);
    const { error_code, fail_reason } = await body('otc-ecs', failed);
    expect(error_code).toBe('Ecs.0204');
    expect(String(fail_reason)).toMatch(/^no valid host no valid host /);
    expect(String(fail_reason)).toHaveLength(20_480);
  });

  it.each([20 * 60_000, -20 * 60_000])(
    'skewed by %d ms refuses signatures with both times, not tokens',
    async (skewMs) => {
      const { simulator, get, status, time, url, jobId } = await withJob();
      const path = queryPath('otc-ecs', jobId);
      simulator.fault({ system: 'otc-ecs', fault: 'skewed', skewMs, count: 2 });
      const server = new Date(time.now + skewMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const refused = await get(path, sign(url + path, time.now));
      expect(refused).toMatchObject({ status: 401, body: { error_code: 'APIGW.0301' } });
      expect(refused.body['error_msg']).toContain(
        `signature expired, signature time:20250102T030405Z,server time:${server}`,
      );
      expect(await status()).toBe(200);
      expect((await get(path, sign(url + path, time.now))).status).toBe(200);
    },
  );

  it('busy has another status on the other cloud, and errors have the form of the service', async () => {
    const { simulator, ask } = await withJob();
    simulator.fault({ system: 'huawei-evs', fault: 'busy' });
    const response = await ask('huawei-evs', 'x');
    expect(response.status).toBe(503);
    const error = { code: 'Common.1503', message: expect.any(String) };
    expect(await response.json()).toEqual({ error });
  });

  it('throttled of IAM has its own form', async () => {
    const { simulator, iam } = await withJob();
    simulator.fault({ system: 'iam', fault: 'throttled', limit: 5, count: 1 });
    const response = await iam(passwordAuth());
    expect(response.status).toBe(429);
    const message = expect.stringMatching(/Threshold: 5 times per 1 minute$/);
    expect(await response.json()).toEqual({ error_code: 'IAM.0012', error_msg: message });
    expect((await iam(passwordAuth())).status).toBe(201);
  });

  it('bad_gateway is HTML', async () => {
    const { simulator, ask, jobId } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'bad_gateway' });
    expect((await ask('otc-ecs', jobId)).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('slow answers the truth', async () => {
    const { simulator, body, jobId } = await withJob();
    const truth = await body('otc-ecs', jobId);
    simulator.fault({ system: 'otc-ecs', fault: 'slow', delayMs: 5, count: 1 });
    expect(await body('otc-ecs', jobId)).toEqual(truth);
    expect(simulator.faults()).toEqual([]);
  });

  it('slow outlasts the patience of a caller', async () => {
    const { simulator, url, ask, jobId } = await withJob();
    simulator.fault({ system: 'iam', fault: 'slow', delayMs: 60_000 });
    const impatient = fetch(`${url}/iam/v3/auth/tokens`, { method: 'POST', signal: AbortSignal.timeout(20) });
    await expect(impatient).rejects.toThrow(/timeout/i);
    expect((await ask('otc-ecs', jobId)).status).toBe(200);
  });

  it('reset breaks the connection before the answer', async () => {
    const { simulator, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'reset', count: 1 });
    await expect(status()).rejects.toThrow('fetch failed');
    expect(await status()).toBe(200);
  });

  it('truncated breaks it within the body', async () => {
    const { simulator, ask, jobId, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'truncated', count: 1 });
    const response = await ask('otc-ecs', jobId);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await status()).toBe(200);
  });
});

describe('faults', () => {
  it('end after their count', async () => {
    const { simulator, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'throttled', count: 2 });
    expect([await status(), await status(), await status()]).toEqual([429, 429, 200]);
    expect(simulator.faults()).toEqual([]);
  });

  it('end after their time', async () => {
    const { simulator, time, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'unavailable', forMs: 1_000 });
    time.now += 999;
    expect(await status()).toBe(503);
    time.now += 1;
    expect(await status()).toBe(200);
  });

  it('stay until they are cleared when they have neither', async () => {
    const { simulator, time, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'server_error' });
    time.now += 60_000;
    expect([await status(), await status()]).toEqual([500, 500]);
    simulator.clearFaults();
    expect(await status()).toBe(200);
  });

  it('come about one after the other, in the order they were set', async () => {
    const { simulator, status } = await withJob();
    simulator.fault({ system: 'otc-ecs', fault: 'throttled', count: 1 });
    simulator.fault({ system: 'otc-ecs', fault: 'bad_gateway', count: 1 });
    expect([await status(), await status(), await status()]).toEqual([429, 502, 200]);
  });

  it('leave other systems and other jobs alone', async () => {
    const { simulator, ask, iam, status, jobId } = await withJob();
    const other = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    const elb = simulator.submit({ system: 'huawei-elb', life: { end: 'never' } });
    simulator.fault({ system: 'otc-ecs', fault: 'vanish', jobId });
    simulator.fault({ system: 'iam', fault: 'unavailable' });
    expect(await status()).toBe(400);
    expect((await ask('otc-ecs', other)).status).toBe(200);
    expect((await ask('huawei-elb', elb)).status).toBe(200);
    expect((await iam(passwordAuth())).status).toBe(503);
  });
});
