/** Making and changing subscriptions in a page, the pattern editor, and what messages would say. */
import { describe, expect, it } from 'vitest';
import { failed, PROJECT, running, subscription, succeeded } from '../../kit.ts';
import { FIELDS } from '../../../lib/adapters/console/fields.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';

const TARGET = 'https://hooks.test/s3cret-path';
const DRAFT = { name: 'mine', what: 'failures', channel: 'slack', target: SLACK() };
function SLACK(): string {
  return 'https://hooks.slack.com/services/T00000000/B00000000/s3cretpath';
}
const section = (text: string): string =>
  /<section data-part="matches"[^]*?<\/section>/.exec(text)?.[0] ?? '';
const rows = async (kit: ConsoleKit) =>
  (await kit.store.subscriptions.list({ limit: 10 })).rows.filter(({ definition }) => definition);
const onceIn = (text: string): string => /name="once" value="(\w+)"/.exec(text)![1]!;

describe('a subscription', () => {
  it('is made by a form, and leads to its page', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const { text } = await visitor.get('/subscribe');
    expect(text).toContain('<form method="post" action="/subscribe" class="draft"');
    const fields = {
      ...DRAFT,
      lang: 'de',
      zone: 'Europe/Berlin',
      digest: '09:00',
      from: '22:00',
      to: '07:00',
    };
    const { status, headers } = await visitor.post('/subscribe', fields);
    const [row] = await rows(kit);
    expect([status, headers.get('location')]).toEqual([303, `/subscriptions/${row!.key}?done=made`]);
    const made = await kit.call('GET', `/v1/subscriptions/${row!.key}`);
    expect(made.body).toMatchObject({
      name: 'mine',
      on: 'failures',
      channel: 'slack',
      lang: 'de',
      zone: 'Europe/Berlin',
      digest: { at: '09:00' },
      quiet: { from: '22:00', to: '07:00' },
    });
    const page = await visitor.get(headers.get('location')!);
    expect(page.says).toMatch(/mine It is made\..*State active.*hooks\.slack\.com/);
    expect(page.text).not.toContain('s3cret');
  });

  it('to a webhook shows its key once, also where the form is sent twice, and the webhook is asked first', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const form = await visitor.get('/subscribe');
    const fields = { ...DRAFT, channel: 'webhook', target: TARGET, once: onceIn(form.text) };
    const shown = await visitor.post('/subscribe', fields);
    const [key] = /whsec_[\w+/=]+/.exec(shown.text)!;
    expect((await visitor.post('/subscribe', fields)).text).toContain(key);
    expect(await rows(kit)).toHaveLength(1);
    expect(kit.challenges).toHaveLength(1);
    const id = (await rows(kit))[0]!.key;
    for (const path of ['/subscriptions', `/subscriptions/${id}`, `/subscriptions/${id}/edit`]) {
      const { text } = await visitor.get(path);
      expect(text, path).not.toMatch(/whsec_\w/);
      expect(text, path).not.toContain('s3cret');
    }
    const again = { once: onceIn((await visitor.get(`/subscriptions/${id}`)).text) };
    const rotated = await visitor.post(`/subscriptions/${id}/rotate`, again);
    const [second] = /whsec_[\w+/=]+/.exec(rotated.text)!;
    expect(second).not.toBe(key);
    expect((await visitor.post(`/subscriptions/${id}/rotate`, again)).text).toContain(second);
    expect(JSON.stringify(kit.telemetry.lines)).not.toMatch(/whsec_|s3cret/);
  });

  it('takes how groups are told of and words of its own, over several lines', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    await visitor.post('/subscribe', { ...DRAFT, fold: 'none', text: '{{ message.hint }}\r\nAsk ops.' });
    const id = (await rows(kit))[0]!.key;
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      fold: 'none',
      template: { text: '{{ message.hint }}\nAsk ops.' },
    });
    const form = await visitor.get(`/subscriptions/${id}/edit`);
    // What was chosen is not taken back, only chosen otherwise.
    expect(form.text).toMatch(
      /name="fold"><option value="group">[^<]*<\/option><option value="none" selected>/,
    );
    expect(form.text).toContain('{{ message.hint }}\nAsk ops.</textarea>');
  });

  it('of an address waits for its consent, and says so', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const { headers } = await visitor.post('/subscribe', {
      ...DRAFT,
      channel: 'email',
      target: 'ops@example.com',
    });
    expect(kit.mails.map(({ to }) => to)).toEqual(['ops@example.com']);
    const page = await visitor.get(headers.get('location')!);
    expect(page.says).toMatch(/A mail asks the address to confirm.*waits for consent/);
    expect(page.text).not.toContain(kit.mails[0]!.link);
  });

  it.each([
    ['a name that is none', { name: '' }, /name must be 1 to 64 characters/],
    ['a target that may not be sent to', { target: 'http://169.254.169.254/s3cret' }, /target/],
    ['a pattern that is no JSON', { what: 'pattern', pattern: '{"detail-type":' }, /pattern/],
    [
      'a pattern that nothing can match',
      { what: 'pattern', pattern: '{"detail-type":["job.fail"]}' },
      /job\.fail/,
    ],
    ['a zone that is none', { zone: 'Mars/Base' }, /zone is not the name of a time zone/],
    ['a digest that is none', { digest: 'often' }, /digest/],
    ['half of quiet hours', { from: '22:00' }, /quiet/],
    ['words that are no template', { title: '{{ message.title' }, /template/],
    ['a channel that is none', { channel: 'pigeon' }, /channel/],
  ])('is refused with %s: what was written stays, but for the target', async (_, wrong, says) => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const shown = await visitor.post('/subscribe', { ...DRAFT, name: 'kept-name', ...wrong });
    expect(shown.status).toBe(422);
    expect(shown.says).toMatch(says);
    if (!('name' in wrong)) expect(shown.text).toContain('value="kept-name"');
    expect(shown.text).not.toContain('s3cret');
    expect(await rows(kit)).toEqual([]);
  });

  it('is changed in what differs, and keeps its target and what no form shows', async () => {
    const kit = await consoleKit();
    const body = {
      name: 'mine',
      on: 'failures',
      channel: 'slack',
      target: SLACK(),
      template: { title: '{{ title }}!' },
      quiet: { from: '22:00', to: '07:00', days: ['fri'] },
    };
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body })).body;
    const before = (await rows(kit))[0]!;
    const sealed = before.definition!.address;
    const visitor = await kit.signedIn(['admin']);
    const form = await visitor.get(`/subscriptions/${id}/edit`);
    expect(form.text).toContain('value="22:00"');
    const words = { title: '{{ title }}!' };
    const same = { name: 'mine', what: 'failures', from: '22:00', to: '07:00', ...words };
    await visitor.post(`/subscriptions/${id}/edit`, same);
    expect((await rows(kit))[0]).toEqual(before);
    const { headers } = await visitor.post(`/subscriptions/${id}/edit`, {
      ...same,
      what: 'pattern',
      pattern: '{"detail-type": ["job.lost"]}',
      digest: '2h',
      from: '23:00',
      rollup: 'off',
    });
    expect(headers.get('location')).toBe(`/subscriptions/${id}?done=changed`);
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      on: null,
      pattern: { 'detail-type': ['job.lost'] },
      digest: { every: '2h' },
      quiet: { from: '23:00', to: '07:00', days: ['fri'] },
      rollup: false,
      template: { title: '{{ title }}!' },
    });
    expect((await rows(kit))[0]!.definition!.address).toBe(sealed);
    await visitor.post(`/subscriptions/${id}/edit`, {
      name: 'mine',
      what: 'endings',
      fold: 'none',
      digest: '',
      from: '',
      to: '',
      title: '',
    });
    const after = (await kit.call('GET', `/v1/subscriptions/${id}`)).body;
    expect(after).toMatchObject({ on: 'endings', rollup: { above: 5 } });
    expect(after.digest ?? after.quiet ?? after.template ?? null).toBeNull();
    expect(after.fold).toBe('none');
    await visitor.post(`/subscriptions/${id}/edit`, { name: 'mine', what: 'endings', target: `${SLACK()}2` });
    expect((await rows(kit))[0]!.definition!.address).not.toBe(sealed);
  });

  it('of the configuration is changed there, and says so', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const page = await visitor.get('/subscriptions/ops');
    expect(page.text).not.toContain('/subscriptions/ops/edit');
    const { status, says } = await visitor.post('/subscriptions/ops/edit', {
      name: 'other',
      what: 'endings',
    });
    expect([status, says]).toEqual([409, expect.stringContaining('stands in the configuration file')]);
    expect((await visitor.post('/subscriptions/ops/remove')).status).toBe(409);
  });

  it('is removed', async () => {
    const kit = await consoleKit();
    const { id } = (
      await kit.call('POST', '/v1/subscriptions', {
        body: { name: 'mine', on: 'failures', channel: 'slack', target: SLACK() },
      })
    ).body;
    const visitor = await kit.signedIn(['admin']);
    const { headers } = await visitor.post(
      `/subscriptions/${id}/remove`,
      {},
      { from: `/subscriptions/${id}` },
    );
    expect(headers.get('location')).toBe('/subscriptions?done=removed');
    expect(await rows(kit)).toEqual([]);
    expect((await visitor.get(`/subscriptions/${id}`)).status).toBe(404);
  });
});

