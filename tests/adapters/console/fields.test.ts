/** Each field of a subscription's form, sent as a browser sends it, over both stores. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELDS, fieldsOf } from '../../../lib/adapters/console/fields.ts';
import { newSubscription } from '../../../lib/adapters/api/subscriptions/requests.ts';
import { definitionOf, ownRequest } from '../../../lib/adapters/channels/registry.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Store } from '../../../lib/ports.ts';
import { START } from '../../kit.ts';
import { CA, CERTIFICATE, KEY as PRIVATE_KEY } from '../platform/certificates.ts';
import { openAt, startDynamo, type Dynamo } from '../store/dynamodb/dynalite.ts';
import { consoleKit, type ConsoleKit } from './kit.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const STORES: [string, () => Promise<Store & { close(): unknown }>][] = [
  ['SQLite', async () => openStore(':memory:')],
  ['DynamoDB', async () => openAt(dynamo.endpoint, await dynamo.newTable(), () => START)],
];

const SIGNING_KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/s3cretpath';
const HOOK = 'https://hooks.test/in/s3cret-path';
const BOT = 'https://open.feishu.cn/open-apis/bot/v2/hook/s3cretpath';
const lines = (text: string): string => text.trim().replaceAll('\n', '\r\n');

/** What is written, and what the API shows of it then. Undefined: of a secret it shows nothing. */
const SLACK_FIELDS: [fields: Record<string, string | string[]>, shown: object | undefined][] = [
  [{ lang: 'de' }, { lang: 'de' }],
  [{ zone: 'Europe/Berlin' }, { zone: 'Europe/Berlin' }],
  [{ fold: 'none' }, { fold: 'none' }],
  [{ digest: '2h' }, { digest: { every: '2h', failures: 'at_once' } }],
  [{ digest: '09:00', digestFailures: 'wait' }, { digest: { at: '09:00', failures: 'wait' } }],
  [
    { from: '22:00', to: '07:00', days: ['', 'fri', 'sat'], quietFailures: 'at_once' },
    { quiet: { from: '22:00', to: '07:00', days: ['fri', 'sat'], failures: 'at_once' } },
  ],
  [{ above: '20', wait: '10s', every: '10m' }, { rollup: { above: 20, wait: '10s', every: '10m' } }],
  [{ rollup: 'off' }, { rollup: false }],
  [{ ordered: 'yes' }, { ordered: true }],
  [{ mention: 'here, U0123456789' }, { mention: ['here', 'U0123456789'] }],
  [{ title: '{{ message.title }}!' }, { template: { title: '{{ message.title }}!' } }],
  [{ text: 'One\r\ntwo' }, { template: { text: 'One\ntwo' } }],
];
const WEBHOOK_FIELDS: typeof SLACK_FIELDS = [
  [{ method: 'PUT' }, { request: { method: 'PUT' } }],
  [{ contentType: 'text/plain' }, { request: { contentType: 'text/plain' } }],
  [{ timeout: '30' }, { request: { timeoutSeconds: 30 } }],
  [{ path: '/{{ delivery.id }}' }, { request: { path: '/{{ delivery.id }}' } }],
  [
    { headers: 'X-Api-Key: s3cret:value\r\nX-Source: jobchime' },
    { request: { headers: ['x-api-key', 'x-source'] } },
  ],
  [
    { body: '{"k": {{ secret.routing }}}', secrets: 'routing: s3cret-routing' },
    { request: { body: '{"k": {{ secret.routing }}}', secrets: ['routing'] } },
  ],
  [
    { success: 'errcode: 0\r\nok: true\r\nsays.it: fine' },
    { request: { success: { json: { errcode: 0, ok: true, 'says.it': 'fine' } } } },
  ],
  [{ auth: 'accessKey: s3cret-access\r\nsecretKey: s3cret-key-0123456789' }, { request: { auth: true } }],
  [{ ca: lines(CA) }, { request: { ca: expect.stringContaining('CERTIFICATE') } }],
  [
    { cert: lines(CERTIFICATE), key: lines(PRIVATE_KEY) },
    { request: { cert: expect.stringContaining('CERTIFICATE') } },
  ],
  [{ signingKeys: SIGNING_KEY }, { keys: [{ until: null }] }],
  [{ skip: 'yes' }, { verification: { state: 'skipped', by: expect.any(String), detail: null } }],
];
const CASES: Case[] = [
  ...SLACK_FIELDS.map(([fields, shown]) => ({ channel: 'slack', target: SLACK, fields, shown })),
  ...WEBHOOK_FIELDS.map(([fields, shown]) => ({ channel: 'webhook', target: HOOK, fields, shown })),
  { channel: 'feishu', target: BOT, fields: { secret: 's3cretOfTheBot' }, shown: {} },
];

