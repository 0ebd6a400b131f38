import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { SCOPES, type Scope } from '../../../lib/core/access/token.ts';
import type { Route } from '../../../lib/adapters/api/route.ts';
import { routes } from '../../../lib/adapters/api/routes.ts';
import { eventId, jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { failed, POLICY, PROJECT, spec, START, subscription, dispatchStored } from '../../kit.ts';
import { apiKit, type Sent } from './kit.ts';

type Kit = Awaited<ReturnType<typeof apiKit>>;
const OTHER = 'f'.repeat(32);
const all = Object.entries(routes as Record<string, Route>);
const guarded = all.filter(([, route]) => route.scope !== null);

/** A request that is right but for its sender. */
const PATHS: Record<string, string> = {
  origin: 'hwc-ecs',
  projectId: PROJECT,
  jobId: spec(1).jobId,
  name: 'apply-42',
  id: 'ops',
  eventId: `evt_${'0'.repeat(32)}`,
  deliveryId: `dlv_${'0'.repeat(32)}`,
  token: `sub_${'0'.repeat(24)}.${'0'.repeat(64)}`,
};
const pathOf = ({ path }: Route): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    path.startsWith('/v1/recoveries/')
      ? `rcv_${'0'.repeat(24)}`
      : path.startsWith('/v1/mutes/')
        ? `mut_${'0'.repeat(24)}`
        : PATHS[name]!,
  );
const QUERIES: Record<string, string> = { listEvents: `?job=hwc-ecs/${PROJECT}/${spec(1).jobId}` };
const BODIES: Record<string, unknown> = {
  trackJobs: spec(2),
  createSubscription: {
    name: 'x',
    on: 'failures',
    channel: 'webhook',
    target: 'https://hooks.example.com/x',
  },
  changeSubscription: { name: 'y' },
  createRecovery: { since: '2026-03-01T12:00:00Z', dryRun: true },
  createMute: { name: 'web-*', for: '1h', why: 'a rollout' },
  replay: { since: '2026-03-01T12:00:00Z', dryRun: true },
  intake: { url: `https://ecs.example.com/v1/${PROJECT}/jobs/${spec(2).jobId}` },
  testRoutes: { sample: 'job.failed' },
};
const rightly = (id: string): Sent => (BODIES[id] ? { body: BODIES[id] } : {});

