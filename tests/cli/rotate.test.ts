/** A webhook that is asked before it gets anything, and whose key is rotated: over the store, and over HTTP. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerChallenge, verifyWebhook } from '../../receiver/index.ts';
import { serve } from '../adapters/platform/serve.ts';
import { world, type World } from './world.ts';

const API = 'api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY }\n';

interface Receiver {
  url: string;
  /** Whether it answers the challenge. */
  willing: boolean;
  pings: { headers: Record<string, string>; body: string }[];
}
async function receiver(): Promise<Receiver> {
  const own: Receiver = { url: '', willing: false, pings: [] };
  const { url } = await serve((request, response, body) => {
    const answer = answerChallenge({ event: JSON.parse(body) as { type: string } });
    if (answer !== null)
      return void (own.willing ? response.end(answer) : response.writeHead(404).end('who?'));
    own.pings.push({ headers: request.headers as Record<string, string>, body });
    response.end();
  });
  return Object.assign(own, { url: `${url}/hooks/secretpath` });
}
const remotely = (w: World, url: string, token: string) => (line: string) =>
  w.run(line, { folder: join(w.folder, 'bin'), env: { JOBCHIME_URL: url, JOBCHIME_TOKEN: token } });

describe('a webhook that was subscribed through the API', () => {
  it('is verified and gets new keys from the command line, each printed once and by itself', async () => {
    const w = await world(API);
    w.env.SEAL_KEY = Buffer.alloc(32, 6).toString('base64');
    const hook = await receiver();
    const token = (await w.run('jobchime token create ops --scope admin')).out.trim();
    const service = await w.start('jobchime start', 'service.started');
    const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
    const there = remotely(w, url, token);
    const made = await fetch(`${url}/v1/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'hook', on: 'failures', channel: 'webhook', target: hook.url }),
    });
    const { id, signingKeys } = (await made.json()) as { id: string; signingKeys: [string] };

    for (const run of [w.run, there]) {
      expect((await run('jobchime jobs')).err).toContain(
        `${id} (webhook) is unverified: \`jobchime subscriptions verify ${id}\``,
      );
      const shown = await run(`jobchime subscriptions show ${id}`);
      expect(shown.out).toContain(`${id} (hook), unverified`);
      expect(shown.out).toMatch(/^verified no, at .*: HTTP 404: who\?$/m);
      expect(shown.out).toContain(`\`jobchime subscriptions verify ${id}\` sends what is held`);
      const asked = await run(`jobchime subscriptions verify ${id}`);
      expect([asked.code, asked.err]).toEqual([1, expect.stringContaining('HTTP 404: who?')]);
    }
    const doctor = await w.run('jobchime doctor');
    expect(doctor.out).toMatch(/^WRONG {2}subscription sub_\w+ \(webhook\): .* is unverified/m);
    hook.willing = true;
    expect(await w.run(`jobchime subscriptions verify ${id}`)).toMatchObject({
      code: 0,
      out: `${id} is verified.\n`,
    });

    const keys: string[] = [...signingKeys];
    for (const run of [w.run, there]) {
      const rotated = await run(`jobchime subscriptions rotate ${id} --overlap 2d`);
      expect(rotated).toMatchObject({ code: 0, out: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=\n$/) });
      expect(rotated.err).toMatch(
        /^Keep it: it is not shown again\. .* with the old one too, until .* UTC\.\n$/,
      );
      keys.unshift(rotated.out.trim());
    }
    // The service reads subscriptions anew once a second.
    await expect
      .poll(
        async () => {
          expect((await there(`jobchime subscriptions test ${id}`)).code).toBe(0);
          const { headers, body } = hook.pings.at(-1)!;
          return keys.map((key) => verifyWebhook(headers, body, key).ok);
        },
        { timeout: 10_000 },
      )
      .toEqual([true, true, true]);
    expect((await there(`jobchime subscriptions show ${id}`)).out).toMatch(
      /^keys {5}in use, until [-\d]+ [:\d]+, until [-\d]+ [:\d]+$/m,
    );
    const now = await there(`jobchime subscriptions rotate ${id} --overlap 0 --json`);
    const last = (JSON.parse(now.out) as { signingKeys: [string] }).signingKeys[0];
    expect((await w.run(`jobchime subscriptions show ${id} --json`)).out).toContain(
      '"keys": [\n    {\n      "until": null\n    }\n  ]',
    );
    for (const key of [...keys, last]) expect(service.printed()).not.toContain(key.slice(6));
    expect(service.printed()).not.toContain('secretpath');
    expect(service.printed()).toContain('"event":"subscription.rotated"');
  });

  it('is told how that is done where it stands in the configuration, and what an overlap is', async () => {
    const w = await world(API);
    w.env.SEAL_KEY = Buffer.alloc(32, 6).toString('base64');
    const configured = await w.run('jobchime subscriptions rotate ci');
    expect([configured.code, configured.out]).toEqual([1, '']);
    expect(configured.err).toContain('put a new key before the old one in its signing_keys');
    expect((await w.run('jobchime subscriptions rotate ops-failures')).err).toContain('not signed');
    expect((await w.run('jobchime subscriptions verify ci')).err).toContain('without a challenge');
    for (const overlap of ['8d', '-1h', 'soon'])
      expect((await w.run(`jobchime subscriptions rotate ci --overlap ${overlap}`)).err).toContain(
        '--overlap',
      );
  });
});