interface Case {
  channel: string;
  target: string;
  fields: Record<string, string | string[]>;
  shown: object | undefined;
}
const together = (cases: readonly Case[]): Case[] =>
  [...Map.groupBy(cases, ({ channel }) => channel).values()].map((some) => {
    const join = (key: string): object =>
      Object.assign({}, ...some.map(({ shown }) => (shown as Record<string, object> | undefined)?.[key]));
    const all: Case = Object.assign({}, ...some);
    const fields = Object.assign({}, ...some.map((one) => one.fields));
    const shown = Object.assign({}, ...some.map((one) => one.shown));
    if ('request' in shown) Object.assign(shown, { request: join('request') });
    if ('template' in shown) Object.assign(shown, { template: join('template') });
    return { ...all, fields, shown };
  });

const NEVER = /s3cret|PRIVATE KEY|whsec_\w/;

describe.each(STORES)('the form of a subscription, over %s', (store, open) => {
  let kit: ConsoleKit;
  let visitor: Awaited<ReturnType<ConsoleKit['signedIn']>>;
  let csrf: string;
  beforeAll(async () => {
    kit = await consoleKit({ fixed: [], store: await open() });
    visitor = await kit.signedIn(['admin']);
    [, csrf] = /name="csrf" value="([^"]*)"/.exec((await visitor.get('/subscribe')).text) as unknown as [
      string,
      string,
    ];
  });
  const send = (path: string, fields: Record<string, string | string[]>) =>
    visitor.post(path, fields, { csrf });
  const made = async (fields: Record<string, string | string[]>): Promise<string> => {
    const { status, text, says, headers } = await send('/subscribe', {
      name: 'mine',
      what: 'failures',
      ...fields,
    });
    expect([status < 400, says]).toEqual([true, says]);
    return /sub_\w+/.exec(headers.get('location') ?? text)![0];
  };
  const shownOf = async (id: string) => (await kit.call('GET', `/v1/subscriptions/${id}`)).body;
  const pages = (id: string) =>
    Promise.all(['', '/edit'].map((path) => visitor.get(`/subscriptions/${id}${path}`)));

  /** Each by itself where that takes no time; over DynamoDB all of a channel at once. */
  it.each(store === 'SQLite' ? CASES : together(CASES))('takes $fields', async (it) => {
    const { channel, target, fields, shown } = it;
    kit.clock.pass(1_000);
    const id = await made({ channel, target, ...fields });
    expect(await shownOf(id)).toMatchObject({ channel, ...shown });
    const [page, edit] = await pages(id);
    expect(page!.text + edit!.text).not.toMatch(NEVER);
    // Sent as it is shown, nothing is changed.
    const before = (await kit.store.subscriptions.get(id))!;
    await send(`/subscriptions/${id}/edit`, sentBy(edit!.text));
    expect(await kit.store.subscriptions.get(id)).toEqual(before);
    expect(JSON.stringify(before)).not.toMatch(NEVER);
  });

  it('takes a bot in Slack by its channel and its token, and shows the token nowhere', async () => {
    const bot = { channel: 'slack', 'part-to': 'C0123456789', 'part-token': 'xoxb-s3cret0123456789' };
    const id = await made({ ...bot, target: '' });
    expect((await shownOf(id)).targets[0].shown).toBe('Slack (C0123456789)');
    for (const { text } of await pages(id)) expect(text).not.toMatch(NEVER);
    await send(`/subscriptions/${id}/edit`, { 'part-to': 'C9876543210', 'part-token': bot['part-token'] });
    expect((await shownOf(id)).targets[0].shown).toBe('Slack (C9876543210)');
  });

  it('takes the secret of a bot away, which an empty field keeps', async () => {
    const id = await made({ channel: 'feishu', target: BOT, secret: 's3cretOfTheBot' });
    const sealed = async () => (await kit.store.subscriptions.get(id))!.definition!.signingKeys;
    const before = await sealed();
    const [, edit] = await pages(id);
    expect((await visitor.get('/subscribe')).text).not.toContain('noSecret');
    await send(`/subscriptions/${id}/edit`, { ...sentBy(edit!.text), name: 'other' });
    expect([before.length, await sealed()]).toEqual([1, before]);
    await send(`/subscriptions/${id}/edit`, { ...sentBy(edit!.text), noSecret: 'yes' });
    expect(await sealed()).toEqual([]);
  });

  it('takes away what is emptied', async () => {
    const id = await made({
      channel: 'slack',
      target: SLACK,
      mention: 'here',
      digest: '1h',
      above: '20',
      from: '22:00',
      to: '07:00',
      title: 'Own',
    });
    const form = sentBy((await pages(id))[1]!.text);
    const emptied = { above: '', wait: '', every: '', mention: '', digest: '', from: '', to: '', title: '' };
    await send(`/subscriptions/${id}/edit`, { ...form, ...emptied });
    const after = await shownOf(id);
    expect(after.rollup).toEqual({ above: 5, wait: '30s', every: '5m' });
    expect(Object.keys(after)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/mention|digest|quiet|template/)]),
    );
  });

  it('wants all values anew when something of a request is changed, and says which is missing', async () => {
    const id = await made({ channel: 'webhook', target: HOOK, headers: 'X-Api-Key: s3cret', method: 'PUT' });
    const [, edit] = await pages(id);
    const fields = { ...sentBy(edit!.text), method: 'PATCH' };
    expect(fields['headers' as keyof typeof fields]).toBe('x-api-key:');
    const refused = await send(`/subscriptions/${id}/edit`, fields);
    expect([refused.status, refused.says]).toEqual([
      422,
      expect.stringMatching(/request\.headers\.x-api-key is empty/),
    ]);
    expect((await shownOf(id)).request).toEqual({ method: 'PUT', headers: ['x-api-key'] });
    await send(`/subscriptions/${id}/edit`, { ...fields, headers: 'X-Api-Key: s3cret2' });
    expect((await shownOf(id)).request).toEqual({ method: 'PATCH', headers: ['x-api-key'] });
    await send(`/subscriptions/${id}/edit`, { method: '', headers: '' });
    expect(await shownOf(id)).not.toHaveProperty('request');
  });
});

