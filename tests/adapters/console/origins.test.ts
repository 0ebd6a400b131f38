/** The page of origins: how they are asked and answer, what jobs are found by, and the doctor. */
import { describe, expect, it } from 'vitest';
import { NEW_TRAIL } from '../../../lib/core/discover/trail.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { examineBeside, type Finding } from '../../../lib/wire/local/doctor.ts';
import { originEvent } from '../../../lib/core/jobs/event.ts';
import { dispatchStored, PROJECT, START } from '../../kit.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';
import { consoleKit, OTHER_PROJECT } from './kit.ts';

const TROUBLED = {
  state: 'unreachable' as const,
  reason: 'denied' as const,
  detail: 'HTTP 403 APIGW.0302',
  since: START - 600_000,
  answeredAt: START - 700_000,
  pace: { rate: 1.25, limit: 2, changedAt: START - 60_000, limitAt: START - 60_000 },
};

describe('the page of origins', () => {
  it('shows pace, the quota that was seen, trouble and outages', async () => {
    const kit = await consoleKit();
    const row = { ...newOrigin('hwc-ecs', START), ...TROUBLED, emitted: ['origin.unreachable' as const] };
    await kit.store.origins.create([row]);
    const entry = { kind: 'origin.unreachable' as const, at: START - 300_000, sequence: 1 };
    await dispatchStored(kit.dispatching, [originEvent(row, entry)]);
    const { says, text } = await (await kit.signedIn(['read'])).get('/origins');
    expect(says).toMatch(
      /hwc-ecs State unreachable Trouble denied HTTP 403 APIGW\.0302 Since 2026-03-01 11:50/,
    );
    expect(says).toContain('up to 1.25 checks a second, 5 when it recovers');
    expect(says).toMatch(/the cloud allowed 2 a second, 2026-03-01 11:59/);
    expect(says).toMatch(
      /otc-ecs State answers Answered last not yet Pace up to 5 checks a second Quota seen none/,
    );
    expect(says).toMatch(/Outages of late.*hwc-ecs/);
    expect(text).toContain('href="/?origin=hwc-ecs"');
  });

  it('counts what was recorded of an account, once for all of its origins', async () => {
    const trails = [{ name: 'prod-cts', projectId: PROJECT, account: 'prod' }];
    const kit = await consoleKit({
      over: ({ origins }) => ({ trails, origins: origins.map((one) => ({ ...one, account: 'prod' })) }),
    });
    const counts = [{ hour: START - (START % 3_600_000), services: { ECS: [3, 2, 40], EVS: [1, 0, 0] } }];
    await kit.store.origins.create([
      { ...newOrigin('prod-cts', START), trail: { ...NEW_TRAIL, upTo: START - 60_000, counts } } as never,
    ]);
    const visitor = await kit.signedIn(['read']);
    const { says } = await visitor.get('/origins');
    expect(says).toMatch(/Account prod State answers Calls read up to 2026-03-01 11:59/);
    expect(says).toMatch(
      /Service Calls with a job id Results Calls without an id ECS .*: 3 .*: 2 .*: 40 EVS/,
    );
    expect(says.match(/Account prod State answers/g)).toHaveLength(1);
    const { body } = await kit.call('GET', '/v1/origins');
    expect(body.items[0].discovery.services).toEqual([
      { service: 'ECS', withId: 3, results: 2, withoutId: 40 },
      { service: 'EVS', withId: 1, results: 0, withoutId: 0 },
    ]);
  });

  it('shows a token of a project its own origins alone, and neither outages nor the doctor', async () => {
    const kit = await consoleKit({ examine: async () => [] });
    await kit.store.origins.create([{ ...newOrigin('hwc-ecs', START), ...TROUBLED }]);
    const theirs = await kit.signedIn(['admin'], { projects: [OTHER_PROJECT] });
    const { says } = await theirs.get('/origins');
    expect(says).toContain('none that this token sees');
    expect(says).not.toMatch(/hwc-ecs|APIGW|Outages|Try all now/);
    expect((await theirs.post('/origins/examine')).status).toBe(403);
  });

  it('is 304 while nothing has changed', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['read']);
    const etag = (await visitor.get('/origins')).headers.get('etag')!;
    expect((await visitor.get('/origins', { 'if-none-match': etag })).status).toBe(304);
  });
});

