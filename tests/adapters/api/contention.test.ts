/** A caller that changes a row while others do is told what became of it, and nothing else. */
import { afterEach, expect, it } from 'vitest';
import { enable } from '../../../lib/app/deliver/release.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { untrack } from '../../../lib/app/sweep/untrack.ts';
import { unsubscribeLinks } from '../../../lib/adapters/platform/unsubscribe-link.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { judge, newEndpoint, unsubscribed } from '../../../lib/core/notify/endpoint.ts';
import { newTarget } from '../../../lib/core/notify/target.ts';
import { contended, jobId, PROJECT, spec, START } from '../../kit.ts';
import { apiKit, KEY, type Got } from './kit.ts';

type Kit = Awaited<ReturnType<typeof apiKit>>;
let kit: Kit;
afterEach(() => kit.store.close());

/** The API beside others that write first, as many times as are left. */
async function busyKit() {
  const others = { left: 0 };
  const subscriptionWriters = { left: 0 };
  kit = await apiKit({
    over: (deps) => {
      const { clock, telemetry } = deps;
      const endpoints = contended(deps.store.endpoints, others);
      const jobs = contended(deps.store.jobs, others);
      return {
        store: { ...deps.store, subscriptions: contended(deps.store.subscriptions, subscriptionWriters) },
        useCases: {
          ...deps.useCases,
          untrack: (key) => untrack({ jobs, telemetry }, key),
          enable: (one, which) => enable({ endpoints }, one, which),
          unsubscribe: (unsubscribeRequest) =>
            unsubscribe({ store: { endpoints }, clock, telemetry }, unsubscribeRequest),
        },
      };
    },
  });
  return { others, subscriptionWriters };
}

const mail = { name: 'me', on: 'endings', channel: 'email', target: 'me@example.com' };
const slack = {
  name: 'web',
  on: 'endings',
  channel: 'slack',
  target: 'https://hooks.slack.com/services/T0/B0/x',
};
const made = async (body: object): Promise<string> =>
  (await kit.call('POST', '/v1/subscriptions', { body })).body.id;
const linkOf = (n: number): string => new URL(kit.mails[n]!.link).pathname;
const stateOf = async (id: string): Promise<string | undefined> =>
  (await kit.store.subscriptions.get(id))?.state;

const busy = ({ status, body, headers }: Got): void => {
  const isPage = headers.get('content-type')?.startsWith('text/html');
  const said = isPage ? /<h1>(.*)<\/h1>/.exec(String(body))?.[1] : body.detail;
  expect([status, said]).toEqual([
    409,
    isPage ? 'This did not work just now' : 'It is being changed by others. Try again.',
  ]);
  expect(headers.get('retry-after')).toBe('1');
};

it('a subscription is paused, resumed, changed and removed though others write to it meanwhile', async () => {
  const { subscriptionWriters: others } = await busyKit();
  const id = await made(slack);
  const path = `/v1/subscriptions/${id}`;
  const steps: [method: string, path: string, body?: object][] = [
    ['POST', `${path}/pause`],
    ['POST', `${path}/resume`],
    ['PATCH', path, { name: 'other' }],
    ['DELETE', path],
  ];
  for (const [method, at, body] of steps) {
    others.left = Infinity;
    busy(await kit.call(method, at, { body }));
    others.left = 7;
    expect((await kit.call(method, at, { body })).status, `${method} ${at}`).toBeLessThan(300);
    expect(others.left).toBe(0);
  }
  expect(await stateOf(id)).toBeUndefined();
});

it('a link that confirms is good for as long as others write to the subscription', async () => {
  const { subscriptionWriters, others } = await busyKit();
  const id = await made(mail);
  subscriptionWriters.left = Infinity;
  busy(await kit.call('POST', linkOf(0), { token: null }));
  subscriptionWriters.left = 7;
  // An owner who unsubscribed before is not told that mails come while they do not.
  const { endpoint } = (await kit.store.subscriptions.get(id))!.definition!;
  const row = newEndpoint({ endpoint, subscription: id, channel: 'email', shown: mail.target }, START);
  await kit.store.endpoints.create([unsubscribed(row, START)]);
  others.left = Infinity;
  busy(await kit.call('POST', linkOf(0), { token: null }));
  expect(await stateOf(id)).toBe('confirming');
  others.left = 7;
  const confirmed = await kit.call('POST', linkOf(0), { token: null });
  expect([confirmed.status, await stateOf(id)]).toEqual([200, 'active']);
  expect((await kit.store.endpoints.get(endpoint))!.state).toBe('ok');
});

