/**
 * Templates that fit one event and not the message of many, on the way that all messages go: they throw, loop without end or make too
 * much, and still every event is told of once, by the built-in message.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { targetOn } from '../../../lib/adapters/channels/registry.ts';
import { botAddress } from '../../../lib/adapters/channels/slack/address.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { windowsOf } from '../../../lib/core/input/window-fields.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { sendersOverHttp } from '../../../lib/wire/local/senders.ts';
import { localExchange, receiver } from '../../adapters/channels/kit.ts';
import { CHANNEL, slackService, TOKEN } from '../../adapters/channels/slack-service.ts';
import { runOf } from '../../contract/following.ts';
import { livingWorld } from '../../contract/living.ts';
import { endOf, toldEvents, windowWorld } from '../../contract/windows.ts';
import { subscription } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** Each makes something of the end of one job, and fails for the message of a window. */
const OF_ONE_JOB = '{% if event.data.job %}{{ event.data.job.name }} has ended{% else %}FAILS{% endif %}';
const BAD: [string, string][] = [
  ['throws', '{{ event.data.nothing.at.all }}'],
  ['takes too long', '{% for i in (1..1000000) %}{% for j in (1..1000000) %}{% endfor %}{% endfor %}'],
  ['makes too much', '{% for i in (1..400) %}long words {% endfor %}'],
  ['makes nothing', '{% if false %}x{% endif %}'],
];

it.each([
  ...BAD.map(([name, bad]) => ['a roll-up', name, bad, {}] as const),
  ...BAD.slice(0, 1).map(([name, bad]) => ['a digest', name, bad, { digest: { every: '15m' } }] as const),
])(
  'where for %s a template %s, the built-in message goes out, once, and counts every event',
  async (_, __, bad, windows) => {
    const slack = await slackService({ now: () => clock.now() });
    const ops: Subscription = {
      ...subscription('ops', { channel: 'slack', windows: windowsOf(windows)! }),
      targets: [
        { ...targetOn('slack', () => slack.hook), words: { text: OF_ONE_JOB.replace('FAILS', bad) } },
      ],
    };
    const { clock, deps, happen, pass, rows } = windowWorld(store, [ops]);
    Object.assign(deps, { channels: sendersOverHttp({ exchange: localExchange, version: '0' }) });
    await happen(...Array.from({ length: 20 }, (___, n) => endOf(n + 1, 4)));
    await pass(10_000);
    await pass(1_000_000, 20_000);
    const all = await rows();
    expect(toldEvents(all)).toHaveLength(20);
    const windowsOfIt = all.filter((row) => row.window);
    expect(windowsOfIt.length).toBeGreaterThanOrEqual(1);
    for (const row of all.filter(({ state }) => state !== 'bundled')) {
      expect(row).toMatchObject({ state: 'delivered', attempts: [{ reason: 'ok' }] });
      const hasFailed = row.attempts[0]!.detail.startsWith(
        'built-in message sent, the template failed (text: ',
      );
      expect(hasFailed).toBe(row.window !== undefined);
    }
    // Nobody sees half of it, and what they see says why it looks as it does.
    expect(slack.shown).toHaveLength(all.filter(({ state }) => state === 'delivered').length);
    const built = slack.shown.filter(({ blocks }) => JSON.stringify(blocks).includes('in one message: '));
    expect(built).toHaveLength(windowsOfIt.length);
    for (const { blocks } of built) expect(JSON.stringify(blocks)).toContain('jobchime config check');
    expect(JSON.stringify(slack.shown)).not.toContain('long words long words');
  },
);

it('a webhook whose template does not fit the message of a digest gets the standard body of it, once', async () => {
  const { url, received } = await receiver(() => ({ status: 200 }));
  const hook: Subscription = {
    ...subscription('hook', { windows: windowsOf({ digest: { every: '15m' } })! }),
    targets: [
      {
        ...targetOn('webhook', () => url, [() => `whsec_${Buffer.alloc(24, 1).toString('base64')}`]),
        request: { body: '{"job": {{ event.data.job.jobId }}}' },
      },
    ],
  };
  const { deps, happen, pass, rows } = windowWorld(store, [hook]);
  Object.assign(deps, { channels: sendersOverHttp({ exchange: localExchange, version: '0' }) });
  await happen(...Array.from({ length: 4 }, (_, n) => endOf(n + 1, 100)));
  await pass(1_000_000, 20_000);
  expect(toldEvents(await rows())).toHaveLength(4);
  expect(received).toHaveLength(1);
  expect(received[0]!.headers['jobchime-template']).toBe('failed');
  expect(JSON.parse(received[0]!.body)).toMatchObject({ type: 'summary', data: { events: 4 } });
});

it('the message of a group that goes on is changed to the built-in one where its template fails for that', async () => {
  const world = await livingWorld(store);
  const target = targetOn('slack', () => botAddress(world.slack.api, CHANNEL, TOKEN));
  const text =
    '{% if event.data.asOf %}{{ event.data.nothing }}{% else %}{{ message.title }}, said by us{% endif %}';
  Object.assign(world.ops, { targets: [{ ...target, words: { text } }] });
  const deps: DeliverDeps = world.deps;
  expect((await deps.subscriptions.all())[0]!.targets[0]!.words).toBeDefined();
  const run = await runOf(store, world, 3);
  await run.end(1, 'failed');
  await world.pass(2_000);
  expect(JSON.stringify(world.slack.shown[0])).toContain('said by us');
  await run.end(1, 'succeeded');
  await world.pass(15_000, 1_000);
  expect(JSON.stringify(world.slack.shown[0])).toMatch(/2 of 3 jobs ended.*jobchime config check/);
  await run.end(1, 'succeeded');
  await world.pass(15_000, 1_000);
  expect(JSON.stringify(world.slack.shown[0])).toContain('said by us');
});