describe('the form of a subscription', () => {
  it('has all that the API takes', () => {
    const own = ['name', 'on', 'pattern', 'channel', 'target'];
    const known = new Set(FIELDS.map(({ at }) => at.split('.')[0]!));
    expect(Object.keys(newSubscription().shape).toSorted()).toEqual([...own, ...known].toSorted());
    const request = FIELDS.filter(({ at }) => at.startsWith('request.')).map(({ at }) => at.split('.')[1]!);
    expect(request.toSorted()).toEqual(Object.keys(ownRequest().def.in.def.shape).toSorted());
  });

  it('sends what the chosen channel has, and nothing of others', async () => {
    const kit = await consoleKit({ fixed: [] });
    const visitor = await kit.signedIn(['admin']);
    const other = { mention: 'here', method: 'PUT', signingKeys: SIGNING_KEY, title: 'Own' };
    const fields = { name: 'mine', what: 'failures', channel: 'wecom', ...other };
    const target = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cret';
    expect((await visitor.post('/subscribe', { ...fields, target })).status).toBe(303);
    const [row] = (await kit.store.subscriptions.list({ limit: 1 })).rows;
    expect(row!.definition).toMatchObject({ template: { title: 'Own' }, signingKeys: [] });
    expect(Object.keys(row!.definition!)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/mention|request/)]),
    );
  });

  it.each([
    ['half a bot', { 'part-to': 'C0123456789' }, /token is missing\. Write to and token\./],
    [
      'a bot and an address',
      { target: SLACK, 'part-to': 'C0123456789' },
      /target does not go together with to/,
    ],
    ['no target', {}, /target/],
    [
      'a token that is none',
      { 'part-to': 'C0123456789', 'part-token': 's3cret' },
      /target is not the token of a bot/,
    ],
    ['nobody to mention', { target: SLACK, mention: 'everybody' }, /mention\[0\] names nobody/],
    [
      'a day that is none',
      { target: SLACK, from: '22:00', to: '07:00', days: 'someday' },
      /quiet\.days\[0\]/,
    ],
    ['failures of no digest', { target: SLACK, digestFailures: 'wait' }, /digest needs either every or at/],
  ])('refuses %s', async (_, fields, says) => {
    const kit = await consoleKit({ fixed: [] });
    const visitor = await kit.signedIn(['admin']);
    const shown = await visitor.post('/subscribe', {
      name: 'mine',
      what: 'failures',
      channel: 'slack',
      ...fields,
    });
    expect([shown.status, shown.says]).toEqual([422, expect.stringMatching(says)]);
    expect(shown.text).not.toMatch(NEVER);
  });

  it('shows no secret again where something else is refused, and what is none as it was written', async () => {
    const kit = await consoleKit({ fixed: [] });
    const visitor = await kit.signedIn(['admin']);
    const fields = {
      name: 'mine',
      what: 'failures',
      channel: 'webhook',
      target: HOOK,
      headers: 'X-Api-Key: s3cret\r\nX-Source: s3cret',
      secrets: 'routing: s3cret',
      auth: 'accessKey: s3cret',
      key: lines(PRIVATE_KEY),
      signingKeys: SIGNING_KEY,
      body: '{{ message.title }}',
      timeout: 'soon',
    };
    const shown = await visitor.post('/subscribe', fields);
    expect(shown.status).toBe(422);
    expect(shown.text).not.toMatch(NEVER);
    expect(shown.text).toMatch(/X-Api-Key:\nX-Source:<\/textarea>/);
    expect(shown.text).toContain('{{ message.title }}</textarea>');
    expect(shown.text).toContain('value="soon"');
    expect((await visitor.post('/subscribe', { ...fields, try: 'yes' })).text).not.toMatch(NEVER);
  });

  it('offers the channels that something can be sent over here', async () => {
    const undeployed = (name: string) =>
      name === 'slack' ? null : { problem: 'has no function', fix: 'Name it.' };
    const kit = await consoleKit({
      fixed: [],
      over: ({ subscribing }) => ({ subscribing: { ...subscribing, undeployed } }),
    });
    const { text } = await (await kit.signedIn(['admin'])).get('/subscribe');
    expect(text).toMatch(
      /<select id="s-channel" name="channel"><option value="slack" selected>slack<\/option><\/select>/,
    );
    expect(text).not.toMatch(/class="of-webhook|name="headers"/);
  });

  it('has on the page of a change what its channel has, and no more', async () => {
    const kit = await consoleKit({ fixed: [] });
    const visitor = await kit.signedIn(['admin']);
    const body = { name: 'mine', on: 'failures', channel: 'email', target: 'ops@example.com' };
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body })).body;
    const { text } = await visitor.get(`/subscriptions/${id}/edit`);
    const named = new Set([...text.matchAll(/ name="(\w+)"/g)].map(([, name]) => name));
    const own = fieldsOf(definitionOf('email')).map(({ name }) => name);
    expect(FIELDS.filter(({ name }) => named.has(name)).map(({ name }) => name)).toEqual(own);
  });
});

/** What a browser would send of the form of a draft, untouched. */
function sentBy(page: string): Record<string, string | string[]> {
  const [form = ''] = /<form[^>]*class="draft"[^]*?<\/form>/.exec(page) ?? [];
  const sent = new URLSearchParams();
  const plain = (text: string): string =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const of = (name: string): string => plain(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    if (of('name') !== 'csrf' && (of('type') !== 'checkbox' || / checked/.test(tag)))
      sent.append(of('name'), of('value'));
  }
  for (const [, name, text] of form.matchAll(/<textarea[^>]* name="(\w+)"[^>]*>([^]*?)<\/textarea>/g))
    sent.append(name!, plain(text!));
  for (const [, name, options] of form.matchAll(/<select[^>]* name="(\w+)">([^]*?)<\/select>/g))
    sent.append(
      name!,
      /value="([^"]*)" selected/.exec(options!)?.[1] ?? /value="([^"]*)"/.exec(options!)![1]!,
    );
  return Object.fromEntries(
    [...new Set(sent.keys())].map((name) => [
      name,
      sent.getAll(name).length > 1 ? sent.getAll(name) : sent.get(name)!,
    ]),
  );
}
