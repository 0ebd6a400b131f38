import { NOTIFY_FORMS } from '../../../lib/adapters/channels/registry.ts';
import { rulesWith } from '../../kit.ts';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { undeployedBeside } from '../../../lib/wire/deployed.ts';
import { notifyProblems } from '../../../lib/wire/notify-problems.ts';
import { notifySealer } from '../../../lib/wire/notify-sealer.ts';
import { deliver, type DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { explain } from '../../../lib/app/inspect/explain.ts';
import { idOfNamed, notifySubscriptions, shownNotify } from '../../../lib/core/notify/notify.ts';
import { releaseHeld } from '../../../lib/app/deliver/release.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import {
  failed,
  ok,
  pattern,
  POLICY,
  recordingTelemetry,
  scriptedChannel,
  scriptedClouds,
  spec,
  subscription,
  succeeded,
  testClock,
  dispatchStored,
} from '../../kit.ts';

const sealer = createSealer(randomBytes(32));
let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const KEY = () => 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
const hooks = (id: string, url: string): Subscription => {
  const one = subscription(id, { addresses: [url] });
  return { ...one, targets: one.targets.map((target) => ({ ...target, signingKeys: [KEY] })) };
};
const OPS = subscription('ops', {
  channel: 'slack',
  addresses: ['https://hooks.slack.com/services/T/B/secret'],
  on: 'failures',
});
const CI = hooks('ci', 'https://ci.example.com/hooks/jobs');
const NEVER: Subscription = { ...CI, pattern: pattern({ 'detail-type': ['ping'] }) };
const known = [OPS, NEVER];

async function emitted(notify: string[], seen = succeeded, subscriptions: Subscription[] = known) {
  const clock = testClock();
  const live = { subscriptions };
  const subs = { all: async () => live.subscriptions, unseal: sealer.open };
  const telemetry = recordingTelemetry();
  const deps = {
    jobs: store.jobs,
    clouds: scriptedClouds(() => seen),
    clock: clock.now,
    policy: POLICY,
    telemetry,
    notifyProblem: async () => null,
    seal: sealer.seal,
  };
  const [tracked] = await track(deps, [spec(1, { notify })]);
  if (tracked!.outcome !== 'tracked') throw new Error(JSON.stringify(tracked));
  const settled = await store.jobs.save(decide(tracked!.job, seen, clock.now(), POLICY).job);
  const job = settled.outcome === 'saved' ? settled.row : tracked!.job;
  const doorbell = { ring: async () => {} };
  const send = () =>
    dispatchStored({ ...store, subscriptions: subs, clock: clock.now, doorbell }, [
      jobEvent(job, job.outbox[0]!),
    ]);
  await send();
  const rows = async () => (await store.deliveries.list({ limit: 50 })).rows;
  return { clock, live, subs, job, rows, send, doorbell, telemetry };
}

const delivering = (a: Awaited<ReturnType<typeof emitted>>, channel = scriptedChannel(() => ok)) => {
  const deps: DeliverDeps = {
    store,
    subscriptions: a.subs,
    channels: { slack: channel, email: channel, webhook: channel },
    clock: a.clock.now,
    telemetry: a.telemetry,
    rules: rulesWith([1_000]),
  };
  return { channel, go: async () => Promise.all((await a.rows()).map((row) => deliver(deps, row))) };
};

describe('the URL of a job on a host that needs a way of its own', () => {
  it('is reached that way, without what lets one in at the path of the configuration', () => {
    const secret = () => 'a secret';
    const way = { ca: secret, identity: { cert: secret, key: secret }, proxy: null, timeoutMs: 30_000 };
    const request = { ...way, headers: { authorization: secret }, secrets: { key: secret }, body: '{}' };
    const own = { ...CI, targets: CI.targets.map((target) => ({ ...target, request })) };
    const notify = ['https://ci.example.com/builds/7'];
    const [found] = notifySubscriptions({ key: 'job', notify }, [own]);
    expect(found!.targets[0]).toMatchObject({ signingKeys: [KEY] });
    expect(found!.targets[0]!.request).toEqual(way);
    expect(notifySubscriptions({ key: 'job', notify }, [CI])[0]!.targets[0]).not.toHaveProperty('request');
  });
});