describe('the pattern editor', () => {
  const tried = (pattern: string) => ({ what: 'pattern', pattern, try: 'yes' });

  it('shows at once which recent events match, why the others do not, and makes nothing', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed, { name: 'web-1', labels: { team: 'web' } });
    await job(kit, 2, failed, { name: 'db-2', labels: { team: 'data' } });
    await job(kit, 3, succeeded, { name: 'web-3', labels: { team: 'web' } });
    const visitor = await kit.signedIn(['admin']);
    const pattern = '{"detail-type":["job.failed"],"detail":{"data":{"job":{"labels":{"team":["web"]}}}}}';
    const { text, status } = await visitor.post('/subscribe', tried(pattern));
    expect(status).toBe(200);
    const shown = section(text).replaceAll(/\s+/g, ' ');
    expect(shown).toContain('1 of the newest 3 events');
    expect(shown).toMatch(/web-1: creating the server failed<\/a><br><strong>✓ matches/);
    expect(shown).toMatch(
      /db-2: creating the server failed<\/a><br>✗ does not match: <code>detail\.data\.job\.labels\.team/,
    );
    expect(shown).toMatch(/web-3: creating the server succeeded<\/a><br>✗ does not match: <code>detail-type/);
    expect(await rows(kit)).toEqual([]);
    expect(kit.challenges).toEqual([]);
  });

  it('says why not in the language of the page, and so does the page of a job', async () => {
    const kit = await consoleKit({ fixed: [subscription('ops', { on: 'failures' })] });
    const it = await job(kit, 1, succeeded, { name: 'web-1' });
    const visitor = await kit.signedIn(['admin']);
    const pattern =
      '{"$or":[{"detail-type":["job.failed","job.lost"]},{"detail":{"data":{"job":{"labels":{"a":["b"]}}}}}]}';
    const { text } = await visitor.post('/subscribe?lang=de', tried(pattern));
    expect(section(text).replaceAll('&quot;', '"')).toMatch(
      /web-1[^]*passt nicht: <code>detail-type ist "job\.succeeded", verlangt ist "job\.failed" oder "job\.lost"; auch nicht: detail\.data\.job\.labels\.a fehlt, verlangt ist "b"<\/code>/,
    );
    const page = await visitor.get(`/jobs/${it.key}?lang=de`);
    expect(page.says).toMatch(/ops \(job\.succeeded\): detail-type ist .*verlangt ist/);
    expect(page.says).not.toContain('wanted');
    expect((await visitor.get(`/jobs/${it.key}?lang=en`)).says).toMatch(
      /ops \(job\.succeeded\): detail-type is .*wanted/,
    );
  });

  it('agrees with routes test on every recent event and every sample', async () => {
    const kit = await consoleKit();
    await job(kit, 1, failed, { labels: { team: 'web' } });
    await job(kit, 2, succeeded);
    const pattern = {
      'detail-type': [{ prefix: 'job.' }],
      detail: { data: { job: { labels: { team: ['web'] } } } },
    };
    const body = { name: 'mine', pattern, channel: 'slack', target: SLACK() };
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body })).body;
    const visitor = await kit.signedIn(['admin']);
    const { text } = await visitor.get(`/subscriptions/${id}`);
    const asked = [
      ...section(text).matchAll(/<li class="(good)?">(?:(?!<\/li>)[^])*\/preview\?(event|sample)=([\w.]+)/g),
    ];
    expect(asked.length).toBeGreaterThan(15);
    for (const [, good, how, what] of asked) {
      const { routes } = (await kit.call('POST', '/v1/routes/test', { body: { [how!]: what } })).body;
      const route = routes.find(({ subscription }: { subscription: string }) => subscription === id);
      expect([what, good === 'good']).toEqual([what, route.mismatch === null]);
    }
  });

  it('says of a preset in a word that an event is none of it', async () => {
    const kit = await consoleKit();
    await job(kit, 1, succeeded, { name: 'web-1' });
    const visitor = await kit.signedIn(['admin']);
    const { text } = await visitor.post('/subscribe', { what: 'failures', try: 'yes' });
    expect(section(text)).toMatch(/web-1[^]*✗ is none of its failures/);
    expect(section(text)).not.toContain('detail-type');
  });

  it('says what is wrong with a pattern, where and how to mend it', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const { text } = await visitor.post(
      '/subscribe',
      tried('{"detail":{"data":{"job":{"labels":{"team":"web"}}}}}'),
    );
    expect(section(text)).toMatch(
      /The pattern cannot be used.*<code>detail\.data\.job\.labels\.team<\/code> is neither a list nor an object\. write a list/s,
    );
  });

  it('says it in German on a German page', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const saysOf = async (pattern: unknown) => {
      const fields = { what: 'pattern', pattern: JSON.stringify(pattern), try: 'yes' };
      return (await visitor.post('/subscribe?lang=de', fields)).says;
    };
    expect(await saysOf({ detail: [] })).toContain(
      'detail ist eine leere Liste, zu der nichts passt. Mindestens einen Wert nennen',
    );
    const refused = await visitor.post('/subscribe?lang=de', {
      name: 'mine',
      what: 'pattern',
      pattern: '{"detail":[]}',
      channel: 'webhook',
      target: 'https://hooks.test/in',
    });
    expect(refused.status).toBe(422);
    expect(refused.says.match(/detail ist eine leere Liste/g)).toHaveLength(2);
    expect(refused.says).not.toContain('empty list');
    expect(await saysOf({ source: [{ wildcard: 'a**' }] })).toContain(
      'source[0].wildcard hat zwei * nacheinander',
    );
    expect(await saysOf({ sauce: ['jobchime'] })).toMatch(
      /ist kein Feld eines Ereignisses: Ist .*source.* gemeint\?/,
    );
  });

  it('shows samples where nothing has happened', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const { text } = await visitor.get('/subscribe');
    expect(section(text)).toMatch(/No event has happened yet.*<details open>.*<code>job\.failed<\/code>/s);
  });

  it('keeps a long pattern of somebody and shows it as it was', async () => {
    const kit = await consoleKit();
    const visitor = await kit.signedIn(['admin']);
    const names = Array.from({ length: 400 }, (_, n) => `"server-${n}"`).join(',');
    const { status, text } = await visitor.post(
      '/subscribe',
      tried(`{"detail":{"data":{"job":{"name":[${names}]}}}}`),
    );
    expect(status).toBe(200);
    expect(text).toContain('server-399');
  });
});