it('one change of a mail address is one mail, however often the row has to be read again', async () => {
  const { subscriptionWriters: others } = await busyKit();
  const id = await made(mail);
  await kit.call('POST', linkOf(0), { token: null });
  others.left = 7;
  const body = { target: 'you@example.com' };
  expect((await kit.call('PATCH', `/v1/subscriptions/${id}`, { body })).body.state).toBe('confirming');
  expect(kit.mails.slice(1).map(({ to }) => to)).toEqual(['you@example.com']);
  expect((await kit.call('POST', linkOf(1), { token: null })).status).toBe(200);
  expect(await stateOf(id)).toBe('active');
});

it('a subscription whose target others keep writing to stays paused until it can be enabled', async () => {
  const { others } = await busyKit();
  const id = await made(slack);
  const { endpoint, shown } = (await kit.store.subscriptions.get(id))!.definition!;
  const row = newEndpoint({ endpoint, subscription: id, channel: 'slack', shown }, START);
  const gone = { kind: 'never', reason: 'gone', disable: true, detail: 'HTTP 410' } as const;
  await kit.store.endpoints.create([judge(row, gone, START)]);
  await kit.call('POST', `/v1/subscriptions/${id}/pause`);
  others.left = Infinity;
  busy(await kit.call('POST', `/v1/subscriptions/${id}/resume`));
  expect(await stateOf(id)).toBe('paused');
  others.left = 0;
  expect((await kit.call('POST', `/v1/subscriptions/${id}/resume`)).status).toBe(200);
  expect([await stateOf(id), (await kit.store.endpoints.get(endpoint))!.state]).toEqual(['active', 'ok']);
});

it('the end of a pause brings nobody back who unsubscribed, also where it is ended twice', async () => {
  const { subscriptionWriters: others } = await busyKit();
  const id = await made(mail);
  await kit.call('POST', linkOf(0), { token: null });
  const { endpoint } = (await kit.store.subscriptions.get(id))!.definition!;
  const row = newEndpoint({ endpoint, subscription: id, channel: 'email', shown: mail.target }, START);
  await kit.store.endpoints.create([unsubscribed(row, START)]);
  await kit.call('POST', `/v1/subscriptions/${id}/pause`);
  others.left = Infinity;
  busy(await kit.call('POST', `/v1/subscriptions/${id}/resume`));
  others.left = 0;
  expect((await kit.call('POST', `/v1/subscriptions/${id}/resume`)).status).toBe(200);
  expect((await kit.store.endpoints.get(endpoint))!.reason).toBe('unsubscribed');
});

it('who unsubscribes is told that it is done only when it is', async () => {
  const { others } = await busyKit();
  const linkTo = unsubscribeLinks('https://jobchime.test', createSealer(KEY))!;
  const path = new URL(linkTo({ subscription: 'ops', address: mail.target })).pathname;
  const { endpoint, shown } = newTarget('email', () => mail.target);
  const row = newEndpoint({ endpoint, subscription: 'ops', channel: 'email', shown }, START);
  await kit.store.endpoints.create([row]);
  others.left = Infinity;
  busy(await kit.call('POST', path, { token: null }));
  others.left = 7;
  expect((await kit.call('POST', path, { token: null })).text).toContain('gets no more mails');
});

it('a job that others keep writing to is not said to have something in its outbox', async () => {
  const { others } = await busyKit();
  await kit.call('POST', '/v1/jobs', { body: spec(1) });
  const path = `/v1/jobs/hwc-ecs/${PROJECT}/${jobId(1)}`;
  others.left = Infinity;
  busy(await kit.call('DELETE', path));
  others.left = 7;
  expect((await kit.call('DELETE', path)).status).toBe(204);
});