describe('tokens', () => {
  it('are needed everywhere but for health and the links in mails', () => {
    const open = all.filter(([, route]) => route.scope === null).map(([id]) => id);
    expect(open).toEqual(['health', 'showConfirmation', 'confirm', 'showUnsubscribe', 'unsubscribe']);
  });

  describe.each(guarded)('%s', (id, route) => {
    const tracking = async (): Promise<Kit> => {
      const kit = await apiKit();
      await kit.call('POST', '/v1/jobs', { body: spec(1) });
      return kit;
    };
    /** Of the API in `there`, or of a new one: what is refused changes nothing, so several requests may share one. */
    const ask = async (make: (kit: Kit) => Promise<string | null>, more: Sent = {}, there?: Kit) => {
      const kit = there ?? (await tracking());
      const token = await make(kit);
      const before = JSON.stringify(await kit.store.subscriptions.list({ limit: 9 }));
      const got = await kit.call(route.method, pathOf(route) + (QUERIES[id] ?? ''), {
        ...rightly(id),
        ...more,
        token,
      });
      const after = JSON.stringify(await kit.store.subscriptions.list({ limit: 9 }));
      if (got.status >= 400) expect(after).toBe(before);
      return got;
    };

    it('is refused without a token, and whatever else stands in its place', async () => {
      const kit = await tracking();
      for (const authorization of [
        undefined,
        '',
        'Bearer',
        'Bearer ',
        'Basic abc',
        `jct_${'0'.repeat(16)}_${'0'.repeat(64)}`,
      ]) {
        const got = await ask(
          async () => null,
          authorization === undefined ? {} : { headers: { authorization } },
          kit,
        );
        expect([authorization, got.status]).toEqual([authorization, 401]);
        expect(got.headers.get('www-authenticate')).toBe('Bearer realm="jobchime"');
      }
    });

    it('is refused with a wrong secret, an unknown id, no token at all, or the hash that is stored', async () => {
      const wrong: ((right: string) => string)[] = [
        (right) => right.slice(0, -1) + (right.endsWith('0') ? '1' : '0'),
        (right) => right.toUpperCase(),
        (right) => right.replace(/_[0-9a-f]{16}_/, `_${'0'.repeat(16)}_`),
        (right) => `${right}0`,
        () => 'jct__',
      ];
      const kit = await tracking();
      for (const make of wrong) expect((await ask(async () => make(kit.admin), {}, kit)).status).toBe(401);
      const got = await ask(
        async ({ store, admin }) => {
          const [, tokenId] = admin.split('_');
          return `jct_${tokenId}_${(await store.tokens.get(tokenId!))!.hash}`;
        },
        {},
        kit,
      );
      expect(got.status).toBe(401);
    });

    it('is refused once the token has expired or was deleted', async () => {
      const expired = await ask(async ({ tokenFor, clock }) => {
        const token = await tokenFor(['admin'], { expiresAt: START + 1_000 });
        clock.pass(1_000);
        return token;
      });
      expect([expired.status, expired.body.detail]).toEqual([401, 'This token has expired.']);
      const deleted = await ask(async ({ tokens, tokenFor }) => {
        const token = await tokenFor(['admin']);
        await tokens.remove(token.split('_')[1]!);
        return token;
      });
      expect(deleted.status).toBe(401);
    });

    it.each(SCOPES.map((scope) => [scope]))(
      'asks for its scope, and %s is that or not',
      async (scope: Scope) => {
        const got = await ask(({ tokenFor }) => tokenFor([scope]));
        if (scope === 'admin' || scope === route.scope) expect(got.status).not.toBe(403);
        else
          expect([got.status, got.body.detail]).toEqual([
            403,
            `This needs the scope ${route.scope}; the token has ${scope}.`,
          ]);
        expect(got.status).not.toBe(401);
        expect(got.status).not.toBe(422);
      },
    );

    it('gives a token for other projects nothing', async () => {
      const limited = await ask(({ tokenFor }) => tokenFor(['admin'], { projects: [OTHER] }));
      if (route.limited === 'refused') return expect(limited.status).toBe(403);
      if (id === 'openApi') return expect(limited.status).toBe(200);
      if (id === 'createRecovery') return expect(limited.body).toMatchObject({ events: 0, sent: 0 });
      if (id === 'intake') return expect(limited.body).toEqual({ from: 'calls', results: [], ignored: 1 });
      if (limited.status === 200) return expect(limited.body.items).toEqual([]);
      expect([403, 404]).toContain(limited.status);
      expect(limited.text).not.toContain('outstanding');
    });
  });
});

