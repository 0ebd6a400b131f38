/** The pages of jobs, groups, deliveries and subscriptions: what they show, what their forms do, and for whom. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newGroup } from '../../../lib/core/jobs/group.ts';
import { memberAfter, newMember } from '../../../lib/core/jobs/member.ts';
import type { Delivery } from '../../../lib/core/notify/delivery.ts';
import { failed, PROJECT, report, running, START, subscription, succeeded, throttled } from '../../kit.ts';
import { PLACES } from '../../../lib/adapters/console/app.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';

const pathOf = ({ key }: { key: string }): string => `/jobs/${key}`;
const deliveriesOf = async (kit: ConsoleKit): Promise<Delivery[]> =>
  (await kit.store.deliveries.list({ limit: 100 })).rows;
const pageOf = ({ event, id }: Delivery): string => `/deliveries/${event.metadata.id}/${id}`;

async function withGroup(
  kit: ConsoleKit,
  n: number,
  over: Parameters<typeof job>[3] = {},
  projects: string[] | null = null,
  seen: Parameters<typeof job>[2] = failed,
) {
  const group = newGroup({ projects, name: `nightly-${n}`, requestedBy: 'ci' }, 1, START);
  await kit.store.groups.create([group]);
  const ref = { key: group.key, name: group.name, run: 1 };
  const member = await job(kit, n, seen, { ...over, group: ref as never });
  await kit.store.members.create([memberAfter(newMember(group, member.key, START), member)]);
  return { group, member };
}

describe('the page of a job', () => {
  it('tells in the order of time what was seen, told, delivered, and to whom not and why', async () => {
    const kit = await consoleKit({
      fixed: [
        subscription('ops'),
        subscription('wins', { on: 'failures', addresses: ['https://hooks.test/wins'] }),
      ],
    });
    const it = await job(kit, 1, succeeded, {
      name: 'web-1',
      labels: { team: 'web' },
      requestedBy: 'ci',
      history: [{ at: START - 5_000, reason: 'running', detail: 'RUNNING' }],
    });
    kit.answers.send = { kind: 'retry', reason: 'server_error', detail: 'HTTP 503' };
    await kit.deliverAll();
    const { says, text, status } = await (await kit.signedIn(['admin'])).get(pathOf(it));
    expect(status).toBe(200);
    for (const word of [
      'web-1',
      'team=web',
      'Requested by ci',
      'createServer',
      it.jobId,
      'huawei eu-west-101',
    ])
      expect(says).toContain(word);
    expect(says).toMatch(/running RUNNING.*Event job\.succeeded.*ops: webhook.*tried again.*HTTP 503/);
    expect(says).toMatch(/wins \(job\.succeeded\): detail/);
    expect(text).toContain(`action="${pageOf((await deliveriesOf(kit))[0]!)}/redeliver"`);
    expect(text).toContain('href="https://console.eu.huaweicloud.com/');
  });

  it('says why a job failed and what to do, its sub-jobs, and when it is checked next and why', async () => {
    const kit = await consoleKit();
    const about = report({
      error: {
        code: 'Ecs.0204',
        reason: 'quota exceeded',
        subJobs: [{ jobId: 'sub-1', jobType: 'createPort', code: 'X.1', reason: 'no port' }],
        subJobsOmitted: 0,
      },
      subJobs: { total: 3, succeeded: 2, failed: 1, running: 0 },
      entities: { server_id: 'bae51750' },
    });
    const bad = await job(kit, 1, { kind: 'failed', status: 'FAIL', report: about }, { name: 'web-1' });
    const open = await job(kit, 2, running, { name: 'web-2' });
    const visitor = await kit.signedIn(['read']);
    const { says } = await visitor.get(pathOf(bad));
    expect(says).toContain('quota exceeded (Ecs.0204)');
    expect(says).toContain('3 sub-jobs: 2 succeeded, 1 failed, 0 running');
    expect(says).toContain('createPort sub-1: no port (X.1)');
    expect(says).toMatch(/server_id: bae51750/);
    expect((await visitor.get(pathOf(open))).says).toMatch(/Next check.*because it/);
  });

  it('says in German why it is checked again', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    const whyOf = async (n: number, seen: Parameters<typeof job>[2]) =>
      (await visitor.get(`${pathOf(await job(kit, n, seen))}?lang=de`)).says;
    expect(await whyOf(1, throttled)).toMatch(
      /Nächste Prüfung .{3,40} weil die Cloud die Prüfung gedrosselt hat/,
    );
    expect(await whyOf(2, running)).toMatch(/ weil er läuft und im Abstand von 30 Sek\. geprüft wird/);
  });

  it('is not there for a job that is not tracked, nor for a path that is none', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    expect((await visitor.get(`/jobs/hwc-ecs/${PROJECT}/${'0'.repeat(32)}`)).status).toBe(404);
    for (const path of ['/jobs/HWC/x/y', `/jobs/hwc-ecs/${PROJECT}/..%2f..%2fx`, '/jobs/hwc-ecs/a%00/b'])
      expect((await visitor.get(path)).status, path).toBe(422);
    expect((await visitor.get('/jobs/hwc-ecs')).status).toBe(404);
  });

  it('mutes such messages for a while', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, running, { name: 'web-1' });
    const visitor = await kit.signedIn(['admin']);
    const { headers } = await visitor.post(`${pathOf(it)}/mute`, { for: '1h', why: 'maintenance' });
    expect(headers.get('location')).toBe(`${pathOf(it)}?done=mute`);
    const { says } = await visitor.get('/subscriptions');
    expect(says).toMatch(/Mutes.*web-1.*admin: maintenance/);
    const [mute] = (await kit.store.mutes.list({ limit: 1 })).rows;
    await visitor.post(`/mutes/${mute!.key}/end`);
    expect((await visitor.get('/subscriptions')).says).toContain('Nothing is muted.');
    expect((await visitor.post(`${pathOf(it)}/mute`, { for: '1h' })).status).toBe(422);
  });
});

describe('the page of a group', () => {
  it('says what to do in the language of the page, once', async () => {
    const kit = await consoleKit();
    const hint = 'A quota is used up: request a higher quota.';
    const error = { code: 'Ecs.0204', reason: 'quota exceeded', hint, subJobs: [], subJobsOmitted: 0 };
    const seen = { kind: 'failed' as const, status: 'FAIL', report: report({ error }) };
    const { group, member } = await withGroup(kit, 1, { name: 'web-1' }, null, seen);
    const visitor = await kit.signedIn(['read']);
    const of = await visitor.get(`${pathOf(member)}?lang=de`);
    expect(of.says.match(/Ein höheres Kontingent beantragen/g)).toHaveLength(1);
    expect(of.says.replace(/Alles, wie die API es zeigt.*/, '')).not.toContain('request a higher quota');
    const run = await visitor.get(`/groups/${group.key}?lang=de`);
    expect(run.says).toContain('Ein höheres Kontingent beantragen');
    expect(run.says).not.toContain('request a higher quota');
  });

  it('names a member that has not ended, too', async () => {
    const kit = await consoleKit();
    const { group } = await withGroup(kit, 1, { name: 'web-1' });
    const open = await job(kit, 2, running, {
      name: 'web-2',
      group: { key: group.key, name: group.name, run: 1 } as never,
    });
    await kit.store.members.create([newMember(group, open.key, START)]);
    const { says } = await (await kit.signedIn(['read'])).get(`/groups/${group.key}`);
    expect(says).toMatch(/web-1 .*failed.*web-2 .*outstanding|web-2 .*outstanding.*web-1 .*failed/);
    expect(says).not.toContain(open.jobId);
  });

  it('counts its jobs, says why they failed, and lists each of them', async () => {
    const kit = await consoleKit();
    const { group, member } = await withGroup(kit, 1, { name: 'web-1' });
    const visitor = await kit.signedIn(['admin']);
    const { says, text } = await visitor.get(`/groups/${group.key}`);
    expect(says).toMatch(/nightly-1.*failed 1.*1 × quota exceeded \(Ecs\.0204\).*Members.*web-1/);
    expect(text).toContain(`href="${pathOf(member)}"`);
    expect((await visitor.get(pathOf(member))).text).toContain(`href="/groups/${group.key}"`);
    await visitor.post(`/groups/${group.key}/close`);
    expect((await kit.store.groups.get(group.key))!.state).not.toBe('open');
    expect((await visitor.get('/groups/-/nothing/1')).status).toBe(404);
  });
});