describe('the doctor in the page', () => {
  it('says without trying anything what the last checks of each origin and account have shown, in the words of the page', async () => {
    const trails = [{ name: 'prod-cts', projectId: PROJECT, account: 'prod' }];
    const kit = await consoleKit({
      over: ({ origins: [hwc, otc] }) => ({
        trails,
        origins: [hwc!, otc!, { ...otc!, name: 'otc-evs', account: 'prod' }],
      }),
    });
    const answered = { ...newOrigin('otc-ecs', START), answeredAt: START - 60_000 };
    const trail = {
      ...newOrigin('prod-cts', START),
      state: 'troubled',
      reason: 'unavailable',
      detail: 'HTTP 502',
    };
    await kit.store.origins.create([
      { ...newOrigin('hwc-ecs', START), ...TROUBLED },
      answered,
      { ...trail, trail: { ...NEW_TRAIL, upTo: START - 120_000 } } as never,
    ]);
    const reader = await kit.signedIn(['read']);
    const said = async (lang: string): Promise<string> =>
      /Permissions and connections.*|Rechte und Verbindungen.*/.exec(
        (await reader.get(`/origins?lang=${lang}`)).says,
      )![0];
    expect(await said('en')).toMatch(
      /hwc-ecs .*wrong .*access denied: HTTP 403 APIGW\.0302 Renew its credentials, and check its project and permissions\. Answered last 2026-03-01 11:48.*otc-ecs .*right .*Answered last 2026-03-01 11:59.*otc-evs .*not known .*No check has been answered so far\..*Account prod .*wrong .*no usable answer: HTTP 502 .*Calls read up to 2026-03-01 11:58/,
    );
    expect(await said('de')).toMatch(
      /hwc-ecs .*falsch .*Zugriff verweigert: HTTP 403.*Zuletzt geantwortet 01\.03\.2026 11:48/,
    );
    expect(await said('en')).not.toMatch(/Try all now|doctor/);
  });

  const FINDINGS: Finding[] = [
    { what: 'origin hwc-ecs', ok: true, says: 'route, credentials and project are right' },
    { what: 'origin prod-cbr', ok: true, warns: true, says: 'HTTP 403', fix: 'Give the right.' },
    { what: 'origin otc-ecs', ok: false, says: 'HTTP 403', fix: 'Check credentials.' },
  ];

  it('tries all once, however many ask at a time, and says first what is wrong and what to do', async () => {
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<Finding[]>();
    const kit = await consoleKit({
      examine: () => {
        runs++;
        return promise;
      },
    });
    const visitor = await kit.signedIn(['admin']);
    expect((await visitor.get('/origins')).says).toContain('Try all now');
    const asked = [visitor.post('/origins/examine'), visitor.post('/origins/examine')];
    await new Promise((done) => setTimeout(done, 20));
    resolve(FINDINGS);
    const [one, two] = await Promise.all(asked);
    expect(runs).toBe(1);
    expect(one!.says).toMatch(
      /1 thing is wrong\..*otc-ecs.*wrong.*HTTP 403 Check credentials\..*prod-cbr.*to know.*hwc-ecs.*right/,
    );
    expect(two!.status).toBe(200);
    await visitor.post('/origins/examine');
    expect(runs).toBe(2);
  });

  it('is the one of the command, beside the service that runs', async () => {
    const secrets = createSecrets();
    const auth = '{ access_key: env:AK, secret_key: env:SK }';
    const text = `origins: { hwc-ecs: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: 'http://127.0.0.1:1', project: '${PROJECT}', auth: ${auth} } }`;
    const read = loadConfig(
      text,
      '/tmp/jobchime.yaml',
      { AK: 'EXAMPLEACCESSKEY0001', SK: 'exampleSecretKey0001' },
      secrets,
    );
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const kit = await consoleKit({ examine: () => examineBeside(read.config, secrets, parts()) });
    const parts = () => ({ store: kit.store, subscriptions: kit.subscriptions, clock: kit.clock.now });
    const visitor = await kit.signedIn(['admin']);
    await visitor.post('/subscriptions/ops/pause');
    const { says } = await visitor.post('/origins/examine');
    expect(says).toMatch(/1 thing is wrong.*origin hwc-ecs .*Check the host of its endpoint/);
    expect(says).toMatch(/subscription ops.*paused/);
  });

  it('names the command where the process has no credentials of clouds', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    expect((await visitor.get('/origins')).says).toContain('jobchime doctor --stage STAGE');
    expect((await visitor.post('/origins/examine')).status).toBe(409);
  });

  it.each(HOSTILE)('makes nothing of what a cloud writes: %j', async (text) => {
    const kit = await consoleKit({ examine: async () => [{ what: text, ok: false, says: text, fix: text }] });
    const counts = [{ hour: START - (START % 3_600_000), services: { [text]: [1, 1, 1] } }];
    await kit.store.origins.create([
      {
        ...newOrigin('hwc-ecs', START),
        ...TROUBLED,
        detail: text,
        trail: { ...NEW_TRAIL, counts },
      } as never,
    ]);
    const visitor = await kit.signedIn(['admin']);
    isOnlyText((await visitor.get('/origins')).text);
    isOnlyText((await visitor.post('/origins/examine')).text);
  });
});
