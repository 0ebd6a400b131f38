import { createService } from '../lib/wire/local/service.ts';
import { ListenError } from '../lib/wire/local/serve.ts';
import { lockStore } from '../lib/adapters/store/sqlite/lock.ts';
import { openParts } from '../lib/wire/local/parts.ts';
import { createTelemetry } from '../lib/adapters/platform/log.ts';
import type { Telemetry } from '../lib/ports.ts';
import { openConfig, readConfig, type Opened } from './open.ts';
import { Refusal, refusing } from './refusal.ts';
import type { Signals } from './signals.ts';

/** A configuration in force. */
interface Running {
  opened: Opened;
  telemetry: Telemetry;
  /** What is in hand is finished and recorded. */
  stop(): Promise<void>;
}

/** The service, until it is told to stop. */
export async function serve(named: string | undefined, signals: Signals): Promise<void> {
  const opened = openConfig(named);
  const lock = refusing(() => lockStore(opened.config.store));
  let running = await begin(opened);
  while ((await signals.next()) === 'reload') running = await reload(named, running);
  const { telemetry } = running;
  telemetry.line('info', 'service.stopping', {});
  await running.stop();
  lock.release();
  telemetry.line('info', 'service.stopped', {});
}

/** Puts a configuration into force. Refuses what cannot be opened or listened on, and leaves nothing open then. */
async function begin(opened: Opened): Promise<Running> {
  const { config, secrets } = opened;
  const telemetry = createTelemetry({
    write: (line) => console.log(line),
    redact: secrets.redact,
    clock: Date.now,
    level: config.logLevel,
  });
  const { parts, close } = refusing(() => openParts(config, secrets, telemetry));
  const service = createService(parts);
  const stop = async (): Promise<void> => {
    await service.stop();
    await close();
  };
  try {
    const listening = await service.start();
    telemetry.line('info', 'service.started', { pid: process.pid, ...told(opened), ...listening });
  } catch (error) {
    await stop();
    throw error instanceof ListenError ? new Refusal(error.message, { cause: error }) : error;
  }
  return { opened, telemetry, stop };
}

const told = ({ config: { store, origins, subscriptions } }: Opened) => ({
  store,
  origins: origins.map((origin) => origin.name),
  subscriptions: subscriptions.map((s) => s.name),
});

/**
 * The new configuration is checked while the old one works on, then takes its place: what was in hand is finished, and what
 * waits stands in the table, so nothing is lost in between. One that is not usable is refused, and the old one stays.
 */
async function reload(named: string | undefined, running: Running): Promise<Running> {
  const { opened, telemetry } = running;
  const refuse = (fields: Record<string, unknown>): void =>
    telemetry.line('error', 'config.refused', {
      ...fields,
      consequence: 'the former configuration stays in force',
    });
  const found = readAgain(named);
  if ('problem' in found) {
    refuse(found);
    return running;
  }
  if (found.config.store !== opened.config.store) {
    refuse({ problem: 'store: the service cannot change its store while it runs; restart it' });
    return running;
  }
  await running.stop();
  try {
    return await begin(found);
  } catch (error) {
    refuse({ problem: error instanceof Error ? error.message : String(error) });
    return begin(opened);
  }
}

function readAgain(named: string | undefined): Opened | { problem: unknown } {
  try {
    const found = readConfig(named);
    return found.ok ? found : { problem: found.problems };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
    throw error;
  }
}
