/** The links in messages: the one page that each opens, for how long, and that nobody else makes one. */
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { pageLinks } from '../../../lib/adapters/platform/page-link.ts';
import { deliver } from '../../../lib/app/deliver/deliver.ts';
import { newGroup } from '../../../lib/core/jobs/group.ts';
import { jobEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { asDrill } from '../../../lib/core/notify/drill.ts';
import { memberAfter, newMember } from '../../../lib/core/jobs/member.ts';
import { pageLinksOf, pageOpenerOf } from '../../../lib/wire/sealer.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { failed, ok, PROJECT, rulesWith, scriptedChannel, START } from '../../kit.ts';
import { KEY } from '../api/kit.ts';
import { consoleKit, job, OTHER_PROJECT } from './kit.ts';

const DAY = 86_400_000;
const PUBLIC = 'https://jobchime.test';
const sealer = createSealer(KEY);
const linkTo = pageLinks(PUBLIC, sealer, 7 * DAY)!;
const pathOf = (event: Event, at = START): string => linkTo(event, at)!.slice(PUBLIC.length);
const eventOf = (row: Awaited<ReturnType<typeof job>>): Event =>
  jobEvent(row, { kind: 'job.failed', at: START, sequence: 1 });

describe('a link in a message', () => {
  it('opens the page of its job without signing in, and shows neither forms nor who else was told', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1', notify: ['slack:boss'] });
    const { status, says, text, headers } = await kit.browser().get(pathOf(eventOf(it)));
    expect(status).toBe(200);
    expect(says).toMatch(/The link is good until 2026-03-08 12:00:00 UTC.*web-1: creating the server failed/);
    expect(text).not.toContain('<form');
    expect(says).not.toMatch(/ops|hooks\.test|boss/);
    expect(text).toContain(`<a href="/jobs/${it.key}">`);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('leads a visitor who has signed in and may see it to the page itself, and nobody else', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1' });
    const path = pathOf(eventOf(it));
    const mine = await (await kit.signedIn(['read'], { projects: [PROJECT] })).get(path);
    expect([mine.status, mine.headers.get('location')]).toEqual([303, `/jobs/${it.key}`]);
    for (const other of [
      await kit.signedIn(['read'], { projects: [OTHER_PROJECT] }),
      await kit.signedIn(['track']),
    ]) {
      const { status, text } = await other.get(path);
      expect([status, text]).toEqual([200, expect.stringContaining('The link is good until')]);
    }
  });

  it('opens the page of its group with the members', async () => {
    const kit = await consoleKit();
    for (const projects of [null, [OTHER_PROJECT]]) {
      const group = newGroup({ projects, name: 'nightly', requestedBy: null }, 1, START);
      await kit.store.groups.create([group]);
      const over = { name: 'web-1', projectId: OTHER_PROJECT };
      const one = await job(kit, projects ? 1 : 2, failed, over);
      await kit.store.members.create([memberAfter(newMember(group, one.key, START), one)]);
      const told = Object.values(SAMPLES).find(({ kind }) => kind === 'group.ended') as Extract<
        Event,
        { kind: 'group.ended' }
      >;
      const event = { ...told, data: { ...told.data, group: { ...told.data.group, key: group.key } } };
      const { status, says } = await kit.browser().get(pathOf(event));
      expect([status, says]).toEqual([200, expect.stringMatching(/nightly.*Members.*web-1/)]);
    }
  });

  it('opens nothing else, and begins no session', async () => {
    const kit = await consoleKit();
    const [one, other] = [await job(kit, 1, failed), await job(kit, 2, failed)];
    const visitor = kit.browser();
    const path = pathOf(eventOf(one));
    await visitor.get(path);
    expect(visitor.jar.size).toBe(0);
    for (const further of ['/', `/jobs/${one.key}`, `/jobs/${other.key}`, '/deliveries'])
      expect((await visitor.get(further)).status, further).toBe(303);
    for (const further of [`${path}/jobs/${other.key}`, `${path}/../../jobs/${other.key}/x`, '/s/', '/s'])
      expect((await visitor.get(further)).status, further).toBe(404);
    const { status } = await visitor.post(`/jobs/${one.key}/mute`, {}, { csrf: '' });
    expect(status).toBe(303);
  });

  it('opens nothing once its time is over', async () => {
    const kit = await consoleKit();
    const path = pathOf(eventOf(await job(kit, 1, failed, { name: 'web-1' })));
    kit.clock.pass(7 * DAY - 1);
    expect((await kit.browser().get(path)).status).toBe(200);
    kit.clock.pass(1);
    const { status, says } = await kit.browser().get(path);
    expect([status, says]).toEqual([410, expect.stringContaining('This link has expired')]);
    expect(says).not.toContain('web-1');
  });

  it('cannot be made, changed or taken from anything else that is sealed here', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1' });
    const good = pathOf(eventOf(it)).slice('/s/'.length);
    const about = JSON.stringify(['job', it.key, START + DAY]);
    const flipped = (at: number): string =>
      good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1);
    for (const forged of [
      createSealer(Buffer.alloc(32, 1)).seal(about, 'page'),
      sealer.seal(about, 'unsubscribe'),
      sealer.seal(about, 'console session'),
      sealer.seal('{}', 'page'),
      flipped(5),
      flipped(30),
      flipped(good.length - 2),
      good.slice(0, -4),
      encodeURIComponent(about),
      Buffer.from(about).toString('base64url'),
      'v1.',
    ]) {
      const { status, says } = await kit.browser().get(`/s/${forged}`);
      expect([forged, status]).toEqual([forged, 404]);
      expect(says).not.toContain('web-1');
    }
    // Nor is it a session.
    const visitor = kit.browser();
    visitor.jar.set('jobchime-session', good);
    expect((await visitor.get('/')).status).toBe(303);
  });

  it('opens nothing where links are turned off, and has no more requests than a token', async () => {
    const path = pathOf(eventOf(await job(await consoleKit(), 1, failed)));
    const off = await consoleKit({ links: null });
    await job(off, 1, failed);
    expect((await off.browser().get(path)).status).toBe(404);
    const busy = await consoleKit();
    await job(busy, 1, failed);
    busy.gate.buckets = { take: () => 1_000 };
    expect((await busy.browser().get(path)).status).toBe(429);
  });

  it('of a job that is no longer kept says so', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed);
    await kit.store.jobs.remove((await kit.store.jobs.get(it.key))!);
    expect((await kit.browser().get(pathOf(eventOf(it)))).status).toBe(404);
  });
});

