import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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

  // Jobs fail all the while, and the configuration is read again and again. No more of them than a minute tells one by one.
  const ids = Array.from({ length: 5 }, (_, n) =>
    w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: n * 500 } }),
  );
  writeFileSync(join(w.folder, 'ids.txt'), ids.join('\n'));
  await w.run('jobchime track otc-ecs - < ids.txt');
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
  expect(value('jobchime_jobs_outstanding', { origin: 'otc-ecs' })).toBe(1);
  expect(value('jobchime_checks_total', { origin: 'otc-ecs', reason: 'failed' })).toBe(1);
  expect(value('jobchime_events_published_total', { kind: 'job.failed' })).toBe(1);
  expect(value('jobchime_delivery_attempts_total', { channel: 'slack', reason: 'ok' })).toBe(1);
  expect(value('jobchime_origin_up', { origin: 'otc-ecs' })).toBe(1);
  for (const name of ['jobchime_notification_seconds', 'jobchime_end_to_told_seconds'])
    expect(value(name, { channel: 'slack', le: '+Inf' })).toBe(1);
  expect(value('jobchime_detection_seconds', { origin: 'otc-ecs', le: '+Inf' })).toBe(1);
  expect(families.find(({ name }) => name === 'jobchime_build_info')?.samples).toMatchObject([{ value: 1 }]);
  expect(value('jobchime_deliveries_waiting')).toBe(0);
  expect(value('jobchime_outbox_rows')).toBe(0);
  expect(value('jobchime_last_sweep_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
}, 60_000);

/** Connections that are opened and say nothing, until the test ends. */
async function silentTo(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname).on('error', () => {}));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

it('delivers, reloads its API and ends with 80 silent connections and room for 64 files', async () => {
  const w = await world("api: { listen: '127.0.0.1:0' }\nmetrics: { listen: 127.0.0.1:0 }\n");
  const service = await w.start(`bash -c 'ulimit -n 64; exec jobchime start'`, 'service.started');
  const [, api = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
  const [, metrics = ''] = /"metrics":"([^"]+)"/.exec(service.printed()) ?? [];
  const silent = await Promise.all([silentTo(api, 80), silentTo(metrics, 80)]);
  const left = () => silent.map((sockets) => sockets.filter(({ closed }) => !closed).length);
  // A quarter of the files at most, and few of them for metrics.
  await expect.poll(left, { timeout: 5_000 }).toEqual([16, 8]);
  const ids = Array.from({ length: 5 }, () =>
    w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 50 } }),
  );
  expect(await w.run(`jobchime track otc-ecs ${ids.join(' ')}`)).toMatchObject({ code: 0 });
  while (w.slack.arrivals.length < ids.length) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await fetch(`${api}/healthz`)).status).toBe(200);
  expect((await fetch(metrics)).status).toBe(200);

  await silentTo(api, 1);
  await hup(service, 'service.started');
  const again = /"api":"([^"]+)"/.exec(
    service.printed().slice(service.printed().lastIndexOf('service.started')),
  );
  expect((await fetch(`${again![1]}/healthz`)).status).toBe(200);
  await silentTo(again![1]!, 1);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
}, 60_000);