describe('a token that is limited to projects', () => {
  it('tracks, sees and removes what is theirs', async () => {
    const { call, tokenFor } = await apiKit();
    const token = await tokenFor(['track', 'read'], { projects: [PROJECT, OTHER] });
    expect((await call('POST', '/v1/jobs', { token, body: spec(1) })).status).toBe(201);
    expect((await call('GET', '/v1/jobs', { token })).body.items).toHaveLength(1);
    expect((await call('DELETE', `/v1/jobs/hwc-ecs/${PROJECT}/${spec(1).jobId}`, { token })).status).toBe(
      204,
    );
  });

  it('tracks nothing of a list that holds a job of another one', async () => {
    const { call, tokenFor, store } = await apiKit();
    const token = await tokenFor(['track'], { projects: [PROJECT] });
    const jobs = [spec(1), spec(2, { projectId: OTHER })];
    const got = await call('POST', '/v1/jobs', { token, body: { jobs } });
    expect([got.status, got.body.errors[0].field]).toEqual([403, 'jobs[1].projectId']);
    expect((await store.jobs.list({ limit: 9 })).rows).toEqual([]);
  });

  it('sees no delivery of a job of another one, nor what concerns all', async () => {
    const kit = await apiKit();
    const { call, tokenFor } = kit;
    await call('POST', '/v1/jobs', { body: spec(1) });
    const row = (await kit.store.jobs.list({ limit: 1 })).rows[0]!;
    const { job } = decide(row, failed, START + 60_000, POLICY);
    await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
    await call('POST', '/v1/subscriptions/ops/test');
    const kinds = async (projects: string[]): Promise<string[]> => {
      const token = await tokenFor(['read'], { projects });
      const all = (await call('GET', '/v1/deliveries')).body.items as {
        eventId: string;
        id: string;
        kind: string;
      }[];
      expect(all).toHaveLength(2);
      const { items } = (await call('GET', '/v1/deliveries', { token })).body;
      const single = await Promise.all(
        all.map(({ eventId, id }) => call('GET', `/v1/deliveries/${eventId}/${id}`, { token })),
      );
      const seen = single.filter((got) => got.status === 200).map((got) => got.body.kind);
      expect(items.map((item: { kind: string }) => item.kind)).toEqual(seen);
      return seen;
    };
    expect(await kinds([PROJECT])).toEqual(['job.failed']);
    expect(await kinds([OTHER])).toEqual([]);
  });

  it('is told of the deliveries of a job of another one what it is told of one that is not there', async () => {
    const { call, tokenFor } = await apiKit();
    await call('POST', '/v1/jobs', { body: spec(1) });
    const key = `hwc-ecs/${PROJECT}/${spec(1).jobId}`;
    const path = `/v1/deliveries?job=${key}`;
    expect(
      (await call('GET', path, { token: await tokenFor(['read'], { projects: [PROJECT] }) })).status,
    ).toBe(200);
    const got = await call('GET', path, { token: await tokenFor(['read'], { projects: [OTHER] }) });
    expect([got.status, got.body.detail]).toEqual([404, `${key} is not tracked.`]);
  });

  it('sees no event of a job of another one, nor what concerns all', async () => {
    const kit = await apiKit();
    const { call, tokenFor } = kit;
    await call('POST', '/v1/jobs', { body: { jobs: [spec(1), spec(2)] } });
    const [sent, unsent] = await Promise.all(
      [1, 2].map(async (n) => {
        const row = (await kit.store.jobs.get(`hwc-ecs/${PROJECT}/${spec(n).jobId}`))!;
        const { job } = decide(row, failed, START + n * 60_000, POLICY);
        await kit.store.jobs.save({ ...job, outbox: [] });
        return job;
      }),
    );
    await dispatchStored(kit.dispatching, [jobEvent(sent!, sent!.outbox[0]!)]);
    await call('POST', '/v1/subscriptions/ops/test');
    await dispatchStored(kit.dispatching, [jobEvent(unsent!, unsent!.outbox[0]!)]);
    const seen = async (token?: string): Promise<string[]> =>
      (await call('GET', '/v1/events', token ? { token } : {})).body.items.map(
        ({ subject }: { subject: string }) => subject,
      );
    expect(await seen()).toHaveLength(3);
    const own = (await seen(await tokenFor(['read'], { projects: [PROJECT] }))).toSorted();
    expect(own).toEqual([sent!.key, unsent!.key].toSorted());
    expect(await seen(await tokenFor(['read'], { projects: [OTHER] }))).toEqual([]);
  });

  it('finds no job of another one by its id, nor tracks one by leaving the project out', async () => {
    const { call, tokenFor, store } = await apiKit();
    await call('POST', '/v1/jobs', { body: spec(1) });
    const [own, other] = [
      await tokenFor(['read', 'track'], { projects: [PROJECT] }),
      await tokenFor(['read', 'track'], { projects: [OTHER] }),
    ];
    const found = async (token: string) =>
      (await call('GET', `/v1/jobs?jobId=${spec(1).jobId}`, { token })).body.items.length;
    expect([await found(own), await found(other)]).toEqual([1, 0]);
    const track = async (token: string, origin: string) =>
      (await call('POST', '/v1/jobs', { token, body: { origin, jobId: 'a1' } })).status;
    expect(await track(other, 'hwc-ecs')).toBe(403);
    expect(await track(other, 'nowhere')).toBe(403);
    expect((await store.jobs.list({ limit: 9 })).rows).toHaveLength(1);
    expect(await track(own, 'hwc-ecs')).toBe(201);
  });

  it('is not told what others have subscribed', async () => {
    const quiet = subscription('secret-plans', { on: 'endings' });
    const { call, tokenFor, store } = await apiKit({ fixed: [quiet] });
    const token = await tokenFor(['read'], { projects: [PROJECT] });
    await call('POST', '/v1/jobs', { body: spec(1) });
    const key = `hwc-ecs/${PROJECT}/${spec(1).jobId}`;
    const row = (await store.jobs.get(key))!;
    const pending = { kind: 'job.payment_pending' as const, at: START, sequence: 1 };
    await store.jobs.save({
      ...row,
      emitted: [pending.kind],
      outbox: [pending],
      notify: ['slack:secret-plans'],
    });
    const path = `/v1/jobs/${key}/explain`;
    expect((await call('GET', path)).body.events[0].unmatched).toMatchObject([
      { subscription: 'secret-plans' },
    ]);
    expect((await call('GET', path)).body.notify).toEqual(['slack:secret-plans']);
    expect((await call('GET', path, { token })).text).not.toContain('secret-plans');
  });
});

