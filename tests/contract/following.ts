/** The message of a group shows how many of its jobs have ended, and which failed, between its first failure and its end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliver, type DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue } from '../../lib/app/deliver/drain.ts';
import { allMembers } from '../../lib/app/sweep/count-group.ts';
import { assess } from '../../lib/core/jobs/assess.ts';
import { groupEvent } from '../../lib/core/jobs/event.ts';
import { closed, newGroup } from '../../lib/core/jobs/group.ts';
import { newMember, type Member } from '../../lib/core/jobs/member.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import { activeMute, newMute } from '../../lib/core/notify/mute.ts';
import type { Store } from '../../lib/ports.ts';
import { POLICY } from '../kit.ts';
import { livingWorld } from './living.ts';

type World = Awaited<ReturnType<typeof livingWorld>>;

/** A group of so many jobs, whose ends are counted as the sweep counts them. */
export async function runOf(store: Store, { happen, clock }: World, jobs: number) {
  const wish = { projects: null, name: 'apply-42', requestedBy: 'terraform' };
  const [made] = await store.groups.create([newGroup(wish, 1, clock.now())]);
  const group = made!.row;
  const names = Array.from({ length: jobs }, (_, n) => `web-${n + 1}`);
  await store.members.create(names.map((name) => newMember(group, `otc-ecs/p/${name}`, clock.now())));
  await store.groups.save({ ...closed(group, 'close', clock.now()), joined: jobs });
  const told = (member: Member): NonNullable<Member['told']> => ({
    origin: 'otc-ecs',
    service: 'ecs',
    region: 'eu-de',
    jobId: member.job,
    name: member.job.slice(member.job.lastIndexOf('/') + 1),
    jobType: 'createServer',
    code: null,
    reason: null,
    consoleUrl: null,
    partly: false,
    endedAt: clock.now(),
    event: null,
  });
  const count = async (): Promise<void> => {
    const row = (await store.groups.get(group.key))!;
    const next = assess(row, await allMembers(store, row), clock.now(), POLICY);
    await store.groups.save({ ...next, outbox: [] });
    for (const entry of next.outbox) await happen(groupEvent(next, entry));
  };
  return {
    group,
    count,
    /** The first of those that go on end so. */
    async end(many: number, how: 'succeeded' | 'failed', more: Partial<Member['told'] & object> = {}) {
      const open = (await allMembers(store, group)).filter(({ state }) => state === 'open');
      const first = open
        .toSorted((a, b) => a.job.localeCompare(b.job, 'en', { numeric: true }))
        .slice(0, many);
      for (const row of first)
        await store.members.save({ ...row, state: how, told: { ...told(row), ...more } });
      await count();
    },
  };
}
const QUOTA = { code: 'Ecs.0204', reason: 'quota exceeded' };