describe('the pages of deliveries', () => {
  it('list what was sent, by state, by job and by event, and show one attempt in full', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1' });
    kit.answers.send = { kind: 'retry', reason: 'timeout', detail: 'no answer within 15 s' };
    await kit.deliverAll();
    const [row] = await deliveriesOf(kit);
    const visitor = await kit.signedIn(['read']);
    const eventId = row!.event.metadata.id;
    for (const query of ['', '?state=retrying', `?job=${it.key}`, `?event=${eventId}`])
      expect((await visitor.get(`/deliveries${query}`)).text, query).toContain(`href="${pageOf(row!)}"`);
    expect((await visitor.get('/deliveries?state=delivered')).says).toContain('There is no delivery.');
    expect((await visitor.get('/deliveries?event=nonsense')).status).toBe(422);
    const { says } = await visitor.get(pageOf(row!));
    expect(says).toMatch(/tried again.*timeout.*Attempts.*no answer within 15 s/);
    expect(says).not.toContain('Send once more');
  });

  it('send one once more', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed);
    await kit.deliverAll();
    const [row] = await deliveriesOf(kit);
    const visitor = await kit.signedIn(['admin']);
    const { headers } = await visitor.post(`${pageOf(row!)}/redeliver`);
    expect(headers.get('location')).toBe(`${pageOf(row!)}?done=redeliver`);
    await kit.deliverAll();
    expect(kit.channel.sent).toHaveLength(2);
    expect((await visitor.get(pageOf(row!))).says).toContain('redeliver by admin');
    expect(
      (await visitor.post(`${pageOf(row!)}/redeliver`, { back: '//evil.test' })).headers.get('location'),
    ).toBe('/?done=redeliver');
  });

  it('count first what a recovery would send, and send it when that is confirmed', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed);
    kit.answers.send = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };
    await kit.deliverAll();
    const visitor = await kit.signedIn(['admin']);
    const counted = await visitor.post('/recover', { span: '24h' });
    expect(counted.says).toContain('1 message would go out');
    expect((await kit.store.recoveries.list({ limit: 1 })).rows).toEqual([]);
    const fields = Object.fromEntries(
      [...counted.text.matchAll(/name="(since|until|confirmed)" value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        value!,
      ]),
    );
    const { headers } = await visitor.post('/recover', fields);
    expect(headers.get('location')).toBe('/deliveries?done=recover');
    const [begun] = (await kit.store.recoveries.list({ limit: 1 })).rows;
    expect(begun).toMatchObject({ how: 'recover', by: 'admin' });
    await visitor.post(`/recoveries/${begun!.key}/stop`);
    expect((await kit.store.recoveries.get(begun!.key))!.state).toBe('stopped');
  });
});