describe('the preview', () => {
  it('shows what a channel would be sent of a sample and of what has happened, in its language', async () => {
    const kit = await consoleKit();
    const it = await job(kit, 1, failed, { name: 'web-1' });
    const { event } = (await kit.store.deliveries.list({ limit: 1 })).rows[0]!;
    const visitor = await kit.signedIn(['read']);
    const sample = await visitor.get('/preview?of=job.lost&channel=email&in=de');
    expect(sample.says).toMatch(/What a phone shows.*Ergebnis unbekannt/);
    expect(sample.text).toContain('email.html');
    const real = await visitor.get(`/preview?of=${event.metadata.id}&channel=slack`);
    expect(real.says).toContain('web-1: creating the server failed');
    expect(real.text).toContain(`value="${event.metadata.id}" selected`);
    expect(real.text).toContain('slack.json');
    expect((await visitor.get(`/preview?of=evt_${'0'.repeat(32)}`)).status).toBe(404);
    expect((await visitor.get('/preview?of=nonsense&channel=nonsense&in=nonsense')).status).toBe(200);
    expect(it.name).toBe('web-1');
    expect(kit.channel.sent).toEqual([]);
  });

  it('is in the own words of a subscription, and says where these fail', async () => {
    const kit = await consoleKit();
    const body = {
      name: 'mine',
      on: 'failures',
      channel: 'slack',
      target: SLACK(),
      template: { title: 'Own words' },
    };
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body })).body;
    const visitor = await kit.signedIn(['read']);
    expect((await visitor.get(`/preview?subscription=${id}`)).says).toMatch(
      /What a phone shows .{0,3}Own words As text/,
    );
    await kit.call('PATCH', `/v1/subscriptions/${id}`, {
      body: { template: { title: '{% if false %}x{% endif %}' } },
    });
    expect((await visitor.get(`/preview?subscription=${id}`)).says).toContain('The template failed');
  });

  it('shows a token of a project nothing of others: neither events nor subscriptions', async () => {
    const kit = await consoleKit({ fixed: [subscription('secret-ops')] });
    await job(kit, 1, failed, { name: 'secret-1', projectId: OTHER_PROJECT });
    const { event } = (await kit.store.deliveries.list({ limit: 1 })).rows[0]!;
    const visitor = await kit.signedIn(['admin'], { projects: [PROJECT] });
    for (const path of ['/preview', '/preview?subscription=secret-ops', '/preview?of=job.failed']) {
      const { status, text } = await visitor.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text.replaceAll('secret-ops&amp;lang', '')).not.toMatch(
        /secret|origin\.unreachable|subscription\.disabled/,
      );
    }
    expect((await visitor.get(`/preview?of=${event.metadata.id}`)).status).toBe(404);
    expect((await visitor.get('/preview?of=origin.unreachable')).status).toBe(403);
  });
});

