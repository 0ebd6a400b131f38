import packageJson from '../../../package.json' with { type: 'json' };
import { checkQueue } from '../../core/row.ts';
import { expose, type Family } from '../../adapters/platform/metrics/exposition.ts';
import { serveMetrics, type MetricsServer } from '../../adapters/platform/metrics/server.ts';
import type { Telemetry } from '../../ports.ts';
import { vitals, type Vitals } from '../../app/inspect/vitals.ts';
import { ListenError } from './listen-error.ts';

/** What the table says at the moment of the request, each with the unit that Prometheus expects. */
const GAUGES: readonly [name: string, help: string, read: (v: Vitals) => number][] = [
  [
    'jobchime_check_lag_seconds',
    'How late the most overdue check is; 0 while all are in time.',
    (v) => v.checkLagMs / 1_000,
  ],
  ['jobchime_outbox_rows', 'Rows with events that the bus has not accepted.', (v) => v.outboxRows],
  [
    'jobchime_outbox_age_seconds',
    'How long the oldest of these events is due.',
    (v) => v.outboxAgeMs / 1_000,
  ],
  ['jobchime_deliveries_waiting', 'Deliveries on their way.', (v) => v.deliveriesWaiting],
  [
    'jobchime_delivery_lag_seconds',
    'By how much the most overdue delivery is late.',
    (v) => v.deliveryLagMs / 1_000,
  ],
  ['jobchime_deliveries_held', 'Deliveries kept for a paused or disabled target.', (v) => v.deliveriesHeld],
];

/** What metrics need beyond the other parts. */
export interface MetricsParts {
  listen: { host: string; port: number };
  /** What was counted so far. */
  families(): Family[];
  /** Names of those of the configuration. */
  origins: readonly string[];
}

/**
 * Serves everything that Prometheus reads. `sweptAt` is when the table was last queried for what is due. Rejects with a
 * `ListenError` where it cannot listen.
 */
export const listenForMetrics = (
  { listen, families, origins }: MetricsParts,
  deps: Parameters<typeof vitals>[0] & { telemetry: Telemetry },
  sweptAt: () => number,
): Promise<MetricsServer> =>
  serveMetrics(
    listen,
    () => metricsText(families(), deps, sweptAt(), origins),
    (error) => deps.telemetry.line('error', 'metrics.broken', { error }),
  ).catch((error: unknown) => {
    throw new ListenError(listen, 'metrics.listen', error);
  });

export async function metricsText(
  counted: readonly Family[],
  deps: Parameters<typeof vitals>[0],
  sweptAt: number,
  origins: readonly string[],
): Promise<string> {
  const found = await vitals(deps);
  const depths = await Promise.all(origins.map((name) => deps.store.jobs.depth(checkQueue(name))));
  const rows = await Promise.all(origins.map((name) => deps.store.origins.get(name)));
  return expose([
    ...counted,
    {
      name: 'jobchime_jobs_outstanding',
      type: 'gauge',
      help: 'Jobs that are being watched, by origin.',
      samples: origins.map((origin, i) => ({ labels: { origin }, value: depths[i]!.count })),
    },
    {
      name: 'jobchime_origin_up',
      type: 'gauge',
      help: 'Whether an origin answers: 0 from the first failed check of an outage to its end.',
      samples: origins.map((origin, i) => ({
        labels: { origin },
        value: (rows[i]?.state ?? 'ok') === 'ok' ? 1 : 0,
      })),
    },
    {
      name: 'jobchime_build_info',
      type: 'gauge',
      help: 'Always 1: which version runs, on which Node.',
      samples: [{ labels: { version: packageJson.version, node: process.versions.node }, value: 1 }],
    },
    ...GAUGES.map(([name, help, read]) => gauge(name, help, read(found))),
    gauge(
      'jobchime_last_sweep_timestamp_seconds',
      'When the service last read what is due; stands still if the service does.',
      sweptAt / 1_000,
    ),
  ]);
}

const gauge = (name: string, help: string, value: number): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ labels: {}, value }],
});
