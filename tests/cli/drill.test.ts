import { expect, it } from 'vitest';
import type { Client } from '../../client/index.ts';
import { settledOf } from '../../cli/outcomes.ts';
import { world } from './world.ts';

it('jobchime drill sends an event by a running service, and shows what came of it at each target', async () => {
  const w = await world('api: { listen: 127.0.0.1:0 }\n');
  const token = (await w.run('jobchime token create ops --scope admin')).out.trim();
  const asleep = await w.run('jobchime drill --subscription ops-failures');
  expect(asleep).toMatchObject({ code: 0, err: expect.stringContaining('No service is running') });
  expect(asleep.out).toMatch(
    /^job\.failed evt_[0-9a-f]{32}, a drill\npending {4}Slack .* \(ops-failures\)\n$/,
  );
  const service = await w.start('jobchime start', 'service.started');
  const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
  const there = { env: { JOBCHIME_URL: url, JOBCHIME_TOKEN: token } };
  const told = await w.run('jobchime routes test --sample job.failed', there);
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringContaining('ops-failures, slack: its pattern matches'),
  });
  const sent = await w.run('jobchime drill --sample job.lost --name web-9', there);
  expect(sent.err).toBe('');
  expect(sent.out).toMatch(/^delivered {2}Slack .* \(ops-failures\)$/m);
  expect(sent.out).toMatch(/^delivered {2}http.* \(ci\)$/m);
  expect(sent.code).toBe(0);
  expect(w.webhook.arrivals.at(-1)!.body).toContain('"drill":true');
  const refused = await w.run('jobchime drill --subscription ci');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('wanted "job.lost"') });
  expect((await w.run('jobchime events')).out).toContain('job.lost (drill)');
}, 60_000);

it('nobody waits for a drill that no service sends', async () => {
  let asked = 0;
  const deliveries = { list: async () => ({ items: [{ state: 'pending' }] }), get: async () => (asked += 1) };
  const seen = await settledOf({ deliveries } as unknown as Client, 'evt_1', 0, 1);
  expect(seen).toEqual([{ state: 'pending' }]);
  expect(asked).toBe(0);
});