describe('a job that names targets', () => {
  it('is sent there too, whatever the patterns match', async () => {
    const a = await emitted(['slack:ops', 'mailto:me@example.com', 'https://ci.example.com/mine?key=s3cret']);
    expect((await a.rows()).map(({ channel, shown }) => `${channel} ${shown}`).toSorted()).toEqual([
      'email me@example.com',
      'slack https://hooks.slack.com/services/T/B/secret',
      'webhook https://ci.example.com/…',
    ]);
    const { channel, go } = delivering(a);
    expect(await go()).toEqual(['delivered', 'delivered', 'delivered']);
    const sent = channel.sent.find(({ target }) => target.address().startsWith('https://ci'))!;
    expect(sent.target.address()).toBe('https://ci.example.com/mine?key=s3cret');
    expect(sent.target.signingKeys).toEqual([KEY]);
    expect(JSON.stringify(await a.rows())).not.toContain('s3cret');
    expect(JSON.stringify(a.telemetry.lines)).not.toContain('s3cret');
    expect(JSON.stringify(await store.jobs.get(a.job.key))).not.toContain('s3cret');
  });

  it('keeps a URL so that it opens for that job alone', async () => {
    const a = await emitted(['https://ci.example.com/mine']);
    const [named] = (await store.jobs.get(a.job.key))!.notify!;
    expect(named).toMatchObject({
      shown: 'https://ci.example.com/…',
      sealed: expect.stringMatching(/^v1\./),
    });
    const moved = { key: 'hwc-ecs/other', notify: [named!] };
    expect(notifySubscriptions(moved, known, sealer.open)).toEqual([]);
    expect(notifySubscriptions({ ...moved, key: a.job.key }, known, sealer.open)).toHaveLength(1);
  });

  it('goes on to tell a URL that an older version kept as it is, and knows it again', async () => {
    const url = 'https://ci.example.com/mine';
    const a = await emitted([url]);
    const [sealed] = (await store.jobs.get(a.job.key))!.notify!;
    expect(notifySubscriptions({ key: a.job.key, notify: [url] }, known)).toHaveLength(1);
    expect(idOfNamed(url)).toBe(idOfNamed(sealed!));
  });

  it('is sent once where a subscription matches it anyway, and however often it is dispatched', async () => {
    const a = await emitted(['slack:ops', 'slack:ops'], failed);
    await a.send();
    expect(await a.rows()).toHaveLength(1);
  });

  it('reaches one mailbox once, in whatever capitals it is named', async () => {
    const a = await emitted(['mailto:Me@example.com', 'mailto:me@EXAMPLE.com']);
    expect((await a.rows()).map(({ shown }) => shown.toLowerCase())).toEqual(['me@example.com']);
    expect(await delivering(a).go()).toEqual(['delivered']);
  });

  it('is explained without contradiction', async () => {
    const { job, subs } = await emitted(['slack:ops']);
    const [event] = (await explain({ store, subscriptions: subs, policy: POLICY, clock: () => 0 }, job.key))!
      .events;
    expect(event!.deliveries.map((d) => d.subscription)).toEqual(['ops']);
    expect(event!.unmatched.map((u) => u.subscription)).toEqual(['ci']);
  });

  it('reaches nobody any more once it is forgotten', async () => {
    const a = await emitted(['mailto:me@example.com']);
    await store.jobs.remove((await store.jobs.get(a.job.key))!);
    expect(await delivering(a).go()).toEqual(['failed']);
    expect((await a.rows())[0]!.reason).toBe('subscription_removed');
  });

  it('leaves other jobs alone', async () => {
    expect(await (await emitted([])).rows()).toEqual([]);
  });

  it('is held, and left in peace, where its target is gone', async () => {
    const a = await emitted(['https://ci.example.com/mine']);
    const gone = scriptedChannel(() => ({
      kind: 'never',
      reason: 'gone',
      detail: 'HTTP 410',
      disable: true,
    }));
    expect(await delivering(a, gone).go()).toEqual(['held']);
    expect(
      await releaseHeld({ store, subscriptions: a.subs, doorbell: a.doorbell, clock: a.clock.now }, 10),
    ).toBe(0);
    expect((await a.rows())[0]!.state).toBe('held');
  });
});