describe('a list for a token that is limited to projects', () => {
  const OWN = 4;
  /** Few jobs of one's own among many others; all have failed, and each has one delivery. */
  async function mixed() {
    const kit = await apiKit();
    const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    const jobs = Array.from({ length: 24 }, (_, n) => {
      const one = spec(n, { projectId: n % 6 === 3 ? PROJECT : OTHER });
      return decide(newJob(one, info, START - n * 1_000, START), failed, START, POLICY).job;
    });
    await kit.store.jobs.create(jobs);
    for (const job of jobs) await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
    const token = await kit.tokenFor(['read'], { projects: [PROJECT] });
    /** Every page, each with its cursor as everybody can read it. */
    const walk = async (path: string) => {
      const pages: { items: number; cursor: string | null }[] = [];
      for (let next: string | null = ''; next !== null && pages.length < 99;) {
        const cursor = next && `&cursor=${encodeURIComponent(next)}`;
        const { body } = await kit.call('GET', `${path}${cursor}`, { token });
        next = body.next as string | null;
        const decoded = next && Buffer.from(next.replace(/^\d\./, ''), 'base64url').toString();
        pages.push({ items: body.items.length, cursor: decoded });
        expect(JSON.stringify(body)).not.toContain(OTHER);
      }
      return pages;
    };
    const foreign = jobs.filter(({ projectId }) => projectId === OTHER);
    return { ...kit, token, jobs, foreign, walk };
  }

  it.each([1, 2, 3, 4, 50])('is full up to %i, and its cursor names what was shown alone', async (limit) => {
    const { walk, foreign } = await mixed();
    const hidden = foreign.flatMap((job) => [
      job.key,
      job.jobId,
      eventId(job.key, job.createdAt, 'job.failed'),
    ]);
    for (const path of [
      '/v1/jobs?',
      '/v1/jobs?state=failed&',
      '/v1/jobs?origin=hwc-ecs&',
      '/v1/deliveries?',
    ]) {
      const pages = await walk(`${path}limit=${limit}`);
      expect(pages.map(({ items }) => items)).toEqual(
        Array.from({ length: Math.ceil(OWN / limit) }, (_, n) => Math.min(limit, OWN - n * limit)),
      );
      for (const { cursor } of pages.slice(0, -1)) {
        expect(cursor).toMatch(/^\[\d+,".+"\]$/);
        for (const text of hidden) expect(cursor).not.toContain(text);
      }
    }
  });

  it('does not show how the jobs of others ended, nor that there are any', async () => {
    const { call, token, foreign, tokenFor } = await mixed();
    const stranger = await tokenFor(['read'], { projects: ['e'.repeat(32)] });
    const event = eventId(foreign[0]!.key, foreign[0]!.createdAt, 'job.failed');
    const nothing = { items: [], next: null };
    for (const path of [
      '/v1/jobs?',
      '/v1/jobs?state=failed&',
      '/v1/deliveries?',
      '/v1/events?',
      '/v1/events?after=&',
    ])
      expect((await call('GET', `${path}limit=1`, { token: stranger })).body).toEqual(nothing);
    for (const path of [
      '/v1/jobs?state=lost&',
      `/v1/deliveries?event=${event}&`,
      '/v1/deliveries?state=failed&',
    ])
      expect((await call('GET', `${path}limit=1`, { token })).body).toEqual(nothing);
  });

  it('goes on behind the cursor of somebody who sees more, and shows no more for it', async () => {
    const { call, token } = await mixed();
    const { next } = (await call('GET', '/v1/jobs?limit=5')).body;
    const { items } = (await call('GET', `/v1/jobs?limit=50&cursor=${next}`, { token })).body;
    expect(items).toHaveLength(3);
  });

  it('has the newest events of its own, however many others are newer', async () => {
    const { call, token, jobs } = await mixed();
    const { items } = (await call('GET', '/v1/events?limit=2', { token })).body;
    const own = jobs.filter(({ projectId }) => projectId === PROJECT).map(({ key }) => key);
    expect(items).toHaveLength(2);
    for (const { subject } of items) expect(own).toContain(subject);
    const all = [];
    for (let after = ''; ;) {
      const page = (await call('GET', `/v1/events?after=${after}&limit=3`, { token })).body;
      if (page.items.length === 0) break;
      all.push(...page.items);
      after = page.next;
    }
    expect(all.map((one: { subject: string }) => one.subject)).toEqual(own);
  });
});