describe('the page of subscriptions', () => {
  const MADE = { name: 'mine', on: 'failures', channel: 'webhook', target: 'https://hooks.test/s3cret-path' };

  it('pauses, resumes and tests, also what stands in the configuration', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    await visitor.post('/subscriptions/ops/pause');
    expect((await visitor.get('/subscriptions')).says).toMatch(/ops State paused/);
    await visitor.post('/subscriptions/ops/resume');
    expect((await visitor.get('/subscriptions?done=resume')).says).toMatch(/It is resumed.*ops State active/);
    await visitor.post('/subscriptions/ops/test');
    await kit.deliverAll();
    expect(kit.channel.sent.map(({ event }) => event.kind)).toEqual(['ping']);
  });

  it('gives a webhook a new key, which is shown to the visitor who asked and on no page afterwards', async () => {
    const kit = await consoleKit();
    const made = await kit.call('POST', '/v1/subscriptions', { body: MADE });
    const visitor = await kit.signedIn(['admin']);
    const before = await visitor.get('/subscriptions');
    expect(before.says).toContain('New signing key');
    const shown = await visitor.post(`/subscriptions/${made.body.id}/rotate`);
    const [key] = /whsec_[\w+/=]+/.exec(shown.text)!;
    expect(shown.headers.get('cache-control')).toBe('no-store');
    const after = await visitor.get('/subscriptions');
    for (const { text } of [before, after]) {
      expect(text).not.toContain('whsec_');
      expect(text).not.toContain('s3cret-path');
    }
    expect(JSON.stringify(kit.telemetry.lines)).not.toContain(key);
  });
});