describe('who puts links into messages', () => {
  const configured = (api: string) => {
    const text = `store: x.db
origins:
  otc-ecs:
    dialect: ecs
    cloud: otc
    region: eu-de
    project: 0123456789abcdef0123456789abcdef
    auth: { access_key: env:KEY, secret_key: env:KEY }
api: { listen: '127.0.0.1:0', ${api} }
`;
    const loaded = loadConfig(text, '/tmp/jobchime.yaml', { KEY: KEY.toString('base64') }, createSecrets());
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { config } = loaded;
    return { link: pageLinksOf(config, sealer), opener: pageOpenerOf(config, sealer) };
  };

  it('is who has a key and an address for others, unless none are wanted', () => {
    const both = 'secret_key: env:KEY, public_url: https://jobchime.test';
    expect(configured(both).link).not.toBeNull();
    expect(configured(`${both}, page_links: 30d`).opener).not.toBeNull();
    expect(configured('secret_key: env:KEY').link).toBeNull();
    expect(configured(`${both}, page_links: off`)).toEqual({ link: null, opener: null });
    expect(() => configured(`${both}, page_links: 91d`)).toThrow('must be at most 90d');
    expect(pageLinks(PUBLIC, null, DAY)).toBeNull();
  });

  it.each(Object.entries(SAMPLES))(
    '%s has one where it is about a job or a group that there is',
    (kind, event) => {
      const has = linkTo(event, START) !== undefined;
      expect(has).toBe(/^(job|group)\./.test(kind));
      expect(linkTo(asDrill(event, 'x'), START)).toBeUndefined();
      if (has) expect(linkTo(event, START)!.length).toBeLessThan(500);
    },
  );

  it('is made by the delivery: the message brings the link along, good from then on', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed);
    const channel = scriptedChannel(() => ok);
    const { store, subscriptions, clock, telemetry } = kit;
    const deps = {
      store,
      subscriptions,
      channels: { webhook: channel },
      clock: clock.now,
      telemetry,
      rules: rulesWith([1_000]),
      pageOf: linkTo,
    };
    const [row] = (await store.deliveries.list({ limit: 1 })).rows;
    expect(await deliver(deps as never, row!)).toBe('delivered');
    const { page, event } = channel.sent[0]!;
    expect((await kit.browser().get(page!.slice(PUBLIC.length))).status).toBe(200);
    expect(event.kind).toBe('job.failed');
  });
});
