/** A channel refused what it got: that is sent again from the command line, the API and the client. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../client/index.ts';
import { serve } from '../adapters/platform/serve.ts';
import { world } from './world.ts';

/** A Slack that refuses every message, until it is told otherwise. */
async function slackThat(refuses: { now: boolean }) {
  const seen = { taken: 0 };
  const { url } = await serve((_, response) => {
    if (refuses.now) return void response.writeHead(400).end('invalid_payload');
    seen.taken += 1;
    response.writeHead(200).end('ok');
  });
  return { url: `${url}/services/T0/B0/secretpath`, seen };
}

describe('what was refused', () => {
  it('is sent again, one by one and all at once', async () => {
    const refuses = { now: true };
    const { url: slack, seen } = await slackThat(refuses);
    const w = await world('api: { listen: 127.0.0.1:0 }\n');
    w.env.SLACK_URL = slack;
    const token = (await w.run('jobchime token create ops --scope admin')).out.trim();
    const service = await w.start('jobchime start', 'service.started');
    const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
    const jobs = [1, 2, 3].map(() =>
      w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 20 } }),
    );
    for (const job of jobs) expect((await w.run(`jobchime track otc-ecs ${job}`)).code).toBe(0);
    const client = createClient({ url, token });
    const missed = async () =>
      (await client.deliveries.list({ state: 'failed' })).items.filter(({ kind }) => kind === 'job.failed');
    while ((await missed()).length < 3) await service.until('"outcome":"failed"');
    const [one, two] = await missed();

    const refused = await w.run(`jobchime redeliver ${one!.id}`);
    expect([refused.code, refused.out]).toEqual([
      1,
      expect.stringMatching(/^client_error +Slack.*: HTTP 400/),
    ]);
    refuses.now = false;
    const taken = await w.run(`jobchime redeliver ${one!.eventId}`);
    expect([taken.code, taken.out]).toEqual([0, expect.stringMatching(/^delivered +Slack/)]);
    const asked = await client.deliveries.redeliver({ eventId: two!.eventId, deliveryId: two!.id });
    expect(asked.asked).toMatchObject([{ by: 'ops', how: 'redeliver' }]);
    await service.until(`"delivery":"${two!.id}"`);
    await expect.poll(async () => (await missed()).length, { interval: 200, timeout: 20_000 }).toBe(1);

    const which = '--since 1h --subscription ops-failures --reason client_error';
    const counted = await w.run(`jobchime recover ${which}`);
    expect(counted.out).toMatch(/^\d messages? would be sent, in .*\nThe same with --yes sends them\.$/m);
    const there = { folder: join(w.folder, 'bin'), env: { JOBCHIME_URL: url, JOBCHIME_TOKEN: token } };
    const recovered = await w.run(`jobchime recover ${which} --yes`, there);
    expect(recovered).toMatchObject({ code: 0, err: '' });
    expect(recovered.out).toMatch(/^rcv_[0-9a-f]{24}, recover, done$/m);
    const left = await w.run('jobchime deliveries --state failed');
    expect(left.out).toBe('No deliveries.\n');
    expect(seen.taken).toBeGreaterThanOrEqual(3);
    expect((await w.run('jobchime recoveries')).out).toMatch(
      / done +recover .* ops-failures +\d +0 +ops +rcv_/,
    );
    expect((await w.run(`jobchime deliveries --event ${one!.eventId}`)).out).toMatch(/ command line +dlv_/);
    expect((await w.run(`jobchime explain ${one!.subject}`)).out).toContain(
      'asked for once more by command line',
    );
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  }, 60_000);

  it('is named wrongly: the message says what is meant', async () => {
    const w = await world();
    const got = await w.run('jobchime redeliver 4711');
    expect(got.code).not.toBe(0);
    expect(got.err).toContain('dlv_ and 32 hex digits');
    expect((await w.run(`jobchime redeliver dlv_${'0'.repeat(32)}`)).err).toContain(
      'There is no delivery dlv_',
    );
    expect((await w.run('jobchime recover --since yesterday')).err).toContain('how long ago');
  });
});