/** These concern all projects. */
const FOR_ALL_PROJECTS = ['/subscriptions', '/subscriptions/ops', '/subscriptions/ops/edit', '/subscribe'];
/** These show of everything what is theirs. */
const LISTS = [
  '/',
  '/?state=any',
  '/deliveries',
  '/deliveries?state=pending',
  '/preview',
  '/origins',
  '/stats',
];
/** Whether a path is one of a place such as `/jobs/:origin/:projectId/:jobId`. */
const isAt = (place: string, path: string): boolean =>
  new RegExp(`^${place.replaceAll(/:\w+/g, '[^/]+')}$`).test(path.split('?')[0]!);

/** Two projects, a job, a group and a delivery of each; what belongs to the other one is named `secret`. */
describe('on every page', () => {
  let kit: ConsoleKit;
  let secret: string[];
  let acts: string[];
  beforeAll(async () => {
    kit = await consoleKit();
    await job(kit, 1, failed, { name: 'mine' });
    const { group, member } = await withGroup(kit, 2, { name: 'secret', projectId: OTHER_PROJECT }, [
      OTHER_PROJECT,
    ]);
    await job(kit, 3, running, { name: 'secret', projectId: OTHER_PROJECT });
    const row = (await deliveriesOf(kit)).find(({ event }) => event.subject.includes(OTHER_PROJECT))!;
    secret = [
      pathOf(member),
      `/groups/${group.key}`,
      pageOf(row),
      `/preview?of=${row.event.metadata.id}`,
      ...FOR_ALL_PROJECTS,
    ];
    acts = [
      '/subscribe',
      '/origins/examine',
      `${pathOf(member)}/mute`,
      `/groups/${group.key}/close`,
      `${pageOf(row)}/redeliver`,
      '/recover',
      '/recoveries/rcv_000000000000000000000000/stop',
      ...['pause', 'resume', 'test', 'verify', 'rotate', 'edit', 'remove'].map(
        (what) => `/subscriptions/ops/${what}`,
      ),
      '/mutes/mut_000000000000000000000000/end',
    ];
  });

  it('is what is tried here, whatever pages and forms there are', () => {
    for (const place of PLACES.acts)
      expect(
        acts.some((path) => isAt(place, path)),
        place,
      ).toBe(true);
    for (const place of PLACES.pages)
      expect(
        [...secret, ...LISTS].some((path) => isAt(place, path)),
        place,
      ).toBe(true);
  });

  it('a token that is limited to projects sees what is theirs, and learns nothing of what else there is', async () => {
    const mine = await kit.signedIn(['admin'], { projects: [PROJECT] });
    for (const path of LISTS) {
      const { text } = await mine.get(path);
      expect(text, path).not.toMatch(/secret|f{32}/);
    }
    for (const path of secret) {
      const { status, text } = await mine.get(path);
      expect([path, status]).toEqual([path, FOR_ALL_PROJECTS.includes(path) ? 403 : 404]);
      expect(text, path).not.toContain('secret');
    }
    const theirs = await kit.signedIn(['admin'], { projects: [OTHER_PROJECT] });
    for (const path of secret.slice(0, 4)) expect((await theirs.get(path)).status, path).toBe(200);
  });

  it('a token that is limited to projects changes nothing of others', async () => {
    const mine = await kit.signedIn(['admin'], { projects: [PROJECT] });
    for (const path of acts.filter((one) => one !== '/recover'))
      expect([path, (await mine.post(path, { for: '1h', why: 'x' })).status]).toEqual([
        path,
        /^\/(subscri|mutes|origins)/.test(path) ? 403 : 404,
      ]);
    expect((await mine.post('/recover', { span: '24h' })).says).toMatch(/[01] messages? would go out/);
  });

  it('a token that may only read changes nothing, and is offered nothing to change', async () => {
    const reader = await kit.signedIn(['read']);
    for (const path of acts) expect([path, (await reader.post(path)).status]).toEqual([path, 403]);
    for (const path of secret) {
      const { text } = await reader.get(path);
      expect([...text.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, action]) => action)).toEqual(
        ['/sign-out'],
      );
    }
  });

  it('a form without the token of its session does nothing', async () => {
    const visitor = await kit.signedIn(['admin']);
    const deliveries = await deliveriesOf(kit);
    for (const path of acts) {
      for (const how of [
        { csrf: '' },
        { csrf: 'f'.repeat(32) },
        { headers: { 'sec-fetch-site': 'cross-site' } },
      ])
        expect([path, (await visitor.post(path, {}, how)).status]).toEqual([path, 403]);
    }
    expect(await deliveriesOf(kit)).toEqual(deliveries);
  });

  it('nobody sees anything without a session, and nothing is done by following a link', async () => {
    const stranger = kit.browser();
    for (const path of [...secret, '/deliveries', '/'])
      expect([path, (await stranger.get(path)).status]).toEqual([path, 303]);
    const visitor = await kit.signedIn(['admin']);
    // A form that is shown where it is sent has done nothing so far.
    const shown = ['/subscribe', '/subscriptions/ops/edit'];
    for (const path of acts)
      expect([path, (await visitor.get(path)).status]).toEqual([path, shown.includes(path) ? 200 : 404]);
  });
});

