/** Single functions, fed with what AWS hands them: `events/aws/` holds it in the shape in which it was seen. */
import { answerChallenge, verifyWebhook } from '../../../receiver/index.ts';
import { serve } from '../../adapters/platform/serve.ts';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { fromInvocation } from '../../../lib/adapters/bus/envelope.ts';
import type { JobData } from '../../../lib/core/jobs/event.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import {
  newJob,
  type Job,
  type JobEventKind,
  type JobSpec,
  type OriginInfo,
} from '../../../lib/core/jobs/job.ts';
import type { Report } from '../../../lib/core/jobs/observation.ts';
import { PAGES } from '../../../lib/adapters/api/pages/page-texts.ts';
import { newMute } from '../../../lib/core/notify/mute.ts';
import { mintToken } from '../../../lib/core/access/token.ts';
import { createDynamoClient } from '../../../lib/adapters/store/dynamodb/index.ts';
import { jobId, PROJECT } from '../../kit.ts';
import { openAt } from '../../adapters/store/dynamodb/dynalite.ts';
import { ROOT, type Packaged } from './packaged.ts';
import { CREDENTIALS, REGION } from './stand-in.ts';
import { browserBehind } from './gateway.ts';
import { startWorld } from './world.ts';

interface Batch {
  Records: { messageId: string; body: string }[];
}
const read = (name: string): Batch =>
  JSON.parse(readFileSync(new URL(`events/aws/${name}.json`, ROOT), 'utf8')) as Batch;

const CONFIG = `
origins:
  hwc-ecs:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: http://127.0.0.1:9
    project: '${PROJECT}'
    auth: { token: 'ssm:/jobchime/dev/clouds/token' }
subscriptions:
  ops-failures: { on: failures, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' }
  team: { on: endings, channel: email, to: [ops@example.com] }
mail: { host: email.eu-central-1.amazonaws.com, from: jobchime@example.com }
api: { secret_key: 'ssm:/jobchime/dev/api/key', public_url: https://jobchime.example.com }
retention: 2d
log_level: warn
`;

