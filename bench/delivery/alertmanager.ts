import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../harness/peers.ts';
import { serving, type Server } from '../pipeline/servers.ts';

/** One notification for each alert, as soon as it can. */
const configOf = (port: number): string => `
route: { receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 24h }
receivers:
  - name: hook
    webhook_configs: [{ url: 'http://127.0.0.1:${port}/hook', send_resolved: false }]
`;

export const startAlertmanager = (port: number): Promise<Server> =>
  serving(
    program('prometheus-alertmanager')!,
    (own, folder) => [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${own}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { prepare: (folder) => writeFileSync(join(folder, 'alertmanager.yml'), configOf(port)) },
  );

export async function post(own: number, ids: readonly string[]): Promise<void> {
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const alerts = ids.map((id) => ({
    labels: { alertname: 'job', id },
    annotations: { summary: 'job succeeded' },
    endsAt,
  }));
  const answer = await fetch(`http://127.0.0.1:${own}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${await answer.text()}`);
}

/** Processor time of a process that is not ours, in microseconds; the kernel counts hundredths of a second. */
export function cpuUsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
