/** A channel dies, and everything about it is seen and done from the command line: over the store, and over HTTP. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { addCommand as createAdd } from '../../cli/commands/subscriptions-add.ts';
import { CHANNEL_NAMES, CHANNELS } from '../../lib/adapters/channels/registry.ts';
import { requestFields } from '../../lib/adapters/channels/webhook/request-fields.ts';
import type { Rules } from '../../lib/core/input/fields.ts';
import { windowFields } from '../../lib/core/input/window-fields.ts';
import { newEndpoint } from '../../lib/core/notify/endpoint.ts';
import { newTarget } from '../../lib/core/notify/target.ts';
import { serve } from '../adapters/platform/serve.ts';
import { world, type World } from './world.ts';

/** A Slack that revoked the webhook, until it is told otherwise. */
async function slackThat(dead: { now: boolean }): Promise<string> {
  const { url } = await serve(
    (_, response) =>
      void (dead.now ? response.writeHead(404).end('no_service') : response.writeHead(200).end('ok')),
  );
  return `${url}/services/T0/B0/secretpath`;
}

/** Where there is no configuration, over HTTP. */
const remotely = (w: World, url: string, token: string) => (line: string) =>
  w.run(line, { folder: join(w.folder, 'bin'), env: { JOBCHIME_URL: url, JOBCHIME_TOKEN: token } });