describe('what others write', () => {
  it.each(HOSTILE)('is only text on every page: %j', async (text) => {
    const kit = await consoleKit({ fixed: [subscription('ops', { name: text })] });
    const error = {
      code: text,
      reason: text,
      hint: text,
      subJobs: [{ jobId: text, jobType: text, code: text, reason: text }],
      subJobsOmitted: 0,
    };
    const about = report({
      jobType: text,
      error,

      subJobs: { total: 1, succeeded: 0, failed: 1, running: 0 },
      entities: { [text]: text, nested: { [text]: [text] } },
      consoleUrl: `https://console.test/${text}`,
    });
    const over = {
      name: text,
      labels: { [text]: text },
      requestedBy: text,
      correlationId: text,
      history: [{ at: START, reason: text, detail: text }],
    };
    const { group, member } = await (async () => {
      const made = newGroup({ projects: null, name: 'nightly', requestedBy: text }, 1, START);
      await kit.store.groups.create([made]);
      const ref = { key: made.key, name: text, run: 1 };
      const one = await job(
        kit,
        1,
        { kind: 'failed', status: text, report: about },
        { ...over, group: ref as never },
      );
      await kit.store.members.create([memberAfter(newMember(made, one.key, START), one)]);
      return { group: made, member: one };
    })();
    const odd = await job(kit, 2, running, { ...over, consoleUrl: `javascript:${text}` });
    kit.answers.send = { kind: 'retry', reason: 'server_error', detail: text };
    await kit.deliverAll();
    const visitor = await kit.signedIn(['admin']);
    await visitor.post(`${pathOf(odd)}/mute`, { for: '1h', why: text.toWellFormed().slice(0, 200) });
    const rows = await deliveriesOf(kit);
    const pages = [
      '/?state=any',
      pathOf(member),
      pathOf(odd),
      `/groups/${group.key}`,
      '/deliveries',
      ...rows.map(pageOf),
      '/subscriptions',
      `/subscriptions?done=${encodeURIComponent(text.toWellFormed())}`,
      `/deliveries?job=${encodeURIComponent(text.toWellFormed())}`,
    ];
    for (const path of pages) {
      const shown = await visitor.get(path);
      expect([path, shown.status < 500]).toEqual([path, true]);
      isOnlyText(shown.text);
    }
    expect(rows.length).toBeGreaterThan(0);
  });
});
