/**
 * DynamoDB takes no item above 400 KB. The rows that stand for many others, as they are written where thousands of jobs end
 * badly, each for a reason of its own that nothing makes shorter.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allMembers } from '../../../../lib/app/sweep/count-group.ts';
import { assess } from '../../../../lib/core/jobs/assess.ts';
import { digest, groupEvent } from '../../../../lib/core/jobs/event.ts';
import { newEventRow } from '../../../../lib/core/jobs/event-row.ts';
import { newGroup, type Group } from '../../../../lib/core/jobs/group.ts';
import { newMember, type Member } from '../../../../lib/core/jobs/member.ts';
import { closed, gathered, newWindow, MAX_MEMBERS } from '../../../../lib/core/notify/window.ts';
import type { Brief } from '../../../../lib/core/notify/brief.ts';
import { newDelivery, type Delivery } from '../../../../lib/core/notify/delivery.ts';
import { openDynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { encode } from '../../../../lib/adapters/store/dynamodb/item.ts';
import { saved, stored } from '../../../contract/helpers.ts';
import { jobSample } from '../../../core/notify/samples.ts';
import { jobId, POLICY, START, subscription } from '../../../kit.ts';
import { clientOf, openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

/** Of three bytes each, and with no pattern that would make them shorter. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return Array.from({ length }, () => String.fromCharCode(0x4e00 + (next() % 20_000))).join('');
}
const open = async () => {
  const store = openAt(dynamo.endpoint, await dynamo.newTable(), () => START);
  onTestFinished(() => store.close());
  return store;
};
const MEMBERS = 10_000;

/** Member `n`, which failed, for a reason that no other has. */
const bad = (group: Group, n: number): Member => ({
  ...newMember(group, `hwc-ecs/p/${jobId(n)}`, START),
  state: n % 3 === 0 ? 'lost' : 'failed',
  told: {
    origin: 'hwc-ecs',
    service: 'ecs',
    region: 'eu-west-101',
    jobId: jobId(n),
    name: noise(256, n),
    jobType: noise(256, n + 1),
    code: noise(128, n + 2),
    reason: noise(1_000, n + 3),
    hint: noise(256, n + 4),
    consoleUrl: `https://console.example.com/${'x'.repeat(500)}`,
    partly: false,
    endedAt: START + n,
    event: `evt_${jobId(n)}`,
  },
  overdueAt: START,
});

describe('the row of a group', () => {
  it(`with ${MEMBERS} members that all failed, each for a reason of its own, is stored with all that it has to tell`, async () => {
    const store = await open();
    const wish = { projects: null, name: 'n'.repeat(64), expect: MEMBERS, requestedBy: 'x'.repeat(64) };
    const [group] = await stored(store.groups, newGroup(wish, 1, START));
    const members = Array.from({ length: MEMBERS }, (_, n) => bad(group!, n));
    const unended: Member = { ...members[0]!, key: `${members[0]!.key}x`, state: 'open' };
    // It fails and is overdue, and nothing of that is published when the last of them ends.
    const early = assess({ ...group!, joined: MEMBERS }, [...members.slice(1), unended], START + 1, POLICY);
    expect(early.outbox.map(({ kind }) => kind)).toEqual(['group.failing', 'group.overdue']);
    const kept = await saved(store.groups, early);
    const ended = assess(kept, members, START + 60_001, POLICY);
    expect(ended).toMatchObject({ state: 'ended', end: { counts: { total: MEMBERS, outstanding: 0 } } });
    expect(ended.outbox).toHaveLength(3);
    const last = await saved(store.groups, ended);
    expect(await store.groups.get(group!.key)).toEqual(last);
    const told = ended.end!;
    expect(told.failuresOmitted + told.failures.reduce((sum, { count }) => sum + count, 0)).toBe(MEMBERS);
    for (const entry of ended.outbox) {
      const event = groupEvent(ended, entry);
      await stored(store.events, newEventRow(event, START));
      // A bus takes 256 KB.
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200_000);
    }
    expect(sizeOf('groups', last)).toBeLessThan(300_000);
  }, 30_000);
});

it('the members of a large group are counted by reading the group once', async () => {
  const client = clientOf(dynamo.endpoint);
  const requests: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      requests.push(String(context['commandName']));
      return next(args);
    },
    { step: 'initialize', name: 'requests' },
  );
  const store = openDynamoStore({ client, table: await dynamo.newTable(), clock: () => START });
  onTestFinished(() => store.close());
  const group = newGroup({ projects: null, name: 'apply-42', requestedBy: null }, 1, START);
  const members = Array.from({ length: 1_100 }, (_, n) =>
    newMember(group, `hwc-ecs/p/${jobId(n)}`, START + n),
  );
  await store.members.create(members);
  requests.length = 0;
  expect(await allMembers(store, group)).toHaveLength(members.length);
  expect(requests.filter((name) => name.startsWith('Query'))).toHaveLength(1);
  expect(requests).toHaveLength(1 + members.length / 100);
}, 30_000);

describe('the row of a window', () => {
  it(`with ${MAX_MEMBERS} events, each bad for a reason of its own, is stored with the names of all`, async () => {
    const store = await open();
    // Jobs name its target, so that the row names the jobs, too.
    const ops = subscription('notify_0123456789abcdef', { channel: 'slack' });
    const target = ops.targets[0]!;
    const gathering = { why: 'rate' as const, id: '1', closesAt: START, few: 1 };
    const [window] = await stored(
      store.deliveries,
      newWindow(gathering, { subscription: ops, target, job: null }, 0, START),
    );
    const sample = jobSample('job.failed');
    const members = Array.from({ length: MAX_MEMBERS }, (_, n): Delivery => {
      const id = digest(n);
      const subject = `hwc-ecs/0123456789abcdef0123456789abcdef/${id}`;
      const event = { ...sample, subject, metadata: { ...sample.metadata, id: `evt_${id}` } };
      const brief: Brief = {
        outcome: n % 2 === 0 ? 'failed' : 'lost',
        failure: { where: noise(64, n), why: noise(200, n), what: noise(80, n) },
        group: { name: noise(80, n), total: 9, succeeded: 1, failed: 8, lost: 0, partly: 0 },
      };
      return gathered(newDelivery(event, ops, target, START), window!, brief);
    });
    const row = await saved(store.deliveries, closed(window!, members, START));
    expect(await store.deliveries.get(window!.key)).toEqual(row);
    expect(row.window!.members).toHaveLength(MAX_MEMBERS);
    expect(row.window!.named).toHaveLength(MAX_MEMBERS);
    expect(row.event).toMatchObject({ data: { events: MAX_MEMBERS } });
    expect(sizeOf('deliveries', row)).toBeLessThan(300_000);
  }, 30_000);
});

it('what is too large for an item is refused in these tests as by DynamoDB', async () => {
  const store = await open();
  const wish = { projects: null, name: 'n', requestedBy: noise(300_000, 1) };
  await expect(store.groups.create([newGroup(wish, 1, START)])).rejects.toThrow(/size/i);
});

const sizeOf = (table: 'groups' | 'deliveries', row: Group | Delivery): number =>
  encode(table, row, 1, () => null).body!.B!.byteLength;