describe('a dead channel', () => {
  it('is named, tried and resumed, over the store and over HTTP', async () => {
    const w = await world('api: { listen: 127.0.0.1:0 }\n');
    const dead = { now: true };
    w.env.SLACK_URL = await slackThat(dead);
    const failing = w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 20 } });
    const token = (await w.run('jobchime token create ops --scope admin')).out.trim();
    const service = await w.start('jobchime start', 'service.started');
    const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
    const there = remotely(w, url, token);
    expect((await w.run(`jobchime track otc-ecs ${failing}`)).code).toBe(0);
    await service.until('"event":"subscription.disabled"');
    await service.until(
      '"kind":"subscription.disabled","subject":"subscription/ops-failures","subscription":"ci"',
    );
    expect(service.printed()).toContain('jobchime subscriptions resume ops-failures');

    for (const run of [w.run, there]) {
      const listed = await run('jobchime subscriptions');
      expect(listed).toMatchObject({ code: 0, err: '' });
      expect(listed.out).toMatch(/^disabled +ops-failures +- +failures +slack +1 +Slack .*\(gone\)$/m);
      const shown = await run('jobchime subscriptions show ops-failures');
      expect(shown.out).toContain(
        'held     1; `jobchime subscriptions resume ops-failures` sends what is held',
      );
      const jobs = await run('jobchime jobs');
      expect(jobs.err).toBe(
        'ops-failures (slack) is disabled, 1 message held: `jobchime subscriptions resume ops-failures`\n',
      );
      const tested = await run('jobchime subscriptions test ops-failures');
      expect([tested.code, tested.out]).toEqual([
        1,
        expect.stringMatching(/^failed +Slack .*: HTTP 404: no_service/),
      ]);
      const held = await run('jobchime deliveries --state held --json');
      expect(
        held.out
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { kind: string }).kind),
      ).toEqual(['job.failed']);
      expect((await run('jobchime subscriptions show nobody')).err).toContain(
        "There is no subscription 'nobody'.",
      );
      const origins = await run('jobchime origins');
      expect(origins.out).toMatch(/^ok +otc-ecs +ecs +otc +eu-de +[0-9a-f]{32} +0 /m);
    }
    const doctor = await w.run('jobchime doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.out).toMatch(
      /^WRONG {2}subscription ops-failures \(slack\): Slack .* is disabled \(gone\); 1 held\. .*`jobchime subscriptions resume ops-failures`/m,
    );

    dead.now = false;
    expect((await there('jobchime subscriptions test ops-failures')).out).toMatch(/^delivered/);
    expect((await w.run('jobchime subscriptions')).out).toMatch(/^disabled +ops-failures/m);
    const resumed = await there('jobchime subscriptions resume ops-failures');
    expect(resumed).toMatchObject({
      code: 0,
      out: 'ops-failures is sent to again: 1 message that was held.\n',
    });
    await service.until('"outcome":"delivered"');
    expect((await w.run('jobchime jobs')).err).toBe('');

    expect((await w.run('jobchime subscriptions pause ci')).out).toContain(
      '`jobchime subscriptions resume ci`',
    );
    // The service reads subscriptions anew once a second.
    await expect
      .poll(async () => (await there('jobchime jobs')).err, { timeout: 10_000 })
      .toContain('ci (webhook) is paused');
    expect((await w.run('jobchime subscriptions test ci')).out).toMatch(/^delivered/);
    expect((await w.run('jobchime subscriptions resume ci')).code).toBe(0);
    const removed = await there('jobchime subscriptions remove ci');
    expect([removed.code, removed.err]).toEqual([
      1,
      expect.stringContaining('stands in the configuration file'),
    ]);

    expect((await there(`jobchime untrack ${failing}`)).out).toMatch(/^untracked {2}otc-ecs\/.*\n$/);
    expect((await w.run(`jobchime untrack ${failing}`)).err).toContain('is not tracked');
  }, 120_000);

  it('shows whether its messages are ordered, and which target is failing', async () => {
    const w = await world('api: { listen: 127.0.0.1:0, secret_key: env:KEY }\n');
    w.env.KEY = Buffer.alloc(32, 7).toString('base64');
    const target = newTarget('slack', () => w.slack.url);
    const since = Date.parse('2026-03-01T12:00:00Z');
    const row = newEndpoint({ ...target, subscription: 'ops-failures', channel: 'slack' }, since);
    const store = openStore(join(w.folder, 'jobchime.db'));
    const reported = { since, reason: 'server_error' };
    await store.endpoints.create([{ ...row, outage: { since, failing: true }, reported }]);
    await store.close();
    const listed = await w.run('jobchime subscriptions');
    expect(listed.out).toMatch(/^failing +ops-failures .*\(server_error\)$/m);
    const described = await w.run('jobchime subscriptions show ops-failures');
    expect(described.out).toMatch(/^target .*: failing since 2026-03-01 12:00.* \(server_error\)$/m);
    expect(described.out).toMatch(/^held +0$/m);
    const hook = `--channel webhook --skip-challenge --target ${w.webhook.url}`;
    writeFileSync(join(w.folder, 'request.yaml'), 'headers: { X-Api-Key: tk_0123456789 }\nmethod: PUT\n');
    const add = `jobchime subscriptions add dev --on everything --ordered --lang de --zone Europe/Berlin ${hook} --request`;
    const made = await w.run(`${add} request.yaml`);
    const [, id] = /^(sub_\w+)/.exec(made.out) ?? [];
    const shown = await w.run(`jobchime subscriptions show ${id}`);
    expect(shown.out).toContain('channel  webhook, ordered');
    expect(shown.out).toMatch(/^request +PUT, with the header x-api-key$/m);
    const json = (await w.run(`jobchime subscriptions show ${id} --json`)).out;
    expect(json).not.toContain('tk_0123456789');
    expect(JSON.parse(json)).toMatchObject({ lang: 'de', zone: 'Europe/Berlin' });
    writeFileSync(join(w.folder, 'request.yaml'), '- a list');
    for (const [file, why] of [
      ['request.yaml', 'holds no object'],
      ['nowhere.yaml', 'cannot be read'],
    ])
      expect((await w.run(`${add} ${file}`)).err).toContain(why);
  });

  it('are made and changed with an option for every field that the configuration has', async () => {
    const w = await world('api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY }\n');
    w.env.SEAL_KEY = randomBytes(32).toString('base64');
    w.env.BOT = 'xoxb-0123456789-abc';
    w.env.BOT_SECRET = 'SEC0123456789abcdef';
    writeFileSync(join(w.folder, 'words.yaml'), "title: '{{ message.title }}'\n");
    const show = async (made: string) => {
      const [, id = ''] = /^(sub_\w+)/.exec(made) ?? [];
      const { out } = await w.run(`jobchime subscriptions show ${id} --json`);
      return { id, out, one: JSON.parse(out) as Record<string, unknown> };
    };
    const made = await w.run(
      'jobchime subscriptions add team --on failures --channel slack --token env:BOT --to C0123456789 --fold none --rollup above=3,wait=10s --digest at=09:00,failures=wait --quiet from=22:00,to=06:00,days=fri+sat --template words.yaml --mention here --mention U0123456789 --zone Europe/Berlin',
    );
    expect(made.err).toBe('');
    const { id, out, one } = await show(made.out);
    expect(out).not.toContain('xoxb-');
    expect(one).toMatchObject({
      fold: 'none',
      rollup: { above: 3, wait: '10s', every: '5m' },
      digest: { at: '09:00', failures: 'wait' },
      quiet: { from: '22:00', to: '06:00', days: ['fri', 'sat'], failures: 'wait' },
      template: { title: '{{ message.title }}' },
      mention: ['here', 'U0123456789'],
      targets: [{ shown: 'Slack (C0123456789)' }],
    });
    const change = `jobchime subscriptions change ${id}`;
    const off = '--rollup off --digest off --quiet off --template off --mention off --ordered --name other';
    expect((await w.run(`${change} ${off}`)).out).toBe(`${id} is changed.\n`);
    const { one: changed } = await show(made.out);
    expect(changed).toMatchObject({ name: 'other', ordered: true, rollup: false, fold: 'none' });
    for (const gone of ['digest', 'quiet', 'template', 'mention']) expect(changed).not.toHaveProperty(gone);
    await w.run(`${change} --no-ordered`);
    expect((await show(made.out)).one).not.toHaveProperty('ordered');
    expect((await w.run(change)).err).toContain('Say what is to change');
    expect((await w.run(`${change} --digest daily`)).err).toContain('settings such as every=1h');
    expect((await w.run(`${change} --secret BOT`)).err).toContain('is a reference');
    const url = 'https://oapi.dingtalk.com/robot/send?access_token=t0k3n';
    const bot = await w.run(
      `jobchime subscriptions add bot --on failures --channel dingtalk --target ${url} --secret env:BOT_SECRET`,
    );
    expect((await show(bot.out)).one).toMatchObject({ keys: [{ until: null }] });
  });

  it('have an option of `add` for every field of the configuration', async () => {
    const fields = CHANNEL_NAMES.flatMap((name) => Object.keys(CHANNELS[name].fields({} as Rules)));
    const add = createAdd();
    const options = add.options.map(({ long }) => long!.slice(2));
    // Its receiver's wishes stand in the file of --request; Slack's address in --target, where it is not the usual one.
    const elsewhere = new Set([...Object.keys(requestFields({} as Rules)), 'api']);
    const missing = fields.filter((field) => {
      const own = field === 'signing_keys' ? 'signing-key' : field;
      return !options.includes(own) && !elsewhere.has(field);
    });
    expect(missing).toEqual([]);
    const common = ['on', 'pattern', 'lang', 'zone', 'ordered', 'template', ...Object.keys(windowFields())];
    expect(common.filter((field) => !options.includes(field))).toEqual([]);
  });

  it('can be tested and resumed where no service runs and no API is configured, and says that nothing moves', async () => {
    const w = await world();
    const tested = await w.run('jobchime subscriptions test ops-failures');
    expect(tested).toMatchObject({ code: 0, err: expect.stringContaining('No service is running') });
    expect(tested.out).toMatch(/^pending/);
    expect((await w.run('jobchime subscriptions pause ops-failures')).code).toBe(0);
    expect((await w.run('jobchime subscriptions resume ops-failures')).out).toBe(
      'ops-failures is sent to again.\n',
    );
  });
});
