import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseExposition } from '../adapters/platform/prometheus.ts';
import { world, type Started, type World } from './world.ts';

const configure = (w: World, text: string): void => writeFileSync(join(w.folder, 'jobchime.yaml'), text);
const hup = async (service: Started, then: string): Promise<void> => {
  service.child.kill('SIGHUP');
  await service.until(then);
};

it('takes a new configuration over while deliveries wait, refuses a bad one, and loses nothing', async () => {
  const w = await world('metrics: { listen: 127.0.0.1:0 }\n');
  const service = await w.start('jobchime start', 'service.started');
  const hooks = w.configText.replace('detail-type: [job.lost]', 'detail-type: [job.failed]');

  configure(w, `${w.configText}polcy: {}\n`);
  await hup(service, 'config.refused');
  expect(service.printed()).toContain("unknown key 'polcy': did you mean 'policy'?");
  configure(w, `store: elsewhere.db\n${w.configText}`);
  await hup(service, 'cannot change its store');
  renameSync(join(w.folder, 'jobchime.yaml'), join(w.folder, 'gone.yaml'));
  await hup(service, 'config.refused');
  const busy = new URL(w.webhook.url).host;
  configure(w, w.configText.replace('127.0.0.1:0', busy));
  await hup(service, `cannot listen on ${busy}`);
  await service.until('service.started');

  // Jobs fail all the while, and the configuration is read again and again.
  const ids = Array.from({ length: 40 }, (_, n) =>
    w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: n * 60 } }),
  );
  await w.run(`printf '%s\\n' ${ids.join(' ')} | jobchime track otc-ecs -`);
  configure(w, hooks);
  for (let n = 0; n < 4; n += 1) await hup(service, 'service.started');
  const waited = await w.run(`jobchime wait ${ids.join(' ')} --timeout 60s`);
  expect(waited).toMatchObject({ code: 1, err: '' });
  while (w.slack.arrivals.length < ids.length) await new Promise((resolve) => setTimeout(resolve, 50));
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  expect(w.slack.arrivals).toHaveLength(ids.length);
  expect(w.webhook.arrivals.length).toBeGreaterThan(0);
  expect([...w.slack.faults, ...w.webhook.faults]).toEqual([]);
}, 120_000);

it('serves metrics that say how it stands', async () => {
  const w = await world('metrics: { listen: 127.0.0.1:0 }\n');
  const failing = w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 50 } });
  const endless = w.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
  await w.run(`jobchime track otc-ecs ${failing} ${endless}`);
  const service = await w.start('jobchime start', 'service.started');
  await service.until('delivery.attempted');
  const [, url = ''] = /"metrics":"([^"]+)"/.exec(service.printed()) ?? [];
  const families = parseExposition(await (await fetch(url)).text());
  const value = (name: string, labels: Record<string, string> = {}): number | undefined =>
    families
      .find((family) => family.name === name)
      ?.samples.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;
  expect(value('jobchime_jobs_outstanding')).toBe(1);
  expect(value('jobchime_looks_total', { reason: 'failed' })).toBe(1);
  expect(value('jobchime_events_published_total', { kind: 'job.failed' })).toBe(1);
  expect(value('jobchime_delivery_attempts_total', { channel: 'slack', reason: 'ok' })).toBe(1);
  expect(value('jobchime_deliveries_waiting')).toBe(0);
  expect(value('jobchime_outbox_rows')).toBe(0);
  expect(value('jobchime_last_sweep_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
}, 60_000);