describe('what others write', () => {
  it.each(HOSTILE)('is only text in forms, in the pattern editor and in previews: %j', async (text) => {
    const kit = await consoleKit();
    const over = { name: text, labels: { [text]: text }, requestedBy: text };
    await job(kit, 1, failed, over);
    await job(kit, 2, running, over);
    const [row] = (await kit.store.deliveries.list({ limit: 1 })).rows;
    const wellFormed = text.toWellFormed();
    const visitor = await kit.signedIn(['admin']);
    const fields = Object.fromEntries(
      ['name', 'what', 'pattern', 'channel', ...FIELDS.map(({ name }) => name)].map((name) => [
        name,
        wellFormed,
      ]),
    );
    const pattern = JSON.stringify({
      detail: { data: { job: { labels: { [wellFormed]: [wellFormed] }, name: [wellFormed] } } },
    });
    const shown = [
      await visitor.post('/subscribe', { ...fields, target: wellFormed }),
      await visitor.post('/subscribe', { ...fields, channel: 'webhook', what: 'failures' }),
      await visitor.post('/subscribe', { ...fields, what: 'pattern', pattern, try: 'yes' }),
      await visitor.post('/subscribe', { ...fields, what: 'pattern', pattern: wellFormed, try: 'yes' }),
      await visitor.get(`/preview?of=${row!.event.metadata.id}`),
      await visitor.get(
        `/preview?of=${encodeURIComponent(wellFormed)}&subscription=${encodeURIComponent(wellFormed)}`,
      ),
      await visitor.get(`/subscriptions/ops?done=${encodeURIComponent(wellFormed)}`),
    ];
    for (const { status, text: page } of shown) {
      expect(status).toBeLessThan(500);
      isOnlyText(page);
    }
  });
});
