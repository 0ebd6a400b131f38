import { describe, expect, it } from 'vitest';
import { PROJECT, spec } from '../../kit.ts';
import { apiKit } from './kit.ts';

const OTHER = 'f'.repeat(32);
const inGroup = (n: number, more = {}) => spec(n, { group: 'apply-42', ...more });

describe('groups', () => {
  it('are made by their first job, shown, and closed by the submitter who has tracked them all', async () => {
    const kit = await apiKit();
    const first = await kit.call('POST', '/v1/jobs', { body: inGroup(1) });
    expect(first).toMatchObject({
      status: 201,
      body: { outcome: 'tracked', group: { key: '-/apply-42/1', name: 'apply-42', run: 1 } },
    });
    await kit.call('POST', '/v1/jobs', { body: { jobs: [inGroup(2, { expect: 5 }), inGroup(3)] } });
    const shown = await kit.call('GET', '/v1/groups/apply-42');
    expect(shown).toMatchObject({
      status: 200,
      body: {
        state: 'open',
        run: 1,
        expect: 5,
        projects: null,
        outcome: null,
        closedBy: null,
        counts: { total: 3, outstanding: 3 },
        failures: [],
      },
    });
    for (let n = 0; n < 2; n += 1)
      expect(await kit.call('POST', '/v1/groups/apply-42/close')).toMatchObject({
        status: 200,
        body: {
          state: 'closed',
          closedBy: 'close',
          closedWho: 'admin',
          closedAt: new Date(kit.clock.now()).toISOString(),
        },
      });
    expect((await kit.call('GET', '/v1/groups?state=closed')).body.items).toMatchObject([
      { name: 'apply-42', counts: { total: 3 } },
    ]);
    expect((await kit.call('GET', `/v1/jobs/hwc-ecs/${PROJECT}/${spec(1).jobId}`)).body.group).toEqual({
      key: '-/apply-42/1',
      name: 'apply-42',
      run: 1,
    });
  });

  it('that nobody has tracked a job in are not there', async () => {
    const kit = await apiKit();
    for (const [method, path] of [
      ['GET', '/v1/groups/apply-42'],
      ['POST', '/v1/groups/apply-42/close'],
    ] as const)
      expect(await kit.call(method, path)).toMatchObject({
        status: 404,
        body: { detail: "There is no group 'apply-42': no job was tracked in it." },
      });
  });

  it('of a token that is limited to projects are its own: others neither see nor close nor join them', async () => {
    const kit = await apiKit();
    const token = await kit.tokenFor(['track', 'read'], { projects: [PROJECT] });
    const other = await kit.tokenFor(['track', 'read'], { projects: [OTHER] });
    await kit.call('POST', '/v1/jobs', { body: inGroup(1) });
    expect((await kit.call('GET', '/v1/groups/apply-42', { token })).status).toBe(404);
    expect((await kit.call('POST', '/v1/groups/apply-42/close', { token })).status).toBe(404);
    await kit.call('POST', '/v1/jobs', { body: inGroup(2), token });
    expect((await kit.call('GET', '/v1/groups/apply-42', { token })).body).toMatchObject({
      key: `${PROJECT}/apply-42/1`,
      projects: [PROJECT],
      counts: { total: 1 },
    });
    expect((await kit.call('GET', '/v1/groups', { token })).body.items).toHaveLength(1);
    expect((await kit.call('GET', '/v1/groups', { token: other })).body.items).toEqual([]);
    const path = `/v1/groups/apply-42?projects=${PROJECT}`;
    expect((await kit.call('GET', path, { token: other })).status).toBe(404);
    // Who sees everything sees both, each by what it is of.
    expect((await kit.call('GET', path)).body.key).toBe(`${PROJECT}/apply-42/1`);
    expect((await kit.call('GET', '/v1/groups/apply-42')).body.key).toBe('-/apply-42/1');
    expect((await kit.call('GET', '/v1/groups')).body.items).toHaveLength(2);
  });

  it.each([
    ['a name that is none', { group: 'a b' }, 'group'],
    ['a number without a group', { group: undefined, expect: 3 }, 'expect'],
    ['no number', { expect: 0 }, 'expect'],
  ])('are refused with %s', async (_, more, field) => {
    const kit = await apiKit();
    const got = await kit.call('POST', '/v1/jobs', { body: inGroup(1, more) });
    expect(got).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect((await kit.store.groups.list({ limit: 1 })).rows).toEqual([]);
  });

  it('say so where a job is in another one', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: inGroup(1) });
    const got = await kit.call('POST', '/v1/jobs', { body: spec(1, { group: 'other' }) });
    expect(got.body).toMatchObject({
      outcome: 'already_tracked',
      group: { name: 'apply-42' },
      warnings: [{ field: 'group', problem: 'differs; the job was tracked before and keeps apply-42' }],
    });
  });

  it('stand for their jobs as a subscription wants it', async () => {
    const kit = await apiKit();
    const hook = { name: 'ci', on: 'endings', channel: 'webhook', target: 'https://hooks.example.com/x' };
    const made = await kit.call('POST', '/v1/subscriptions', { body: { ...hook, fold: 'group' } });
    expect(made).toMatchObject({ status: 201, body: { fold: 'group' } });
    const path = `/v1/subscriptions/${made.body.id}`;
    expect((await kit.call('PATCH', path, { body: { fold: 'none' } })).body).toMatchObject({ fold: 'none' });
    expect((await kit.call('GET', path)).body).toMatchObject({ fold: 'none' });
    const wrong = await kit.call('PATCH', path, { body: { fold: 'all' } });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: 'fold' }] } });
  });
});