export function followingContract(
  name: string,
  makeStore: () => Promise<{ store: Store; close(): Promise<void> }>,
  which: 'core' | 'all' = 'all',
): void {
  describe(`the message of a group that goes on, over ${name}`, () => {
    let opened: Awaited<ReturnType<typeof makeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());
    const begin = async (jobs: number) => {
      const w = await livingWorld(opened.store);
      const run = await runOf(opened.store, w, jobs);
      const message = () => w.slack.shown.find(({ thread }) => thread === undefined)!;
      return { ...w, run, message, says: () => JSON.stringify(message()) };
    };
    const followed = async (rows: () => Promise<Delivery[]>) =>
      (await rows()).filter(({ due }) => due !== null).map(({ event }) => event.kind);

    it('says how many have ended and which failed; nobody is notified of it; and its end comes as ever', async () => {
      const { run, pass, says, message, slack, rows } = await begin(12);
      await run.end(1, 'failed', QUOTA);
      await pass(3_000);
      expect(message()).toMatchObject({ changes: 0 });
      await run.end(2, 'succeeded');
      await run.end(1, 'failed', { code: 'Ecs.0219', reason: 'no host left' });
      await pass(12_000, 1_000);
      expect(message()).toMatchObject({
        changes: 1,
        text: expect.stringContaining('4 of 12 jobs ended, 2 failed'),
      });
      expect(says()).toContain('web-1');
      expect(says()).toContain('Ecs.0219');
      expect(says()).toContain('8 outstanding');
      expect(slack.shown).toHaveLength(1);
      expect(await followed(rows)).toEqual(['group.failing']);
      await run.end(8, 'succeeded');
      await pass(4_000);
      expect(message().text).toContain('apply-42: 2 failed of 12 jobs');
      await pass(70_000, 5_000);
      expect(message()).toMatchObject({
        changes: 2,
        text: expect.stringContaining('apply-42: 2 failed of 12 jobs'),
      });
      expect(slack.shown).toHaveLength(2);
      expect(await followed(rows)).toEqual([]);
      expect((await rows()).map(({ state, attempts }) => [state, attempts.length])).toEqual([
        ['delivered', 1],
        ['delivered', 1],
      ]);
    });

    it('that a worker left half changed shows the end all the same', async () => {
      const { run, pass, deps, message, clock, rows, places } = await begin(3);
      await run.end(1, 'failed', QUOTA);
      await pass(2_000);
      await run.end(1, 'succeeded');
      clock.pass(10_000);
      // It dies while its change is on its way, which arrives after that of the end.
      let late = async (): Promise<unknown> => undefined;
      const dying: DeliverDeps = {
        ...deps,
        channels: {
          slack: {
            send: (one) => {
              late = () => deps.channels['slack']!.send(one);
              return new Promise(() => {});
            },
          },
        },
      };
      void drain(dying, (await endpointsDue(dying, 1))[0]!, () => true);
      await expect.poll(async () => (await places())[0]!.changing).toBe(true);
      await run.end(1, 'succeeded');
      await pass(4_000);
      await late();
      expect(message().text).toContain('2 of 3 jobs ended');
      await pass(70_000, 5_000);
      expect(message().text).toContain('1 failed of 3 jobs');
      expect(await places()).toMatchObject([{ event: expect.any(String), sequence: 2 }]);
      expect((await places())[0]!.changing).toBeUndefined();
      expect(await followed(rows)).toEqual([]);
    });

    // What follows takes many ticks, and asks no more of a store.
    if (which === 'core') return;

    it('is changed at most every ten seconds, however many jobs end, and not at all while nothing does', async () => {
      const { run, pass, says, message, slack } = await begin(40);
      await run.end(1, 'failed', QUOTA);
      await pass(2_000);
      for (let n = 0; n < 30; n += 1) {
        await run.end(1, 'succeeded');
        await pass(1_000, 1_000);
      }
      await pass(15_000, 1_000);
      expect(says()).toContain('31 of 40 jobs ended');
      expect(message().changes).toBeGreaterThanOrEqual(3);
      expect(message().changes).toBeLessThanOrEqual(5);
      const { length } = slack.calls;
      await pass(600_000, 20_000);
      expect(slack.calls).toHaveLength(length);
    });

    it('does not show an earlier count where the end overtook it', async () => {
      const { run, pass, deps, message, clock, rows } = await begin(3);
      await run.end(1, 'failed', QUOTA);
      await pass(2_000);
      await run.end(1, 'succeeded');
      const inner = deps.channels['slack']!;
      let isFirst = true;
      const slow: DeliverDeps = {
        ...deps,
        channels: {
          slack: {
            async send(one) {
              if (!isFirst) return inner.send(one);
              isFirst = false;
              await run.end(1, 'succeeded');
              clock.pass(2_000);
              for (const row of await rows()) if (row.event.kind === 'group.ended') await deliver(deps, row);
              clock.pass(2_000);
              return inner.send(one);
            },
          },
        },
      };
      clock.pass(10_000);
      const [endpoint] = await endpointsDue(slow, 1);
      await drain(slow, endpoint!, () => true);
      expect(isFirst).toBe(false);
      expect(message()).toMatchObject({ changes: 3, text: expect.stringContaining('1 failed of 3 jobs') });
    });

    it.each([
      'shows the end, too, where that is told in the message of a mute, and is not changed after it',
      'shows it also where Slack takes the change the second time only',
    ])('%s', async (what) => {
      const { run, pass, deps, message, rows, slack, clock, refuse } = await begin(3);
      await run.end(1, 'failed', QUOTA);
      await pass(2_000);
      const which = { kind: 'group.*' };
      const until = clock.now() + 300_000;
      const by = { why: 'it is known', by: 'Anna', failuresAtOnce: false };
      const mute = activeMute(newMute('mut_1', { which, until, ...by }, clock.now()));
      deps.subscriptions.mutes = async () => [mute];
      await run.end(2, 'succeeded');
      if (what.includes('second time')) {
        refuse('internal_error');
        await pass(20_000, 5_000);
        expect(message().changes).toBe(0);
        refuse();
      }
      await pass(100_000, 5_000);
      expect((await rows()).map(({ state }) => state).toSorted()).toEqual([
        'delivered',
        'gathered',
        'gathering',
      ]);
      expect(message()).toMatchObject({ text: expect.stringContaining('1 failed of 3 jobs'), changes: 1 });
      expect(slack.shown).toHaveLength(1);
      expect(await followed(rows)).not.toContain('group.failing');
      await pass(250_000, 10_000);
      expect(message().text).toContain('1 failed of 3 jobs');
      expect(slack.shown.map(({ thread }) => thread)).toEqual([undefined, message().ts]);
    });

    it.each(['message_not_found', 'invalid_auth'])(
      'is not changed any more where Slack says %s, and the end is told all the same',
      async (word) => {
        const { run, pass, refuse, rows, slack, target } = await begin(3);
        await run.end(1, 'failed', QUOTA);
        await pass(2_000);
        refuse(word);
        await run.end(1, 'succeeded');
        await pass(20_000, 1_000);
        expect(await followed(rows)).toEqual([]);
        expect((await rows()).map(({ state }) => state)).toEqual(['delivered']);
        const endpoint = (await opened.store.endpoints.get(target.endpoint))!;
        expect(endpoint.state).toBe(word === 'invalid_auth' ? 'disabled' : 'ok');
        refuse();
        if (endpoint.state === 'disabled') await opened.store.endpoints.save({ ...endpoint, state: 'ok' });
        await run.end(1, 'succeeded');
        await pass(10_000, 1_000);
        expect(slack.shown.at(-1)!.text).toContain('1 failed of 3 jobs');
      },
    );

    it('waits for as long as Slack says, and then shows what is so by then', async () => {
      const { run, pass, refuse, slack, says } = await begin(4);
      await run.end(1, 'failed', QUOTA);
      await pass(2_000);
      await run.end(1, 'succeeded');
      refuse('ratelimited');
      await pass(12_000, 1_000);
      const { length } = slack.calls;
      await pass(20_000, 1_000);
      expect(slack.calls).toHaveLength(length);
      refuse();
      await run.end(1, 'succeeded');
      await pass(30_000, 1_000);
      expect(says()).toContain('3 of 4 jobs ended');
    });
  });
}
