import { StoreTrouble } from '../../../lib/adapters/platform/store-trouble.ts';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import {
  PROJECT,
  spec,
  START,
  failed,
  POLICY,
  report,
  subscription,
  succeeded,
  dispatchStored,
} from '../../kit.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { apiKit, type ApiKit } from './kit.ts';

const key = (n: number): string => `hwc-ecs/${PROJECT}/${spec(n).jobId}`;

/** The job has ended, and everybody who wants to know has a delivery. */
async function settle(
  { store, dispatching }: ApiKit,
  n: number,
  seen: Observation = failed,
  at = START + 60_000,
): Promise<string> {
  const row = (await store.jobs.get(key(n)))!;
  const { job } = decide(row, seen, at, POLICY);
  const event = jobEvent(job, job.outbox[0]!);
  await store.jobs.save({ ...job, outbox: [] });
  await dispatchStored(dispatching, [event]);
  return event.metadata.id;
}

const small = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ origin: 'x', projectId: 'p', jobId: `${n}` }));

describe('a cursor that is none', () => {
  it.each(['jobs', 'deliveries', 'subscriptions', 'recoveries'])(
    'is refused by the list of %s',
    async (list) => {
      const { call } = await apiKit();
      const whole = Buffer.from(JSON.stringify([1, 'x'])).toString('base64url');
      expect((await call('GET', `/v1/${list}?cursor=${whole}`)).status).toBe(200);
      // Who goes on with one that was cut would begin anew again and again.
      for (const cursor of [
        'junk',
        whole.slice(0, -3),
        'evt_0',
        '%00',
        Buffer.from('{}').toString('base64url'),
      ]) {
        const got = await call('GET', `/v1/${list}?cursor=${cursor}`);
        expect([got.status, got.body.errors?.[0]]).toMatchObject([
          422,
          { field: 'cursor', problem: 'is no cursor' },
        ]);
      }
    },
  );
});

describe('the link to the console', () => {
  const server =
    'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/ecsDetail?instanceId=s-1';

  it('leads to the service, to the resource once that is known, and is null where no page is', async () => {
    const { call, store } = await apiKit();
    const shown = async (): Promise<unknown> => (await call('GET', `/v1/jobs/${key(1)}`)).body.consoleUrl;
    await call('POST', '/v1/jobs', { body: spec(1) });
    expect(await shown()).toMatch(/^https:\/\/console\.eu\.huaweicloud\.com\/ecm\/.*vmList$/);
    const row = (await store.jobs.get(key(1)))!;
    const known = await store.jobs.save({ ...row, report: report({ consoleUrl: server }) });
    expect(await shown()).toBe(server);
    const { consoleUrl: _, ...without } = known.outcome === 'saved' ? known.row : row;
    await store.jobs.save({ ...without, report: null });
    expect(await shown()).toBeNull();
    expect((await call('GET', '/v1/jobs')).body.items[0].consoleUrl).toBeNull();
  });
});