describe('the key for URLs that jobs name', () => {
  const config = (keys: string[], secretKey?: string) => ({
    api: secretKey
      ? { listen: { host: '127.0.0.1', port: 0 }, pageLinksMs: null, secretKey: () => secretKey }
      : null,
    subscriptions: [{ ...CI, targets: [{ ...CI.targets[0]!, signingKeys: keys.map((key) => () => key) }] }],
  });

  it('is the key for secrets, or else a signing key; what any of them sealed opens', () => {
    const [none, one, two, both] = [config([]), config(['a']), config(['b', 'a']), config(['b', 'a'], 'k')];
    expect(notifySealer(none)).toBeNull();
    // A secret that signs for a bot is changed without a thought of jobs.
    const bot = { ...CI, channel: 'feishu', targets: [{ ...CI.targets[0]!, signingKeys: [() => 'x'] }] };
    expect(notifySealer({ ...none, subscriptions: [bot] })).toBeNull();
    const sealed = notifySealer(one)!.seal('https://x', 'job');
    expect(notifySealer(two)!.open(sealed, 'job')).toBe('https://x');
    expect(notifySealer(both)!.open(sealed, 'job')).toBe('https://x');
    expect(notifySealer(config(['b']))!.open(sealed, 'job')).toBeNull();
    const first = notifySealer(both)!.seal('https://y', 'job');
    expect(notifySealer(two)!.open(first, 'job')).toBeNull();
    expect(notifySealer(config([], 'k'))!.open(first, 'job')).toBe('https://y');
  });
});

describe('a target that is named', () => {
  const problem = notifyProblems(
    { mail: null, allowPrivate: [] },
    {
      all: async () => [OPS, CI, { ...CI, id: 'locked', targets: [{ ...CI.targets[0]!, signingKeys: [] }] }],
    },
  );

  it.each([['slack:ops'], ['webhook:ci'], ['https://ci.example.com/other']])('may be %s', async (target) => {
    expect(await problem(target)).toBeNull();
  });

  it('is no address where nothing is deployed that mails', async () => {
    const mail = { host: 'mail.example.com' } as never;
    const here = { mail, allowPrivate: [] };
    const ask = (...deployed: string[]) =>
      notifyProblems(here, { all: async () => [] }, undeployedBeside(deployed))('mailto:me@example.com');
    expect(await ask('email', 'slack')).toBeNull();
    expect(await ask('slack')).toContain('is email, and this stage has no function for that channel');
  });

  it.each([
    ['ops', `is written as ${NOTIFY_FORMS}`],
    ['http://ci.example.com/x', `is written as ${NOTIFY_FORMS}`],
    ['ftp:x', `is written as ${NOTIFY_FORMS}`],
    ['slack:nobody', 'names no slack subscription; there are: ops'],
    ['slack:ci', 'names no slack subscription; there are: ops'],
    ['email:ops', 'names no email subscription; there are none'],
    ['mailto:me@example.com', 'no mail server is configured'],
    ['mailto:me', 'is not an email address; write mailto:ops@example.com'],
    ['https://other.example.com/x', 'cannot be signed for other.example.com: subscribe one webhook there'],
    ['https://10.0.0.7/x', 'is on a private address'],
    ['https://user:hunter22@ci.example.com/x', 'must not hold a user name or password'],
  ])('is refused as %s, with a reason', async (target, reason) => {
    const told = await problem(target);
    expect(told).toContain(reason);
    expect(told).not.toContain('hunter22');
  });

  it('is refused where jobs may name none', async () => {
    const deps = {
      jobs: store.jobs,
      clouds: scriptedClouds(() => succeeded),
      clock: testClock().now,
      policy: POLICY,
      telemetry: recordingTelemetry(),
    };
    const [answer] = await track(deps, [spec(1, { notify: ['slack:ops'] })]);
    expect(answer).toEqual({
      outcome: 'refused',
      problems: [{ field: 'notify', problem: 'cannot be given here' }],
    });
    expect(await store.jobs.get(`hwc-ecs/${spec(1).projectId}/${spec(1).jobId}`)).toBeNull();
  });

  it('is shown without what lets one in', () => {
    expect(shownNotify('https://ci.example.com/hooks/s3cret')).toBe('https://ci.example.com/…');
    expect(shownNotify('slack:ops')).toBe('slack:ops');
  });
});
