import { delivering, endOf } from './kit.ts';
/** Capitals in a mail address once counted: what its owner said then is stored under another id, and still holds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { deliver } from '../../../lib/app/deliver/deliver.ts';
import { endpointRow } from '../../../lib/app/deliver/endpoint-row.ts';
import { enable } from '../../../lib/app/deliver/release.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { outOfOrder } from '../../../lib/app/inspect/out-of-order.ts';
import { digest } from '../../../lib/core/jobs/event.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery } from '../../../lib/core/notify/delivery.ts';
import { judge, newEndpoint, unsubscribed } from '../../../lib/core/notify/endpoint.ts';
import { newStored, toSubscription, type Definition } from '../../../lib/core/notify/stored-subscription.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { START, subscription } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const ADDRESS = 'Ops@Example.com';
/** As it was written into rows then. */
const FORMER = `ep_${digest('email', ADDRESS)}`;
const MAIL = subscription('mail', { channel: 'email', addresses: [ADDRESS] });
const row = newEndpoint({ endpoint: FORMER, subscription: 'mail', channel: 'email', shown: ADDRESS }, START);

const EVENT = endOf(1);

function setUp(one: Subscription) {
  const { deps, channel } = delivering(store, [one], { schedule: [] });
  const send = async (target = one.targets[0]!): Promise<string> => {
    await store.events.create([newEventRow(EVENT, START)]);
    const [stored] = await store.deliveries.create([newDelivery(EVENT, one, target, START)]);
    return deliver(deps, stored!.row);
  };
  return { deps, channel, send };
}

describe('an address with capitals', () => {
  it('gets no mail where its owner unsubscribed when capitals counted, and is shown as unsubscribed', async () => {
    await store.endpoints.create([unsubscribed(row, START)]);
    const { deps, channel, send } = setUp(MAIL);
    expect(await send()).toBe('failed');
    expect(channel.sent).toEqual([]);
    const silent = await outOfOrder(deps);
    expect(silent).toMatchObject([{ subscription: 'mail', target: ADDRESS, state: 'unsubscribed' }]);
    expect(await endpointRow(store.endpoints, 'email', MAIL.targets[0]!)).toMatchObject({
      reason: 'unsubscribed',
    });
  });

  it('gets mail again where its owner agrees anew, and only then', async () => {
    await store.endpoints.create([unsubscribed(row, START)]);
    const { channel, send } = setUp(MAIL);
    await enable(store, MAIL, { alsoUnsubscribed: false });
    expect(await send()).toBe('failed');
    await enable(store, MAIL, { alsoUnsubscribed: true });
    await store.deliveries.remove((await store.deliveries.list({ limit: 1 })).rows[0]!);
    expect(await send()).toBe('delivered');
    expect(channel.sent).toHaveLength(1);
  });

  it('begins anew where it was out of order for another reason', async () => {
    const gone = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true } as const;
    await store.endpoints.create([judge(row, gone, START)]);
    const { deps, send } = setUp(MAIL);
    expect(await outOfOrder(deps)).toEqual([]);
    expect(await send()).toBe('delivered');
  });

  it('is heard through the link in its mail, also where its subscription was stored when capitals counted', async () => {
    const definition: Definition = {
      name: 'mine',
      on: 'everything',
      pattern: null,
      channel: 'email',
      endpoint: FORMER,
      shown: ADDRESS,
      address: ADDRESS,
      signingKeys: [],
      confirmation: null,
    };
    const stored = newStored('sub_1', 'active', definition, START);
    const { deps, channel, send } = setUp(toSubscription(stored, definition, () => null));
    await unsubscribe(deps, { subscription: 'sub_1', address: ADDRESS });
    expect(await send()).toBe('failed');
    expect(channel.sent).toEqual([]);
  });
});