describe('tracking', () => {
  it('answers 201 for a new job and 200 for one that is tracked already', async () => {
    const { call } = await apiKit();
    const first = await call('POST', '/v1/jobs', { body: spec(1, { name: 'web-7' }) });
    expect([first.status, first.body]).toEqual([
      201,
      { outcome: 'tracked', key: key(1), state: 'outstanding' },
    ]);
    expect(first.headers.get('location')).toBe(`/v1/jobs/${key(1)}`);
    const again = await call('POST', '/v1/jobs', { body: spec(1) });
    expect([again.status, again.body.outcome]).toEqual([200, 'already_tracked']);
    expect((await call('GET', `/v1/jobs/${key(1)}`)).body).toMatchObject({
      name: 'web-7',
      state: 'outstanding',
    });
  });

  it('tells of one that is tracked already its state, who is told too, and what stays as it was', async () => {
    const ops = subscription('ops', { channel: 'slack' });
    const kit = await apiKit({ fixed: [ops] });
    const client = createClient({ url: 'http://jobchime.test', token: kit.admin, fetch: kit.api });
    const { origin, jobId } = spec(1);
    await client.jobs.track([{ origin, jobId, name: 'web-7' }]);
    await settle(kit, 1);
    const again = { origin, jobId, name: 'web-8', labels: { team: 'db' }, notify: ['slack:ops'] };
    const fix = expect.stringContaining('track it again') as string;
    expect((await client.jobs.track([again]))[0]).toEqual({
      outcome: 'already_tracked',
      key: key(1),
      state: 'failed',
      added: ['slack:ops'],
      warnings: [
        { field: 'name', problem: 'differs; the job was tracked before and keeps web-7', fix },
        { field: 'labels', problem: 'differs; the job was tracked before and keeps none', fix },
      ],
    });
    const unread = await kit.call('POST', '/v1/jobs', { token: await kit.tokenFor(['track']), body: again });
    expect(unread.text).not.toContain('web-7');
    expect(unread.body).toMatchObject({ warnings: [{ field: 'name' }, { field: 'labels' }] });
  });

  it('takes the name of the token for who requested it, where nobody is named', async () => {
    const { call, store, tokenFor } = await apiKit();
    await call('POST', '/v1/jobs', { token: await tokenFor(['track']), body: spec(1) });
    await call('POST', '/v1/jobs', { body: { jobs: [spec(2, { requestedBy: 'pipeline 7' })] } });
    expect((await store.jobs.get(key(1)))!.requestedBy).toBe('track');
    expect((await store.jobs.get(key(2)))!.requestedBy).toBe('pipeline 7');
  });

  it('refuses a label called __proto__, and says what to do', async () => {
    const { call } = await apiKit();
    const raw = JSON.stringify({ ...spec(1), labels: { LABEL: 'x' } }).replace('LABEL', '__proto__');
    const { status, body } = await call('POST', '/v1/jobs', { raw });
    expect([status, body.errors]).toMatchObject([
      422,
      [
        {
          field: 'labels',
          problem: 'cannot have a label called __proto__',
          fix: 'Call the label something else.',
        },
      ],
    ]);
  });

  it('says what belongs where something stands that is no job', async () => {
    const { call } = await apiKit();
    const { status, body } = await call('POST', '/v1/jobs', { body: { jobs: [0] } });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      errors: [{ field: 'jobs[0]', fix: expect.stringContaining('origin, projectId and jobId') as string }],
    });
  });

  it('takes many, answers in order, and one refused does not keep the others out', async () => {
    const { call } = await apiKit();
    const jobs = [spec(1), spec(2, { origin: 'nowhere' }), spec(1), spec(3)];
    const { status, body } = await call('POST', '/v1/jobs', { body: { jobs } });
    expect(status).toBe(200);
    expect(body.results.map((r: { outcome: string }) => r.outcome)).toEqual([
      'tracked',
      'refused',
      'already_tracked',
      'tracked',
    ]);
    const fix = 'Configured: hwc-ecs, otc-ecs.';
    expect(body.results[1].problems).toEqual([
      { field: 'origin', problem: "'nowhere' is not configured", fix },
    ]);
  });

  it('names the origins that there are, and the one that was meant', async () => {
    const { call } = await apiKit();
    const refused = { ...spec(1), origin: 'otc-ec' };
    const { body } = await call('POST', '/v1/jobs', { body: refused });
    expect(body.errors[0].fix).toBe("Did you mean 'otc-ecs'? Configured: hwc-ecs, otc-ecs.");
    const { body: faulty } = await call('POST', '/v1/jobs', { body: { ...refused, jobId: 'a/b' } });
    expect(faulty.errors.map((error: { fix: string }) => error.fix)).toContain(body.errors[0].fix);
  });

  it('takes the project of the origin where none is given', async () => {
    const { call } = await apiKit();
    const { projectId: _, ...short } = spec(1);
    const got = await call('POST', '/v1/jobs', { body: short });
    expect([got.status, got.body.key]).toEqual([201, key(1)]);
    expect((await call('POST', '/v1/jobs', { body: { jobs: [short] } })).body.results[0].key).toBe(key(1));
  });

  it('takes a deadline as a time', async () => {
    const { call } = await apiKit();
    const deadlineAt = '2026-03-01T18:00:00.000Z';
    await call('POST', '/v1/jobs', { body: { ...spec(1), deadlineAt } });
    expect((await call('GET', `/v1/jobs/${key(1)}`)).body.deadlineAt).toBe(deadlineAt);
  });

  it.each([
    [{ ...spec(1), jobId: 'a/b' }, 'jobId', /^must be 1 to 64/],
    [{ ...spec(1), jobid: 'x' }, 'jobid', /did you mean 'jobId'/],
    [{ origin: 'hwc-ecs' }, 'jobId', /^is missing/],
    [{ origin: 'nowhere', jobId: 'a1' }, 'origin', /not configured/],
    [{ ...spec(1), labels: { a: 7 } }, 'labels.a', /text/],
    [
      { ...spec(1), labels: { ['a'.repeat(65)]: 'b' } },
      `labels.${'a'.repeat(40)}…`,
      /is a name that must be at most 64/,
    ],
    [{ ...spec(1), deadlineAt: 'tomorrow' }, 'deadlineAt', /./],
    [{ jobs: [spec(1), { ...spec(2), name: '' }] }, 'jobs[1].name', /./],
    [{ jobs: [] }, 'jobs', /empty/],
    [{ ...spec(1), origin: 'nowhere' }, 'origin', /not configured/],
    [{ ...spec(1), projectId: 'other' }, 'projectId', /asks for project/],
    [[], '', /./],
    [null, '', /./],
  ])('names the field at fault: %j', async (body, field, problem) => {
    const { call, store } = await apiKit();
    const got = await call('POST', '/v1/jobs', { body });
    expect([got.status, got.body.errors[0].in]).toEqual([422, 'body']);
    expect(got.body.errors.map((e: { field: string }) => e.field)).toContain(field);
    expect(got.body.errors.find((e: { field: string }) => e.field === field).problem).toMatch(problem);
    // Not the words for names in the configuration.
    for (const error of got.body.errors) expect(error.fix).toMatch(/^(?!See docs|Name it).{6}/);
    expect((await store.jobs.list({ limit: 9 })).rows).toEqual([]);
  });

  it('tells everything at once that is wrong with a job, its origin too, but not to who must not know', async () => {
    const { call, tokenFor } = await apiKit();
    const wrong = { origin: 'nowhere', jobId: 'a/b', name: '' };
    const fields = async (body: object, token?: string): Promise<string[]> => {
      const got = await call('POST', '/v1/jobs', { body, ...(token && { token }) });
      expect(got.status).toBe(422);
      return got.body.errors.map((e: { field: string }) => e.field).toSorted();
    };
    expect(await fields(wrong)).toEqual(['jobId', 'name', 'origin']);
    expect(await fields({ jobs: [spec(1), wrong] })).toEqual([
      'jobs[1].jobId',
      'jobs[1].name',
      'jobs[1].origin',
    ]);
    expect(await fields({ ...wrong, origin: 'hwc-ecs' })).toEqual(['jobId', 'name']);
    const limited = await tokenFor(['track'], { projects: [PROJECT] });
    expect(await fields(wrong, limited)).toEqual(['jobId', 'name']);
  });

  it('refuses more than 1,000 in one call and names the limit', async () => {
    const { call, store } = await apiKit();
    const many = await call('POST', '/v1/jobs', { body: { jobs: small(1_001) } });
    expect([many.status, many.body.detail]).toEqual([413, 'body jobs: holds more than 1000 jobs']);
    expect(many.body.errors[0]).toMatchObject({
      field: 'jobs',
      fix: expect.stringContaining('1 to 1000 jobs'),
    });
    const huge = await call('POST', '/v1/jobs', { body: { jobs: small(10_000) } });
    expect([huge.status, huge.body.detail]).toEqual([413, expect.stringContaining('262144 bytes')]);
    expect(huge.body.detail).toContain('1000 jobs');
    expect((await store.jobs.list({ limit: 9 })).rows).toEqual([]);
    expect((await call('POST', '/v1/jobs', { body: { jobs: small(1_000) } })).status).toBe(200);
  });
});