export function functionsSuite(template: () => Packaged['template']): void {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let store: ReturnType<typeof openAt>;
  let lines: string[];
  const parameters = new Map([
    ['/jobchime/dev/config', CONFIG],
    ['/jobchime/dev/clouds/token', 'token-of-many-characters'],
    ['/jobchime/dev/api/key', Buffer.alloc(32, 7).toString('base64')],
    ['/jobchime/dev/slack/ops', 'https://hooks.slack.com/services/T0001/B0001/exampleexample'],
  ]);
  const STAMP = { id: 'eb', time: 'then' };
  beforeEach(async () => {
    lines = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    world = await startWorld({ template: template(), parameters });
    store = openAt(world.dynamo.endpoint, world.table);
  });
  afterEach(async () => {
    await store.close();
    await world.close();
    vi.restoreAllMocks();
  });
  const failed = (result: unknown): string[] =>
    (result as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures.map(
      (one) => one.itemIdentifier,
    );
  /** The rows of the jobs that the events of `sqs-route` tell of. */
  async function emitted(): Promise<void> {
    const rows = read('sqs-route').Records.map(({ body }): Job => {
      const event = JSON.parse(body) as { 'detail-type': JobEventKind; detail: { data: JobData } };
      const { job, trackedAt, detectedAt, status, outcome, ...data } = event.detail.data;
      return {
        ...newJob(
          { ...job, correlationId: 'run-4711' } as Omit<JobSpec, 'group'>,
          job as OriginInfo,
          Date.parse(trackedAt),
          0,
        ),
        state: outcome as Job['state'],
        status,
        report: { ...data, jobType: job.jobType } as Report,
        detectedAt: Date.parse(detectedAt!),
        emitted: [event['detail-type']],
        due: null,
      };
    });
    await store.jobs.create(rows);
    // As it was stored before it was published.
    const events = read('sqs-route').Records.map(({ body }) => fromInvocation(JSON.parse(body)));
    await store.events.create(events.map((event) => newEventRow(event, Date.now())));
  }
  const rings = (queue: string): number => world.queues.get(queue)!.messages.length;

  it('track takes up what an event hands in, once', async () => {
    const batch = read('sqs-track');
    for (let times = 0; times < 2; times += 1) expect(failed(await world.invoke('track', batch))).toEqual([]);
    const { rows } = await store.jobs.list({ limit: 10 });
    expect(rows.map((row) => row.jobId).toSorted()).toEqual([
      '2c9eb2c5544cbf6101544f0602af2b4f',
      '2c9eb2c5544cbf6101544f0602af2b50',
    ]);
    expect(rows[0]).toMatchObject({
      version: 1,
      name: 'web-7',
      labels: { team: 'platform' },
      requestedBy: 'terraform',
      correlationId: 'run-4711',
      consoleUrl: 'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/vmList',
      deadlineAt: Date.parse('2026-03-01T13:00:00Z'),
    });
  });

  it('track gives back what cannot be read, and only tells of what is refused', async () => {
    const [good] = read('sqs-track').Records as [Batch['Records'][0]];
    const of = (messageId: string, detail: unknown) => ({
      messageId,
      body: JSON.stringify({ ...(JSON.parse(good.body) as object), detail }),
    });
    const spec = { origin: 'hwc-ecs', projectId: PROJECT, jobIds: [jobId(1)] };
    const Records = [
      { messageId: 'no-json', body: '{' },
      of('no-jobs', { ...spec, jobIds: [] }),
      of('unknown-origin', { ...spec, origin: 'nowhere' }),
      of('misspelt', { ...spec, lables: {} }),
      good,
    ];
    expect(failed(await world.invoke('track', { Records })).toSorted()).toEqual([
      'no-jobs',
      'no-json',
      'unknown-origin',
    ]);
    const refused = lines.filter((line) => line.includes('job.refused')).join('');
    expect(refused).toContain("'nowhere' is not configured");
    expect(refused).toContain('lables');
    expect((await store.jobs.list({ limit: 10 })).rows).toHaveLength(2);
    const unknown = world.taken.find((one) => String(one['resources'][0]).startsWith('nowhere/'));
    const told = JSON.parse(readFileSync(new URL('events/aws/job.refused.json', ROOT), 'utf8')) as object;
    expect(world.taken.map((one) => [one['on'], one['source'], one['detail-type']])).toEqual([
      ['Bus', 'jobchime', 'job.refused'],
      ['Bus', 'jobchime', 'job.refused'],
    ]);
    expect({ ...unknown, ...STAMP }).toEqual({ on: 'Bus', ...told, ...STAMP });
    // Nobody is sent it, and a repeat has the same id.
    expect(rings('RouteQueue')).toBe(0);
    await world.invoke('track', { Records: [Records[2]] });
    expect(world.taken[2]!['detail']).toEqual(unknown!['detail']);
  });

  it('track knows an origin as soon as it is configured, and keeps what came too early', async () => {
    const [good] = read('sqs-track').Records as [Batch['Records'][0]];
    await world.invoke('track', { Records: [good] });
    const early = { ...good, messageId: 'early', body: good.body.replace('hwc-ecs', 'hwc-new') };
    expect(failed(await world.invoke('track', { Records: [early] }))).toEqual(['early']);
    expect(lines.join('')).toContain("the origin 'hwc-new' is not configured");
    parameters.set('/jobchime/dev/config', CONFIG.replaceAll('hwc-ecs:', 'hwc-new:'));
    expect(failed(await world.invoke('track', { Records: [early] }))).toEqual([]);
    parameters.set('/jobchime/dev/config', CONFIG);
    expect((await store.jobs.list({ limit: 10, prefix: 'hwc-new/' })).rows).toHaveLength(2);
  });

  it('route makes deliveries once, and rings again for those that are still due', async () => {
    const batch = read('sqs-route');
    await emitted();
    expect(failed(await world.invoke('route', batch))).toEqual([]);
    const { rows } = await store.deliveries.list({ limit: 10 });
    expect(rows.map((row) => `${row.subscription} ${row.event.kind}`).toSorted()).toEqual([
      'ops-failures job.failed',
      'team job.failed',
      'team job.succeeded',
    ]);
    expect([rings('SlackQueue'), rings('EmailQueue'), rings('WebhookQueue')]).toEqual([1, 2, 0]);
    expect(failed(await world.invoke('route', { Records: batch.Records.toReversed() }))).toEqual([]);
    expect((await store.deliveries.list({ limit: 10 })).rows.map((row) => row.version)).toEqual([1, 1, 1]);
    expect([rings('SlackQueue'), rings('EmailQueue')]).toEqual([2, 4]);
  });

  it('route believes the row alone: what others put on the bus is not delivered, and keeps nothing true out', async () => {
    const [first, second] = read('sqs-route').Records as [Batch['Records'][0], Batch['Records'][0]];
    await emitted();
    const forged = (messageId: string, from: string, to: string) => ({
      messageId,
      body: first.body.replaceAll(from, to),
    });
    const Records = [
      forged('other-job', '2c9eb2c5544cbf6101544f0602af2b4f', 'ffff'),
      forged('other-id', 'evt_b01129f2da9ac18676917327b54c9797', `evt_${'0'.repeat(32)}`),
      forged('other-kind', 'job.failed', 'job.lost'),
      forged('true-id', 'Quota exceeded for cores: requested 8', 'Pay at https://evil.example.com'),
      second,
    ];
    expect(failed(await world.invoke('route', { Records })).toSorted()).toEqual([
      'other-id',
      'other-job',
      'other-kind',
    ]);
    const { rows } = await store.deliveries.list({ limit: 10 });
    expect(rows).toHaveLength(3);
    const told = JSON.stringify(
      await Promise.all(rows.map(({ event }) => store.events.get(event.metadata.id))),
    );
    expect(told).not.toContain('evil');
    expect(told).toContain('Quota exceeded for cores: requested 8');
  });

  it('route keeps the good half of a batch', async () => {
    const [first, second] = read('sqs-route').Records as [Batch['Records'][0], Batch['Records'][0]];
    await emitted();
    const strange = { ...first, body: first.body.replace('"source":"jobchime"', '"source":"aws.ec2"') };
    expect(failed(await world.invoke('route', { Records: [strange, second] }))).toEqual([first.messageId]);
    expect((await store.deliveries.list({ limit: 10 })).rows).toHaveLength(1);
  });

  it('email delivers what it is rung for, and forgets rings for what is not there', async () => {
    await emitted();
    await world.invoke('route', read('sqs-route'));
    const rung = world.queues
      .get('EmailQueue')!
      .messages.map(({ id, body }) => ({ messageId: String(id), body }));
    const Records = [...rung, ...rung, ...read('sqs-doorbell').Records];
    expect(failed(await world.invoke('email', { Records }))).toEqual([]);
    expect(world.mails).toHaveLength(2);
    const { rows } = await store.deliveries.list({ state: 'delivered', limit: 10 });
    expect(rows.map((row) => row.shown)).toEqual(['ops@example.com', 'ops@example.com']);
  });

  /** Mails what is rung for. */
  async function mail(): Promise<void> {
    const { messages } = world.queues.get('EmailQueue')!;
    const Records = messages.splice(0).map(({ id, body }) => ({ messageId: String(id), body }));
    expect(failed(await world.invoke('email', { Records }))).toEqual([]);
  }

  it('what has ended is kept for as long as the configuration says', async () => {
    await emitted();
    await world.invoke('route', read('sqs-route'));
    await mail();
    const client = createDynamoClient({
      endpoint: world.dynamo.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: world.table }));
    client.destroy();
    const ttls = Items.filter((item) => item['state']?.S === 'delivered').map((item) => item['ttl']!.N);
    expect(ttls).toHaveLength(2);
    for (const ttl of ttls) expect(Math.abs(Number(ttl) - Date.now() / 1_000 - 2 * 86_400)).toBeLessThan(120);
  });

  it('email says where to unsubscribe, and api does it, in one click', async () => {
    await emitted();
    await world.invoke('route', read('sqs-route'));
    await mail();
    const headers: { Name: string; Value: string }[] = world.mails[0]!['Content'].Simple.Headers;
    const { Value } = headers.find(({ Name }) => Name === 'List-Unsubscribe')!;
    const { pathname } = new URL(Value.slice(1, -1));
    const asked = JSON.parse(readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8')) as {
      headers: object;
      requestContext: { http: object };
    };
    const click = {
      ...asked,
      rawPath: pathname,
      rawQueryString: '',
      headers: { ...asked.headers, 'content-type': 'application/x-www-form-urlencoded' },
      requestContext: {
        ...asked.requestContext,
        http: { ...asked.requestContext.http, method: 'POST', path: pathname },
      },
      body: Buffer.from('List-Unsubscribe=One-Click').toString('base64'),
      isBase64Encoded: true,
    };
    expect(await world.invoke('api', click)).toMatchObject({ statusCode: 200 });
    expect((await store.endpoints.list({ limit: 9 })).rows).toMatchObject([
      { state: 'disabled', reason: 'unsubscribed', shown: 'ops@example.com' },
    ]);
    // A person who looks again, or at a link that was cut, sees a page in their language.
    const look = (path: string) =>
      world.invoke('api', {
        ...asked,
        rawPath: path,
        rawQueryString: '',
        headers: { ...asked.headers, accept: 'text/html', 'accept-language': 'de-DE,en;q=0.5' },
        requestContext: {
          ...asked.requestContext,
          http: { ...asked.requestContext.http, method: 'GET', path },
        },
      });
    const html = { 'content-type': 'text/html; charset=utf-8', 'content-language': 'de' };
    const shown = [
      [pathname, 200, PAGES.de.unsubscribedBefore.title],
      [pathname.slice(0, -5), 404, PAGES.de.badLink.title],
      ['/v1/unsubscribe', 404, PAGES.de.nothingHere.title],
    ] as const;
    for (const [path, statusCode, title] of shown)
      expect(await look(path)).toMatchObject({
        statusCode,
        headers: html,
        body: expect.stringContaining(`<h1>${title}</h1>`) as string,
      });
  });

  /** What SES says of the first mail, as EventBridge has it. */
  function saidOf(sample: string, over: object = {}): Record<string, unknown> {
    const said = JSON.parse(readFileSync(new URL(`events/aws/${sample}.json`, ROOT), 'utf8')) as {
      detail: { mail: { tags: Record<string, string[]> } };
    };
    const marks = world.mails[0]!['EmailTags'] as { Name: string; Value: string }[];
    for (const { Name, Value } of marks) said.detail.mail.tags[Name] = [Value];
    Object.assign(said.detail.mail.tags, over);
    return said;
  }

  it.each([
    ['ses-bounced', 'bounced', { state: 'failed', reason: 'bounced' }],
    ['ses-complained', 'complained', { state: 'delivered', reason: 'ok' }],
  ])(
    'route disables an address of which SES says what is in %s, and others hear of it',
    async (sample, reason, delivery) => {
      await emitted();
      await world.invoke('route', read('sqs-route'));
      await mail();
      expect(world.mails[0]!['ConfigurationSetName']).toBe('jobchime-dev');
      world.queues.get('SlackQueue')!.messages.length = 0;
      // Told twice, and of the mail of somebody else.
      for (let told = 0; told < 2; told += 1) world.happen(saidOf(sample));
      world.happen(saidOf(sample, { 'ses:configuration-set': ['somebody-else'] }));
      expect(rings('RouteQueue')).toBe(2);
      await world.deliver();
      expect((await store.endpoints.list({ limit: 9 })).rows).toMatchObject([
        { state: 'disabled', reason, shown: 'ops@example.com' },
      ]);
      const [marked] = world.mails[0]!['EmailTags'] as { Value: string }[];
      const deliveries = (await store.deliveries.list({ prefix: `${marked!.Value}/`, limit: 9 })).rows;
      expect(deliveries.find(({ channel }) => channel === 'email')).toMatchObject(delivery);
      await world.sweep();
      const told = world.taken.filter((it) => it['detail-type'] === 'subscription.disabled');
      expect(told).toMatchObject([{ on: 'Bus', detail: { data: { reason, target: 'ops@example.com' } } }]);
      expect(rings('UndeliveredEvents')).toBe(0);
    },
  );

  it('route believes nobody but SES, and nothing of a delivery that there is not', async () => {
    await emitted();
    await world.invoke('route', read('sqs-route'));
    await mail();
    world.queues.get('SlackQueue')!.messages.length = 0;
    // Only AWS may put `aws.` on a bus; our own takes our own alone.
    const said = saidOf('ses-bounced');
    world.publish({
      EventBusName: 'bus',
      Source: 'aws.ses',
      DetailType: 'Email Bounced',
      Detail: JSON.stringify(said['detail']),
    });
    world.publish({
      EventBusName: 'intake',
      Source: 'aws.ses',
      DetailType: 'Email Bounced',
      Detail: JSON.stringify(said['detail']),
    });
    expect(rings('RouteQueue')).toBe(0);
    world.happen(saidOf('ses-bounced', { 'jobchime-delivery': ['dlv_of-nobody'] }));
    await world.deliver();
    expect((await store.endpoints.list({ state: 'disabled', limit: 9 })).rows).toEqual([]);
    expect(rings('RouteDeadLetters')).toBe(0);
  });

  it('a function gives all messages back when the table is in trouble', async () => {
    await emitted();
    await world.invoke('route', read('sqs-route'));
    const Records = world.queues
      .get('EmailQueue')!
      .messages.map(({ id, body }) => ({ messageId: String(id), body }));
    await world.dynamo.close();
    expect(failed(await world.invoke('email', { Records }))).toHaveLength(2);
    expect(world.mails).toEqual([]);
  }, 60_000);

  it('a function says which parameter is missing, and goes on with everybody else', async () => {
    parameters.delete('/jobchime/dev/slack/ops');
    await emitted();
    expect(failed(await world.invoke('route', read('sqs-route')))).toEqual([]);
    expect(lines.join('')).toContain('/jobchime/dev/slack/ops');
    parameters.set('/jobchime/dev/slack/ops', 'https://hooks.slack.com/services/T0001/B0001/exampleexample');
  });

  it('a function says which subscription has a channel that the stage has no function for', async () => {
    const lacking = structuredClone(template());
    const {
      Environment: { Variables },
    } = lacking.Resources['RouteLambdaFunction']!.Properties as unknown as {
      Environment: { Variables: Record<string, unknown> };
    };
    Variables['JOBCHIME_CHANNELS'] = 'email,webhook';
    delete Variables['JOBCHIME_SLACK_QUEUE'];
    const own = await startWorld({ template: lacking, parameters });
    onTestFinished(own.close);
    delete process.env['JOBCHIME_SLACK_QUEUE'];
    await own.invoke('route', { Records: [] });
    expect(lines.join('')).toContain(
      '"where":"subscriptions.ops-failures.channel","problem":"is slack, and this stage has no function',
    );
  });

  it('email sends nothing while the certificate is missing that it is to believe, and says so', async () => {
    const tls = "tls: { ca: 'ssm:/jobchime/dev/email/ca' }, from: job";
    parameters.set('/jobchime/dev/config', CONFIG.replace('from: job', tls));
    await emitted();
    await world.invoke('route', read('sqs-route'));
    await mail();
    parameters.set('/jobchime/dev/config', CONFIG);
    expect(world.mails).toEqual([]);
    const waiting = (await store.deliveries.list({ state: 'retrying', limit: 9 })).rows;
    expect(waiting[0]?.attempts[0]?.detail).toContain('ssm:/jobchime/dev/email/ca');
    expect(lines.join('')).toContain('mail.tls.ca');
  });

  it('api answers behind the gateway to a token', async () => {
    const { token, text } = mintToken(
      { name: 'ci', scopes: ['read'], projects: null, expiresAt: null },
      Date.now(),
      randomBytes,
    );
    await store.tokens.create([token]);
    await world.invoke('track', read('sqs-track'));
    const request = readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8');
    const stranger = await world.invoke('api', JSON.parse(request));
    expect(stranger).toMatchObject({ statusCode: 401 });
    const answer = await world.invoke('api', JSON.parse(request.replace('TOKEN', text)));
    expect(answer).toMatchObject({ statusCode: 200 });
    expect((answer as { body: string }).body).toContain('2c9eb2c5544cbf6101544f0602af2b4f');
  });

  it('api asks a webhook before it gets anything, rotates its key, and removes it', async () => {
    const { url, requests } = await serve((_, response, body) =>
      response.end(answerChallenge({ event: JSON.parse(body) as { type: string } })),
    );
    parameters.set('/jobchime/dev/config', `${CONFIG}allow_private: [127.0.0.1]\n`);
    const admin = { name: 'ci', scopes: ['admin' as const], projects: null, expiresAt: null };
    const { token, text } = mintToken(admin, Date.now(), randomBytes);
    await store.tokens.create([token]);
    const request = readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8');
    const asked = JSON.parse(request.replace('TOKEN', text)) as {
      headers: object;
      requestContext: { http: object };
    };
    const ask = async (method: string, path: string, body: object) => {
      const { http } = asked.requestContext;
      const answer = await world.invoke('api', {
        ...asked,
        rawPath: path,
        rawQueryString: '',
        headers: { ...asked.headers, 'content-type': 'application/json' },
        requestContext: { ...asked.requestContext, http: { ...http, method, path } },
        body: JSON.stringify(body),
        isBase64Encoded: false,
      });
      const { statusCode, body: said } = answer as { statusCode: number; body: string };
      return { statusCode, said: JSON.parse(said || '{}') as { id: string; signingKeys: [string] } };
    };
    const hook = { name: 'ci', on: 'failures', channel: 'webhook', target: `${url}/hooks` };
    const made = await ask('POST', '/v1/subscriptions', hook);
    const rotated = await ask('POST', `/v1/subscriptions/${made.said.id}/rotate`, {});
    const removed = await ask('DELETE', `/v1/subscriptions/${made.said.id}`, {});
    parameters.set('/jobchime/dev/config', CONFIG);
    expect([made.statusCode, made.said]).toMatchObject([201, { verification: { state: 'verified' } }]);
    const { headers, body } = requests[0]!;
    expect(verifyWebhook(headers, body, made.said.signingKeys).ok).toBe(true);
    expect([rotated.statusCode, rotated.said]).toMatchObject([200, { keys: [{ until: null }, {}] }]);
    expect(rotated.said.signingKeys).not.toEqual(made.said.signingKeys);
    expect(removed.statusCode).toBe(204);
    expect(await store.subscriptions.get(made.said.id)).toBeNull();
  });

  it('api shows the console to a browser behind the gateway: sign-in, pages, forms, and what has not changed', async () => {
    const admin = { name: 'ci', scopes: ['admin' as const], projects: null, expiresAt: null };
    const { token, text: secret } = mintToken(admin, Date.now(), randomBytes);
    await store.tokens.create([token]);
    await world.invoke('track', read('sqs-track'));
    const browser = browserBehind((event) => world.invoke('api', event));

    expect((await browser.get('/')).headers['location']).toBe('/sign-in');
    expect((await browser.get('/sign-in')).body).toContain('<form method="post" action="/sign-in">');
    const refused = await browser.post('/sign-in', { token: `${secret.slice(0, -1)}g` });
    expect([refused.statusCode, browser.jar.size]).toEqual([403, 0]);
    const entered = await browser.post('/sign-in', { token: secret, back: '/?state=any' });
    expect([entered.statusCode, entered.headers['location']]).toEqual([303, '/?state=any']);
    expect(entered.cookies).toEqual([
      expect.stringMatching(/^__Host-jobchime-session=[^;]+;.* HttpOnly; SameSite=Strict; Secure$/),
    ]);

    // Nobody can be kept waiting here: the page asks, and is told where nothing has changed.
    const board = await browser.get('/?state=any');
    expect(board.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(board.body).toMatch(/ data-poll="10"[^]*web-7/);
    expect(board.body).not.toContain('data-live="/live"');
    const same = await browser.get('/?state=any', { 'if-none-match': board.headers['etag']! });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect((await browser.get('/live')).statusCode).toBe(204);
    const [, style] = /href="(\/assets\/console[^"]+\.css)"/.exec(board.body)!;
    const css = await browser.get(style!);
    expect([css.statusCode, css.body]).toEqual([200, expect.stringContaining(':root{')]);

    for (const path of [
      '/subscriptions',
      '/subscriptions/ops-failures',
      '/subscribe',
      '/origins',
      '/stats',
      '/deliveries',
      '/preview?channel=email&in=de',
    ])
      expect([path, (await browser.get(path)).statusCode]).toEqual([path, 200]);
    expect((await browser.get('/origins')).body).toContain('jobchime doctor --stage STAGE');
    for (const [channel, file] of [
      ['email', 'email.html'],
      ['slack', 'slack.json'],
      ['wecom', 'wecom.json'],
    ])
      expect((await browser.get(`/preview?channel=${channel}`)).body).toContain(file);

    const tried = await browser.post('/subscribe', {
      what: 'pattern',
      pattern: '{"detail-type":["job.failed"],"detail":{"data":{"job":{"name":["Zürich"]}}}}',
      try: 'yes',
    });
    expect([tried.statusCode, tried.body]).toEqual([200, expect.stringContaining('Zürich')]);
    const paused = await browser.post('/subscriptions/ops-failures/pause');
    expect(paused.headers['location']).toBe('/subscriptions/ops-failures?done=pause');
    expect((await store.subscriptions.get('ops-failures'))!.state).toBe('paused');
    const forged = await browser.post('/subscriptions/ops-failures/resume', { csrf: 'f'.repeat(32) });
    expect(forged.statusCode).toBe(403);
    expect((await store.subscriptions.get('ops-failures'))!.state).toBe('paused');
    await browser.post('/sign-out');
    expect([browser.jar.size, (await browser.get('/')).statusCode]).toEqual([0, 303]);
  }, 60_000);

  it('sweep forgets a mute that was over long ago', async () => {
    const longAgo = Date.now() - 90 * 24 * 3_600_000;
    const what = {
      which: { name: 'web*' },
      until: longAgo,
      why: 'a rollout',
      by: 'Anna',
      failuresAtOnce: true,
    };
    await store.mutes.create([newMute('mut_1', what, longAgo)]);
    await world.sweep();
    expect(await store.mutes.get('mut_1')).toBeNull();
  });

  it.each(['email', 'slack', 'webhook'])('%s takes a window away that needs no message', async (channel) => {
    parameters.set('/jobchime/dev/webhook/key', `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
    parameters.set(
      '/jobchime/dev/config',
      CONFIG.replace(
        'subscriptions:',
        `subscriptions:
  everybody: { on: endings, channel: webhook, target: 'https://ci.example.com/hook', signing_keys: ['ssm:/jobchime/dev/webhook/key'] }`,
      ),
    );
    await emitted();
    await world.invoke('route', read('sqs-route'));
    parameters.set('/jobchime/dev/config', CONFIG);
    const waiting = async () => {
      const { rows } = await store.deliveries.list({ limit: 99 });
      return rows.filter((row) => row.channel === channel);
    };
    for (const row of await waiting())
      await store.deliveries.save({ ...row, state: 'gathering', window: { why: 'rate', few: 1 } });
    const { messages } = world.queues.get(`${channel[0]!.toUpperCase()}${channel.slice(1)}Queue`)!;
    expect(messages.length).toBeGreaterThan(0);
    const Records = messages.map(({ id, body }) => ({ messageId: String(id), body }));
    expect(failed(await world.invoke(channel, { Records }))).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('api puts a drill on the bus, and route makes deliveries of it', async () => {
    const admin = { name: 'ci', scopes: ['admin' as const], projects: null, expiresAt: null };
    const { token, text } = mintToken(admin, Date.now(), randomBytes);
    await store.tokens.create([token]);
    const request = readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8');
    const asked = JSON.parse(request.replace('TOKEN', text)) as {
      headers: object;
      requestContext: { http: object };
    };
    const { http } = asked.requestContext;
    const answer = (await world.invoke('api', {
      ...asked,
      rawPath: '/v1/drills',
      rawQueryString: '',
      headers: { ...asked.headers, 'content-type': 'application/json' },
      requestContext: { ...asked.requestContext, http: { ...http, method: 'POST', path: '/v1/drills' } },
      body: '{}',
      isBase64Encoded: false,
    })) as { statusCode: number; body: string };
    expect(answer.statusCode, answer.body).toBe(202);
    const { event } = JSON.parse(answer.body) as { event: { metadata: { id: string } } };
    const [routed] = world.queues.get('RouteQueue')!.messages;
    expect(JSON.parse(routed!.body)).toMatchObject({
      detail: { metadata: { id: event.metadata.id, drill: true } },
    });
    const batch = { Records: [{ messageId: '1', body: routed!.body }] };
    expect(failed(await world.invoke('route', batch))).toEqual([]);
    const { rows } = await store.deliveries.list({ limit: 9 });
    expect(rows.map(({ subscription }) => subscription).toSorted()).toEqual(['ops-failures', 'team']);
  });

  /** `POST /v1/intake` of the packaged function, behind the gateway. */
  async function intake(into = world, table = store) {
    const hook = { name: 'hook', scopes: ['track' as const], projects: null, expiresAt: null };
    const { token, text } = mintToken(hook, Date.now(), randomBytes);
    await table.tokens.create([token]);
    const asked = JSON.parse(
      readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8').replace('TOKEN', text),
    ) as { headers: Record<string, string>; requestContext: { http: object } };
    const post = async (body: object, headers: Record<string, string>) =>
      (await into.invoke('api', {
        ...asked,
        rawPath: '/v1/intake',
        rawQueryString: '',
        headers,
        requestContext: {
          ...asked.requestContext,
          http: { ...asked.requestContext.http, method: 'POST', path: '/v1/intake' },
        },
        body: JSON.stringify(body),
        isBase64Encoded: false,
      })) as { statusCode: number; body: string };
    return { asked, post };
  }

  it('api takes calls that hooks hand in, and refuses a message of SMN that nobody has configured', async () => {
    const { asked, post } = await intake();
    const { authorization: _, ...without } = asked.headers;
    const call = { url: `http://127.0.0.1:9/v1.1/${PROJECT}/cloudservers`, body: { job_id: 'from-a-hook' } };
    const taken = await post(call, { ...asked.headers, 'content-type': 'application/json' });
    expect([taken.statusCode, JSON.parse(taken.body)]).toMatchObject([
      200,
      { results: [{ outcome: 'tracked' }], ignored: 0 },
    ]);
    const message = {
      type: 'Notification',
      message_id: '1',
      message: '',
      signature: '',
      timestamp: '2026-03-01T12:00:00Z',
      topic_urn: `urn:smn:eu-de:${PROJECT}:jobs`,
      signing_cert_url: 'https://smn.eu-de.otc.t-systems.com/smn/a.pem',
    };
    const refused = await post(message, { ...without, 'content-type': 'text/plain' });
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('its topic is not configured');
  });

  it('sweep runs when the Scheduler says so, and says how it went', async () => {
    parameters.set('/jobchime/dev/config', CONFIG.replace('log_level: warn', 'log_level: info'));
    await world.invoke('sweep', read('scheduler'), 36_000);
    parameters.set('/jobchime/dev/config', CONFIG);
    const line = lines
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((one) => one['event'] === 'sweep.finished');
    expect(line).toMatchObject({ sweeps: 1, checked: 0, lagMs: 0, stage: 'dev', 'sweep.finished.lagMs': 0 });
  });

  interface Busy {
    effect?: () => boolean;
    /** In which parameter the second origin has its credentials, and what else is configured. */
    token?: string;
    more?: string;
  }
  /** Two origins of twenty jobs each, which ask for more than one worker has. */
  async function busy({ effect, token = 'token', more = '' }: Busy = {}) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 1, 12), shouldAdvanceTime: true });
    onTestFinished(() => void vi.useRealTimers());
    const cloud = await serve((request, response) =>
      response.end(
        JSON.stringify({
          job_id: request.url!.split('/').at(-1),
          job_type: 'createServer',
          status: 'SUCCESS',
          begin_time: '2026-03-01T11:58:01Z',
          entities: {},
        }),
      ),
    );
    const origin = (name: string, secret: string) => `
  ${name}:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: ${cloud.url}/${name}
    project: '${PROJECT}'
    auth: { token: 'ssm:/jobchime/dev/clouds/${secret}' }
    rate: 100`;
    const values = new Map(parameters);
    values.set(
      '/jobchime/dev/config',
      `origins:${origin('one', 'token')}${origin('two', token)}
${more}policy: { check_every: 1s }
subscriptions: { all: { on: everything, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' } }
allow_private: [127.0.0.1]
log_level: error
`,
    );
    const own = await startWorld({ template: template(), parameters: values, ...(effect && { effect }) });
    const table = openAt(own.dynamo.endpoint, own.table, Date.now);
    onTestFinished(async () => {
      await table.close();
      await own.close();
    });
    const info = { service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    const handIn = (from: number, count: number) => {
      const jobs = ['one', 'two'].flatMap((name) =>
        Array.from({ length: count }, (_, n) =>
          newJob(
            { origin: name, projectId: PROJECT, jobId: jobId(from + n), labels: {} },
            { ...info, origin: name },
            Date.now() - 60_000,
            Date.now() - 30_000,
          ),
        ),
      );
      return table.jobs.create(jobs);
    };
    await handIn(1, 20);
    const ended = async () => (await table.jobs.list({ state: 'succeeded', limit: 99 })).rows.length;
    const told = () =>
      new Set(
        own.taken
          .filter((event) => event['detail-type'] === 'job.succeeded')
          .map((event) => (event['detail'] as { metadata: { id: string } }).metadata.id),
      );
    const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
    return { own, table, values, handIn, ended, told, pass };
  }
  const waitingIn = (own: typeof world, queue: string): number => own.queues.get(queue)!.messages.length;

  it('sweep hands over what is too much for one run, and another run of it takes that up', async () => {
    const { own, ended, told } = await busy();
    await own.sweep();
    expect([await ended(), waitingIn(own, 'SweepQueue')]).toEqual([20, 1]);
    await own.deliver();
    expect([await ended(), waitingIn(own, 'SweepQueue'), told().size]).toEqual([40, 0, 40]);
  });

  it('sweep loses nothing where a worker dies in the middle, and drops its message when that comes again', async () => {
    let left = Infinity;
    const { own, ended, told, pass } = await busy({ effect: () => (left -= 1) === 0 });
    await own.sweep();
    left = 9;
    await own.deliver();
    expect(left).toBeLessThanOrEqual(0);
    expect(await ended()).toBeLessThan(40);
    expect(waitingIn(own, 'SweepQueue')).toBe(1);
    pass(60_000);
    await own.sweep();
    await own.deliver();
    pass(60_000);
    await own.sweep();
    await own.deliver();
    expect([await ended(), told().size]).toEqual([40, 40]);
    pass(600_000);
    await own.deliver();
    expect([waitingIn(own, 'SweepQueue'), waitingIn(own, 'SweepDeadLetters')]).toEqual([0, 0]);
  });

  it('sweep goes on with all else where a secret is missing, in a new container and in one that runs', async () => {
    const { own, table, values, handIn, pass } = await busy({
      token: 'other',
      more: `accounts:
  prod:
    cloud: otc
    region: eu-de
    project: '${PROJECT}'
    auth: { access_key: 'ssm:/jobchime/dev/clouds/ak', secret_key: 'ssm:/jobchime/dev/clouds/sk' }
`,
    });
    const minute = async () => {
      await own.sweep();
      await own.deliver();
      pass(360_000);
    };
    const ended = async (): Promise<number[]> => {
      const { rows } = await table.jobs.list({ state: 'succeeded', limit: 99 });
      return ['one', 'two'].map((name) => rows.filter(({ origin }) => origin === name).length);
    };
    const missing = () =>
      new Set(
        lines
          .map((line) => JSON.parse(line) as { event: string; where: string })
          .filter(({ event }) => event === 'settings.unresolved')
          .map(({ where }) => where),
      );
    await minute();
    expect(await ended()).toEqual([20, 0]);
    const ofAccount = ['accounts.prod.auth.access_key', 'accounts.prod.auth.secret_key'];
    expect([...missing()].toSorted()).toEqual([...ofAccount, 'origins.two.auth.token']);
    // It comes: what waited for it goes on.
    values.set('/jobchime/dev/clouds/other', 'another-token-of-many-characters');
    await minute();
    await minute();
    expect(await ended()).toEqual([20, 20]);
    // The other one goes, from a container that has had it.
    values.delete('/jobchime/dev/clouds/token');
    lines.length = 0;
    await handIn(21, 2);
    await minute();
    expect(await ended()).toEqual([20, 22]);
    expect([...missing()].toSorted()).toEqual([...ofAccount, 'origins.one.auth.token']);
  });

  it('sweep puts a message that it cannot read among the dead letters, and goes on with the others', async () => {
    const { own, ended, pass } = await busy();
    const poison = { id: -1, body: '{"origins":"all"}', visibleAt: 0, receives: 0 };
    own.queues.get('SweepQueue')!.messages.push(poison);
    await own.sweep();
    for (let n = 0; n < 10; n += 1) {
      if ((await ended()) < 40) await own.sweep();
      await own.deliver();
      pass(600_000);
    }
    expect(await ended()).toBe(40);
    expect([waitingIn(own, 'SweepQueue'), waitingIn(own, 'SweepDeadLetters')]).toEqual([0, 1]);
  });

  it('api has the records read now that a push rings for, by a run of the sweep of its own', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 1, 12), shouldAdvanceTime: true });
    onTestFinished(() => void vi.useRealTimers());
    const traces: object[] = [];
    const cloud = await serve((request, response) => {
      const isTraces = request.url!.includes('/traces');
      const answer = isTraces ? { traces, meta_data: { marker: null } } : { job_id: 'a', status: 'RUNNING' };
      response.end(JSON.stringify(answer));
    });
    const reads = () => cloud.requests.filter(({ path }) => path.includes('/traces')).length;
    const values = new Map(parameters);
    values.set(
      '/jobchime/dev/config',
      `accounts:
  prod:
    cloud: otc
    region: eu-de
    endpoint: ${cloud.url}/{dialect}
    project: '${PROJECT}'
    auth: { token: 'ssm:/jobchime/dev/clouds/token' }
    discover: true
subscriptions: { all: { on: everything, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' } }
allow_private: [127.0.0.1]
log_level: error
`,
    );
    const own = await startWorld({ template: template(), parameters: values });
    const table = openAt(own.dynamo.endpoint, own.table, Date.now);
    onTestFinished(async () => {
      await table.close();
      await own.close();
    });
    const { asked, post } = await intake(own, table);
    await own.sweep();
    expect(reads()).toBe(1);
    vi.setSystemTime(Date.now() + 20_000);
    traces.push({
      trace_id: 't1',
      trace_name: 'createServer',
      service_type: 'ECS',
      time: Date.now() - 60_000,
      response: '{"job_id":"a"}',
    });
    const push = { cts: { trace_id: 't1', project_id: PROJECT } };
    const headers = { ...asked.headers, 'content-type': 'application/json' };
    for (let n = 0; n < 3; n += 1) {
      const { statusCode, body } = await post(push, headers);
      expect([statusCode, JSON.parse(body)]).toEqual([
        200,
        { from: 'functiongraph', checked: 0, accounts: 1 },
      ]);
    }
    // However many ring, one run reads.
    expect(waitingIn(own, 'SweepQueue')).toBe(1);
    await own.deliver();
    expect([reads(), waitingIn(own, 'SweepQueue')]).toEqual([2, 0]);
    expect((await table.jobs.list({ limit: 9 })).rows.map(({ key }) => key)).toEqual([
      `prod-ecs/${PROJECT}/a`,
    ]);
    // Where the bell is rung too soon after, the message waits for its time.
    vi.setSystemTime(Date.now() + 2_000);
    await post(push, headers);
    await own.deliver();
    expect([reads(), waitingIn(own, 'SweepQueue')]).toEqual([2, 1]);
    vi.setSystemTime(Date.now() + 9_000);
    await own.deliver();
    expect([reads(), waitingIn(own, 'SweepQueue')]).toEqual([3, 0]);
  });
}
