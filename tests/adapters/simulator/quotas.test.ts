import { describe, expect, it } from 'vitest';
import { SECOND_ACCOUNT, type SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { KEY, PROJECT, queryPath, sign, start } from './harness.ts';

const [SECOND_KEY] = SECOND_ACCOUNT.accessKeys;
const [SECOND_PROJECT] = SECOND_ACCOUNT.projects;

/** A simulator with a quota, asked by two users who sign. */
async function withQuota(quotas: Parameters<typeof start>[0] = {}) {
  const started = await start(quotas);
  const askAs = (key: typeof KEY, project: string, system: SystemName) => {
    const path = queryPath(system, 'x', project);
    return started.get(path, sign(started.url + path, started.time.now, key));
  };
  const first = async (system: SystemName = 'otc-ecs') => (await askAs(KEY, PROJECT, system)).status;
  const second = async (system: SystemName = 'otc-ecs') =>
    (await askAs(SECOND_KEY!, SECOND_PROJECT!.id, system)).status;
  return { ...started, askAs, first, second };
}
const times = async <T>(count: number, ask: () => Promise<T>): Promise<T[]> => {
  const answers: T[] = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
};

describe('a quota', () => {
  it("refuses what exceeds it in the gateway's words, and names its rule", async () => {
    const { simulator, askAs } = await withQuota();
    simulator.quota({ system: 'otc-ecs', limit: 2, per: 'minute' });
    const answers = await times(3, () => askAs(KEY, PROJECT, 'otc-ecs'));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 429]);
    expect(answers[2]!.body).toEqual({
      error_code: 'APIGW.0308',
      error_msg:
        'The throttling threshold has been reached: policy user over ratelimit,limit:2,time:1 minute',
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(simulator.requests()).toMatchObject({
      refused: { 'otc-ecs/jobchime': 1 },
      answers: { 'otc-ecs': { 400: 2, 429: 1 } },
    });
  });

  it('lets in again when a call has become older than its period', async () => {
    const { simulator, first, time } = await withQuota();
    simulator.quota({ limit: 1, per: 'second' });
    expect(await first()).toBe(400);
    time.now += 1_000;
    expect(await first()).toBe(400);
    time.now += 999;
    expect(await first()).toBe(429);
    time.now += 1_000;
    expect(await first()).toBe(400);
  });

  it('counts refused calls too, so that hammering is never served', async () => {
    const { simulator, first, time } = await withQuota();
    simulator.quota({ limit: 2, per: 'second' });
    const statuses = await times(20, () => {
      time.now += 250;
      return first();
    });
    expect(statuses).toEqual([400, 400, ...Array.from({ length: 18 }, () => 429)]);
    time.now += 1_000;
    expect(await first()).toBe(400);
  });

  it('is counted by user and by system', async () => {
    const { simulator, first, second } = await withQuota({ quotas: [{ limit: 1, per: 'minute' }] });
    expect(await times(2, () => first())).toEqual([400, 429]);
    expect(await times(2, () => second())).toEqual([400, 429]);
    expect(await times(2, () => first('huawei-rds'))).toEqual([400, 429]);
    expect(simulator.requests().refused).toEqual({
      'otc-ecs/jobchime': 1,
      'otc-ecs/second-user': 1,
      'huawei-rds/jobchime': 1,
    });
  });

  it('gives way to a more particular one', async () => {
    const { simulator, first, second } = await withQuota({ quotas: [{ limit: 1, per: 'minute' }] });
    simulator.quota({ system: 'otc-ecs', limit: 2, per: 'minute' });
    simulator.quota({ system: 'otc-ecs', user: 'second-user', limit: 3, per: 'minute' });
    expect(await times(4, () => first())).toEqual([400, 400, 429, 429]);
    expect(await times(4, () => second())).toEqual([400, 400, 400, 429]);
    expect(await times(2, () => first('otc-cce'))).toEqual([404, 429]);
  });

  it('does not count who fails to sign in', async () => {
    const { simulator, url, first } = await withQuota();
    simulator.quota({ limit: 1, per: 'minute' });
    const stranger = () => fetch(url + queryPath('otc-ecs', 'x')).then(({ status }) => status);
    expect(await times(3, stranger)).toEqual([401, 401, 401]);
    expect(await first()).toBe(400);
  });

  it('is set, listed and lifted over HTTP, and is as at the start after a reset', async () => {
    const atStart = { limit: 9, per: 'minute' } as const;
    const { control, first } = await withQuota({ quotas: [atStart] });
    const quota = { system: 'otc-ecs', user: 'jobchime', limit: 1, per: 'second' };
    expect((await control('POST', '/quotas', quota)).status).toBe(201);
    expect(await (await control('GET', '/quotas')).json()).toEqual({ quotas: [atStart, quota] });
    expect(await times(2, () => first())).toEqual([400, 429]);
    await control('DELETE', '/quotas');
    expect(await (await control('GET', '/quotas')).json()).toEqual({ quotas: [] });
    expect(await times(2, () => first())).toEqual([400, 400]);
    await control('POST', '/reset');
    expect(await (await control('GET', '/quotas')).json()).toEqual({ quotas: [atStart] });
  });

  it.each<[string, unknown, string]>([
    ['no limit', { per: 'second' }, 'limit'],
    ['an unknown period', { limit: 1, per: 'hour' }, 'per'],
    ['IAM', { system: 'iam', limit: 1, per: 'second' }, 'system'],
    ['an unknown user', { user: 'nobody', limit: 1, per: 'second' }, 'user'],
  ])('with %s is refused', async (_, input, field) => {
    const { control } = await start();
    const response = await control('POST', '/quotas', input);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ problems: [{ field }] });
  });
});