describe('a body that cannot be read', () => {
  it.each([
    [400, { raw: '{' }],
    [400, { raw: '' }],
    [400, { raw: new Uint8Array([0x22, 0xff, 0x22]) }],
    [413, { raw: `"${'x'.repeat(262_144)}"` }],
    [413, { raw: 'x'.repeat(6_000_000) }],
    [415, { raw: '{}', headers: { 'content-type': 'text/plain' } }],
  ])('is %i', async (status, sent) => {
    const { call } = await apiKit();
    expect((await call('POST', '/v1/jobs', sent)).status).toBe(status);
  });
});

describe('a body that breaks off', () => {
  it('raises no alarm: the client that hung up is at fault', async () => {
    const { api, admin, telemetry } = await apiKit();
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(Buffer.from('{"origin":')),
      pull: (stream) => stream.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
    });
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' };
    const answer = await api(new Request('http://jobchime.test/v1/jobs', init as RequestInit));
    expect(answer.status).toBe(400);
    expect(telemetry.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a path that is not there', () => {
  it('is 404, and a method that is not there is 405 and says which are', async () => {
    const { call } = await apiKit();
    expect((await call('GET', '/')).status).toBe(404);
    expect((await call('GET', '/v1/jobs/')).status).toBe(404);
    expect((await call('GET', '/v1/nothing')).status).toBe(404);
    const put = await call('PUT', '/v1/jobs', { body: {} });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST, GET']);
    expect((await call('DELETE', '/healthz')).headers.get('allow')).toBe('GET');
  });
});

describe('listing 10,000 jobs', () => {
  it('goes through pages of one size and shows each once', async () => {
    const { call } = await apiKit();
    for (let n = 0; n < 10_000; n += 1_000) {
      const jobs = Array.from({ length: 1_000 }, (_, i) => spec(n + i));
      expect((await call('POST', '/v1/jobs', { body: { jobs } })).status).toBe(200);
    }
    const seen = new Set<string>();
    let cursor = '';
    let longest = 0;
    for (let pages = 0; pages < 60; pages += 1) {
      const { body, text } = await call(
        'GET',
        `/v1/jobs?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(200);
      longest = Math.max(longest, text.length);
      for (const item of body.items) seen.add(item.key);
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen.size).toBe(10_000);
    expect(longest).toBeLessThan(200 * 2_000);
  });

  it('shows 50 unless told, keeps to a state and an origin, and takes no other limit than 1 to 200', async () => {
    const { call, store } = await apiKit();
    const jobs = Array.from({ length: 60 }, (_, n) => spec(n, { origin: n % 2 ? 'otc-ecs' : 'hwc-ecs' }));
    await call('POST', '/v1/jobs', { body: { jobs } });
    const row = (await store.jobs.get(key(2)))!;
    await store.jobs.save({ ...row, state: 'lost' });
    const list = async (query: string) => (await call('GET', `/v1/jobs${query}`)).body;
    expect((await list('')).items).toHaveLength(50);
    expect((await list('?origin=otc-ecs&limit=200')).items).toHaveLength(30);
    expect((await list('?state=lost')).items.map((item: { key: string }) => item.key)).toEqual([key(2)]);
    for (const wrong of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1.5',
      'limit=',
      'limit=1&limit=2',
      'state=gone',
      'origin=A',
      'sate=lost',
    ]) {
      const got = await call('GET', `/v1/jobs?${wrong}`);
      expect([wrong, got.status, got.body.errors[0].in]).toEqual([wrong, 422, 'query']);
      expect(got.body.errors[0].field).toBe(wrong.split('=')[0]);
    }
  });
});

describe('a narrower list', () => {
  const filtered = async () => {
    const kit = await apiKit();
    const jobs = [
      spec(1, { name: 'web-1', labels: { team: 'web', env: 'prod' } }),
      spec(2, { name: 'web-2', labels: { team: 'web', env: 'a=b, c' } }),
      spec(3, { name: 'db-1', labels: { team: 'db' }, group: 'apply-42' }),
      spec(4),
    ];
    await kit.call('POST', '/v1/jobs', { body: { jobs } });
    const names = async (query: string, path = '/v1/jobs'): Promise<unknown[]> =>
      (await kit.call('GET', `${path}?${query}`)).body.items.map((one: Record<string, string>) => one.name);
    return { ...kit, names: async (query: string) => (await names(query)).toSorted() };
  };

  it('is that of labels, a name, a group, the end of an id, or a time; all that is said has to fit', async () => {
    const { names } = await filtered();
    expect(await names('label=team=web')).toEqual(['web-1', 'web-2']);
    expect(await names('label=team=web&label=env=prod')).toEqual(['web-1']);
    expect(await names(`label=${encodeURIComponent('env=a=b, c')}`)).toEqual(['web-2']);
    expect(await names('label=constructor=*')).toEqual([]);
    expect(await names('name=web-*')).toEqual(['web-1', 'web-2']);
    expect(await names('name=web')).toEqual([]);
    expect(await names('name=*1&label=team=*b')).toEqual(['db-1', 'web-1']);
    expect(await names('group=apply-*')).toEqual(['db-1']);
    expect(await names(`idEnd=${spec(3).jobId.slice(-8)}`)).toEqual(['db-1']);
    expect(await names(`jobId=${spec(3).jobId}&label=team=web`)).toEqual([]);
    expect(await names(`since=${new Date(START).toISOString()}`)).toHaveLength(4);
    expect(await names(`since=${new Date(START + 1).toISOString()}`)).toEqual([]);
  });

  it('names the parameter that is none', async () => {
    const { call } = await filtered();
    for (const wrong of ['label=team', 'since=yesterday', 'name=', 'idEnd=1', 'idEnd=a%2Fbcd']) {
      const got = await call('GET', `/v1/jobs?${wrong}`);
      expect([wrong, got.status, got.body.errors[0].field]).toEqual([wrong, 422, wrong.split('=')[0]]);
    }
  });
});

describe('a job id', () => {
  it('is found in every origin, in a state and in one of them', async () => {
    const { call } = await apiKit();
    const jobs = [spec(1), spec(1, { origin: 'otc-ecs' }), spec(2)];
    await call('POST', '/v1/jobs', { body: { jobs } });
    const origins = async (query: string) =>
      (await call('GET', `/v1/jobs?jobId=${query}`)).body.items
        .map((item: { origin: string }) => item.origin)
        .toSorted();
    expect(await origins(spec(1).jobId)).toEqual(['hwc-ecs', 'otc-ecs']);
    expect(await origins(`${spec(1).jobId}&origin=otc-ecs`)).toEqual(['otc-ecs']);
    expect(await origins(`${spec(1).jobId}&state=failed`)).toEqual([]);
    expect(await origins(`${spec(1).jobId}&limit=1`)).toHaveLength(1);
    expect(await origins('nothing')).toEqual([]);
    expect((await call('GET', '/v1/jobs?jobId=a/b')).body.errors[0].field).toBe('jobId');
  });
});

describe('removing a job', () => {
  it('is silent, and the next time it is not there', async () => {
    const { call, store } = await apiKit();
    await call('POST', '/v1/jobs', { body: spec(1) });
    expect((await call('DELETE', `/v1/jobs/${key(1)}`)).status).toBe(204);
    expect((await call('DELETE', `/v1/jobs/${key(1)}`)).status).toBe(404);
    expect((await call('GET', `/v1/jobs/${key(1)}`)).status).toBe(404);
    expect((await store.deliveries.list({ limit: 9 })).rows).toEqual([]);
  });

  it('waits while something about it is not published yet', async () => {
    const { call, store } = await apiKit();
    await call('POST', '/v1/jobs', { body: spec(1) });
    const row = (await store.jobs.get(key(1)))!;
    await store.jobs.save(decide(row, failed, START + 60_000, POLICY).job);
    const got = await call('DELETE', `/v1/jobs/${key(1)}`);
    expect([got.status, got.headers.get('retry-after')]).toEqual([409, '1']);
    expect(await store.jobs.get(key(1))).not.toBeNull();
  });
});

describe('what is known of a job', () => {
  it('is explained: its history, its events, who was told and who was not', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    await settle(kit, 1);
    await kit.deliverAll();
    const { body } = await kit.call('GET', `/v1/jobs/${key(1)}/explain`);
    expect(body.job).toMatchObject({ state: 'failed', error: { code: 'Ecs.0204' } });
    expect(body.history).toEqual([
      { at: '2026-03-01T12:01:00.000Z', reason: 'failed', detail: expect.any(String) },
    ]);
    expect(body.events).toMatchObject([
      {
        kind: 'job.failed',
        published: true,
        deliveries: [{ subscription: 'ops', state: 'delivered' }],
        unmatched: [],
      },
    ]);
    expect((await kit.call('GET', `/v1/jobs/${key(9)}/explain`)).status).toBe(404);
  });

  it('has its events, once they are published', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: { jobs: [spec(1), spec(2)] } });
    const id = await settle(kit, 1);
    const row = (await kit.store.jobs.get(key(2)))!;
    await kit.store.jobs.save(decide(row, failed, START + 60_000, POLICY).job);
    const sent = await kit.call('GET', `/v1/events?job=${key(1)}`);
    expect(sent.body).toMatchObject({ items: [{ kind: 'job.failed', metadata: { id } }], next: null });
    expect((await kit.call('GET', `/v1/events?job=${key(2)}`)).body.items).toEqual([]);
    expect((await kit.call('GET', `/v1/events?job=${key(9)}`)).status).toBe(404);
  });

  it('has deliveries: of a job, of an event, of a state, each with its attempts', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: { jobs: [spec(1), spec(2)] } });
    const [one, two] = [await settle(kit, 1), await settle(kit, 2)];
    await kit.deliverAll();
    const ids = async (query: string) =>
      (await kit.call('GET', `/v1/deliveries${query}`)).body.items.map(
        (item: { eventId: string }) => item.eventId,
      );
    expect(await ids(`?job=${key(1)}`)).toEqual([one]);
    expect(await ids(`?event=${two}`)).toEqual([two]);
    expect((await ids('?state=delivered')).toSorted()).toEqual([one, two].toSorted());
    expect(await ids('?state=held')).toEqual([]);
    const { body } = await kit.call('GET', `/v1/deliveries?event=${one}`);
    const got = await kit.call('GET', `/v1/deliveries/${one}/${body.items[0].id}`);
    expect(got.body).toMatchObject({ state: 'delivered', attempts: [{ reason: 'ok' }], nextTryAt: null });
    expect((await kit.call('GET', `/v1/deliveries/${two}/${body.items[0].id}`)).status).toBe(404);
    expect((await kit.call('GET', `/v1/deliveries?job=${key(1)}&event=${one}`)).status).toBe(422);
  });

  it('sends a delivery once more, for who may see its job, and says who asked', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const id = await settle(kit, 1);
    await kit.deliverAll();
    const [{ id: deliveryId }] = (await kit.call('GET', `/v1/deliveries?event=${id}`)).body.items;
    const path = `/v1/deliveries/${id}/${deliveryId}/redeliver`;
    const stranger = await kit.tokenFor(['admin'], { projects: ['f'.repeat(32)] });
    expect((await kit.call('POST', path, { token: stranger })).status).toBe(404);
    expect((await kit.call('POST', path, { token: await kit.tokenFor(['read', 'track']) })).status).toBe(403);
    const asked = await kit.call('POST', path, {
      token: await kit.tokenFor(['admin'], { projects: [PROJECT] }),
    });
    expect(asked).toMatchObject({
      status: 202,
      body: { state: 'delivered', asked: [{ by: 'admin', how: 'redeliver' }] },
    });
    await kit.deliverAll();
    const { body } = await kit.call('GET', `/v1/deliveries?id=${deliveryId}`);
    expect(body.items).toMatchObject([{ id: deliveryId, state: 'delivered', nextTryAt: null }]);
    expect(body.items[0].attempts).toHaveLength(2);
    const explained = await kit.call('GET', `/v1/jobs/${key(1)}/explain`);
    expect(explained.body.events[0].deliveries).toMatchObject([{ id: deliveryId, asked: [{ by: 'admin' }] }]);
    expect((await kit.call('GET', `/v1/deliveries?id=dlv_${'0'.repeat(32)}`)).body.items).toEqual([]);
    expect((await kit.call('POST', path.replace(deliveryId, `dlv_${'0'.repeat(32)}`))).status).toBe(404);
    const row = (await kit.store.deliveries.get(`${id}/${deliveryId}`))!;
    await kit.store.deliveries.save({ ...row, state: 'sending' });
    expect(await kit.call('POST', path)).toMatchObject({
      status: 409,
      body: { detail: 'It is being sent just now. Ask again when that has ended.' },
    });
  });

  it('pages through the deliveries of a job with several events', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const row = (await kit.store.jobs.get(key(1)))!;
    const late = decide(
      row,
      { kind: 'not_checked', detail: '', until: 0 },
      START + POLICY.overdueAfter,
      POLICY,
    ).job;
    await dispatchStored(kit.dispatching, [jobEvent(late, late.outbox[0]!)]);
    await kit.store.jobs.save({ ...late, outbox: [] });
    await settle(kit, 1);
    const kinds: string[] = [];
    let cursor = '';
    for (let n = 0; n < 5; n += 1) {
      const { body } = await kit.call(
        'GET',
        `/v1/deliveries?job=${key(1)}&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      kinds.push(...body.items.map((item: { kind: string }) => item.kind));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(kinds).toEqual(['job.overdue', 'job.failed']);
  });
});

describe('the events of all', () => {
  const about = (body: { items: { kind: string; subject: string }[] }): string[] =>
    body.items.map(({ kind, subject }) => `${kind} ${subject}`);

  it('come the newest first, whatever they are about, wanted or not, each once', async () => {
    const ops = subscription('ops', { on: 'failures' });
    const kit = await apiKit({ fixed: [ops, subscription('too', { on: 'failures' })] });
    expect((await kit.call('GET', '/v1/events')).body).toEqual({ items: [], next: null });
    await kit.call('POST', '/v1/jobs', { body: { jobs: [spec(1), spec(2), spec(3)] } });
    await settle(kit, 1);
    await settle(kit, 2, succeeded, START + 120_000);
    await kit.call('POST', '/v1/subscriptions/ops/test');
    const { body } = await kit.call('GET', '/v1/events');
    expect(about(body).toSorted()).toEqual(
      [`job.succeeded ${key(2)}`, `job.failed ${key(1)}`, 'ping subscription/ops'].toSorted(),
    );
    expect(body.next).toBe(body.items[0].metadata.id);
    expect(about((await kit.call('GET', '/v1/events?limit=2')).body)).toEqual(about(body).slice(0, 2));
    expect((await kit.call('GET', '/v1/events?limit=1001')).body.errors[0].field).toBe('limit');
  });

  it('are as many as were asked for, also where each went to many', async () => {
    const fixed = Array.from({ length: 6 }, (_, n) => subscription(`s${n}`));
    const kit = await apiKit({ fixed });
    await kit.call('POST', '/v1/jobs', { body: { jobs: Array.from({ length: 250 }, (_, n) => spec(n)) } });
    for (let n = 0; n < 250; n += 1) {
      kit.clock.pass(1);
      await settle(kit, n, failed, START + n);
      // Forgotten since: only the deliveries know of it.
      await kit.store.jobs.remove((await kit.store.jobs.get(key(n)))!);
    }
    const got = about((await kit.call('GET', '/v1/events?limit=250')).body);
    expect(got).toEqual(Array.from({ length: 250 }, (_, n) => `job.failed ${key(249 - n)}`));
  });

  it('are cut before an answer grows too large to be sent', async () => {
    const kit = await apiKit();
    const labels = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}`, '配'.repeat(256)]));
    for (let n = 0; n < 400; n += 10) {
      const jobs = Array.from({ length: 10 }, (_, i) => spec(n + i, { labels }));
      expect((await kit.call('POST', '/v1/jobs', { body: { jobs } })).status).toBe(200);
    }
    for (let n = 0; n < 400; n += 1) {
      kit.clock.pass(1);
      await settle(kit, n, failed, START + n);
    }
    const { text, body } = await kit.call('GET', '/v1/events?limit=1000');
    expect(Buffer.byteLength(text)).toBeLessThan(4_100_000);
    expect(body.items.length).toBeGreaterThan(200);
    expect(about(body)[0]).toBe(`job.failed ${key(399)}`);
  });
});

describe('the feed', () => {
  it('has each event once, the oldest first, and goes on where it ended', async () => {
    const kit = await apiKit();
    const feed = async (after: string, limit = 2) =>
      (await kit.call('GET', `/v1/events?after=${after}&limit=${limit}`)).body;
    expect(await feed('')).toEqual({ items: [], next: null });
    await kit.call('POST', '/v1/jobs', { body: { jobs: [1, 2, 3, 4].map((n) => spec(n)) } });
    const ids = [await settle(kit, 1), await settle(kit, 2), await settle(kit, 3)];
    const first = await feed('');
    expect(first.items.map((one: { metadata: { id: string } }) => one.metadata.id)).toEqual(ids.slice(0, 2));
    const second = await feed(first.next);
    expect(second).toMatchObject({ items: [{ metadata: { id: ids[2] } }], next: ids[2] });
    expect(await feed(second.next)).toEqual({ items: [], next: ids[2] });
    kit.clock.pass(1);
    const fourth = await settle(kit, 4);
    expect(await feed(second.next)).toMatchObject({ items: [{ metadata: { id: fourth } }], next: fourth });
    const newest = (await kit.call('GET', '/v1/events?limit=1')).body;
    expect(await feed(newest.next)).toEqual({ items: [], next: newest.next });
  });

  it('waits for the next event, no longer than it is told, and only behind a cursor', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: { jobs: [1, 2].map((n) => spec(n)) } });
    const first = await settle(kit, 1);
    let second = '';
    kit.waits.meanwhile = async () => {
      kit.clock.pass(1);
      second = await settle(kit, 2);
    };
    const got = (await kit.call('GET', `/v1/events?after=${first}&wait=10`)).body;
    expect(got).toMatchObject({ items: [{ metadata: { id: second } }], next: second });
    expect(kit.waits.naps).toEqual([250]);
    kit.waits.naps = [];
    kit.waits.meanwhile = async () => {};
    const path = `/v1/events?after=${second}`;
    expect((await kit.call('GET', `${path}&wait=1`)).body).toEqual({ items: [], next: second });
    expect(kit.waits.naps).toEqual([250, 250, 250, 250]);
    await kit.call('GET', path);
    await kit.call('GET', `/v1/events?after=&wait=30`);
    expect(kit.waits.naps).toHaveLength(4);
    for (const wrong of [`${path}&wait=31`, `${path}&wait=-1`, `${path}&wait=soon`, '/v1/events?wait=3']) {
      const { status, body } = await kit.call('GET', wrong);
      expect([status, body.errors[0].field], wrong).toEqual([422, 'wait']);
    }
  });

  it('says that it cannot go on behind an event that is not kept, instead of leaving a gap', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: { jobs: [1, 2].map((n) => spec(n)) } });
    const [gone, kept] = [await settle(kit, 1), await settle(kit, 2)];
    await kit.store.events.remove((await kit.store.events.get(gone))!);
    for (const after of [gone, `evt_${'0'.repeat(32)}`]) {
      const { status, body } = await kit.call('GET', `/v1/events?after=${after}`);
      expect([status, body.type]).toEqual([410, 'urn:jobchime:problem:cursor_expired']);
      expect(body.detail).toContain("Leave 'after' empty");
    }
    expect((await kit.call('GET', `/v1/events?after=${kept}`)).status).toBe(200);
    const token = await kit.tokenFor(['read'], { projects: ['another'] });
    expect((await kit.call('GET', `/v1/events?after=${kept}`, { token })).status).toBe(410);
  });

  it('takes the id of an event alone, and not together with a job', async () => {
    const { call } = await apiKit();
    const { status, body } = await call('GET', '/v1/events?after=yesterday');
    expect([status, body.errors[0].field]).toEqual([422, 'after']);
    expect((await call('GET', `/v1/events?after=&job=${key(1)}`)).status).toBe(422);
  });
});

describe('the service', () => {
  it('shows that it works without a token, and that its store does not answer', async () => {
    const { call, store } = await apiKit();
    expect((await call('GET', '/healthz', { token: null })).body).toEqual({ status: 'ok' });
    await store.close();
    expect((await call('GET', '/healthz', { token: null })).status).toBe(503);
  });

  it.each([
    ['full', 507, 'storage_full'],
    ['read_only', 503, 'unavailable'],
    ['busy', 503, 'unavailable'],
    ['damaged', 503, 'unavailable'],
  ] as const)('says that its store is %s with %i, and not where that is', async (kind, status, problem) => {
    const trouble = new StoreTrouble(kind, 'cannot write to the store /var/lib/jobs.db: ...');
    const { call, telemetry } = await apiKit({
      over: (deps) => ({ useCases: { ...deps.useCases, track: async () => Promise.reject(trouble) } }),
    });
    for (const headers of [{}, { 'idempotency-key': 'once' }]) {
      const got = await call('POST', '/v1/jobs', { body: spec(1), headers });
      expect([got.status, got.body.type]).toEqual([status, `urn:jobchime:problem:${problem}`]);
      expect(got.text).not.toContain('/var/lib');
    }
    expect(telemetry.lines.find((line) => line.event === 'api.broken')!.error).toBe(trouble);
  });

  it('reveals nothing of itself when it is broken; the log does', async () => {
    const { call, telemetry } = await apiKit({
      over: (deps) => ({
        useCases: { ...deps.useCases, track: async () => Promise.reject(new Error('disk on fire')) },
      }),
    });
    const got = await call('POST', '/v1/jobs', { body: spec(1) });
    expect(got.status).toBe(500);
    expect(got.text).not.toContain('fire');
    expect(telemetry.lines.find((line) => line.event === 'api.broken')!.error).toMatchObject({
      message: 'disk on fire',
    });
  });
});
