/**
 * The same for who rotates a key and who subscribes a webhook: the service dies after any effect of the request (a write, or the
 * challenge that left), and the request is sent again. No receiver is left with a key that nothing is signed with, and none
 * gets an event before it has answered.
 */
import { expect } from 'vitest';
import { jobEvent } from '../../lib/core/jobs/event.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import { keysAt } from '../../lib/core/notify/target.ts';
import type { Row } from '../../lib/core/row.ts';
import type { Table } from '../../lib/ports.ts';
import { apiKit, type Got, type Sent } from '../adapters/api/kit.ts';
import { dispatchStored, failed, POLICY, spec, START } from '../kit.ts';
import { life, type World } from './walk.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
export const HOOK = {
  name: 'ci',
  on: 'everything',
  channel: 'webhook',
  target: 'https://hooks.example.com/in/secret',
};
const TRIES = 5;

/** The API over tables that die when they are told to, and how a client asks it that does not give up. */
export async function mortalApi(open?: World['open']) {
  let { state, living, table } = life(Infinity);
  const dying = <R extends Row, T extends Table<R>>(real: T & Table<R>): T =>
    new Proxy(real, { get: (_, verb) => ({ ...real, ...table<R>(real) })[verb as keyof T] });
  const kit = await apiKit({
    fixed: [],
    ...(open && { store: await open() }),
    over: ({ store, subscribing }) => ({
      store: {
        ...store,
        subscriptions: dying(store.subscriptions),
        idempotency: dying(store.idempotency),
      },
      subscribing: { ...subscribing, ask: (question) => living(subscribing.ask, true)(question) },
    }),
  });
  const liveFor = (effects: number) => void ({ state, living, table } = life(effects));

  /** `between`: what happens while the service is dead. */
  async function insist(
    dieAfter: number,
    [method, path, sent]: [string, string, Sent],
    between: () => Promise<unknown> = async () => {},
  ): Promise<{ got: Got; effects: number }> {
    liveFor(dieAfter);
    let effects = 0;
    for (let n = 0; n < TRIES; n += 1) {
      const got = await kit.call(method, path, sent);
      effects ||= state.effects;
      if (got.status < 300 && !state.dead) return { got, effects };
      liveFor(Infinity);
      await between();
      // Of a request that died, the key is taken for a minute.
      kit.clock.pass(60_000);
    }
    throw new Error(`${method} ${path} is not answered`);
  }

  async function happen(n: number): Promise<void> {
    const { job } = decide(newJob(spec(n), INFO, START, START), failed, START, POLICY);
    await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
    await kit.deliverAll();
  }
  return { ...kit, insist, happen };
}

const once = { headers: { 'idempotency-key': 'a' } };

export async function walkRotation(
  dieAfter: number,
  sent: Sent = once,
  open?: World['open'],
): Promise<number> {
  const kit = await mortalApi(open);
  const { body: made } = await kit.call('POST', '/v1/subscriptions', { body: HOOK });
  const { got, effects } = await kit.insist(dieAfter, ['POST', `/v1/subscriptions/${made.id}/rotate`, sent]);
  kit.subscriptions.changed();
  await kit.happen(1);
  const [message] = kit.channel.sent;
  const keys = keysAt(message!.target, message!.at).map((key) => key());
  const [first, last] = [keys[0], keys.at(-1)];
  expect([first, last]).toEqual([got.body.signingKeys[0], made.signingKeys[0]]);
  // Where the request can be recognised it has made one key; else perhaps another that nobody has seen.
  expect(keys.length).toBeLessThanOrEqual(sent === once ? 2 : 3);
  await kit.store.close();
  return effects;
}

export async function walkChallenge(dieAfter: number, open?: World['open']): Promise<number> {
  const kit = await mortalApi(open);
  const between = async (): Promise<void> => {
    kit.subscriptions.changed();
    await kit.happen(1);
    const [row] = (await kit.store.subscriptions.list({ limit: 9 })).rows;
    if (row?.definition?.verification?.state !== 'verified') expect(kit.channel.sent).toEqual([]);
  };
  const { got, effects } = await kit.insist(
    dieAfter,
    ['POST', '/v1/subscriptions', { body: HOOK, ...once }],
    between,
  );
  expect(got.body).toMatchObject({ state: 'active', verification: { state: 'verified' } });
  expect((await kit.store.subscriptions.list({ limit: 9 })).rows).toHaveLength(1);
  await kit.deliverAll();
  await kit.happen(2);
  const [message] = kit.channel.sent.slice(-1);
  expect(message!.target.signingKeys!.map((key) => key())).toEqual(got.body.signingKeys);
  expect((await kit.store.deliveries.list({ state: 'held', limit: 9 })).rows).toEqual([]);
  await kit.store.close();
  return effects;
}

/** Another target: what waits goes there once it has answered, and nowhere before. */
export async function walkMove(dieAfter: number, open?: World['open']): Promise<number> {
  const kit = await mortalApi(open);
  const { id } = (await kit.call('POST', '/v1/subscriptions', { body: HOOK })).body;
  const target = 'https://elsewhere.example.com/in/secret';
  const between = async (): Promise<void> => {
    kit.subscriptions.changed();
    await kit.happen(1);
    const { definition } = (await kit.store.subscriptions.get(id))!;
    if (definition!.verification!.state !== 'verified') expect(kit.channel.sent).toEqual([]);
  };
  const { effects } = await kit.insist(
    dieAfter,
    ['PATCH', `/v1/subscriptions/${id}`, { body: { target } }],
    between,
  );
  const { body } = await kit.call('POST', `/v1/subscriptions/${id}/verify`);
  expect(body).toMatchObject({ state: 'active', verification: { state: 'verified' } });
  kit.subscriptions.changed();
  await kit.deliverAll();
  await kit.happen(2);
  expect(kit.channel.sent.at(-1)!.target.address()).toBe(target);
  expect((await kit.store.deliveries.list({ limit: 9 })).rows.every((row) => row.state === 'delivered')).toBe(
    true,
  );
  await kit.store.close();
  return effects;
}