describe('what is stored of a token', () => {
  it('is its hash alone, and no line of the log holds the token', async () => {
    const { admin, store, call, telemetry } = await apiKit();
    await call('GET', '/v1/jobs');
    await call('GET', '/v1/jobs', { token: `${admin}0` });
    const [, id, secret] = admin.split('_');
    expect(JSON.stringify(await store.tokens.get(id!))).not.toContain(secret);
    expect(JSON.stringify(telemetry.lines)).not.toContain(secret);
  });

  it('is compared in constant time, and nowhere otherwise', () => {
    const source = readFileSync(new URL('../../../lib/core/access/token.ts', import.meta.url), 'utf8');
    expect(source).toMatch(/isSecretOf[^}]*sameText\(sha256\(secret\)/);
    expect(source).toMatch(/sameText = [^;]*timingSafeEqual/);
    expect(source).not.toMatch(/hash\s*[!=]==|[!=]==\s*\S*hash/);
  });
});

describe('the rate', () => {
  it('is that of one token: a burst, then as many as refill', async () => {
    const { call, tokenFor, clock } = await apiKit({ over: () => ({ limits: { burst: 3, perSecond: 2 } }) });
    const [busy, calm] = [await tokenFor(['read']), await tokenFor(['read'])];
    const ask = async (token: string) => (await call('GET', '/v1/jobs', { token })).status;
    expect([await ask(busy), await ask(busy), await ask(busy), await ask(busy)]).toEqual([
      200, 200, 200, 429,
    ]);
    expect(await ask(calm)).toBe(200);
    const got = await call('GET', '/v1/jobs', { token: busy });
    expect(got.headers.get('retry-after')).toBe('1');
    clock.pass(500);
    expect([await ask(busy), await ask(busy)]).toEqual([200, 429]);
    clock.pass(60_000);
    expect([await ask(busy), await ask(busy), await ask(busy), await ask(busy)]).toEqual([
      200, 200, 200, 429,
    ]);
  });
});
