import { Command } from 'commander';
import { createService, openParts } from '../../lib/local.ts';
import { createTelemetry } from '../../lib/platform/log.ts';
import { lockStore } from '../../lib/store/sqlite/lock.ts';
import { demo } from '../demo/demo.ts';
import { CONFIG_FILE, configPath, openConfig } from '../open.ts';
import { refusing } from '../refusal.ts';

export const startCommand = (): Command =>
  new Command('start')
    .description(`Run the service with ${CONFIG_FILE}; without one, show the demonstration.`)
    .option('-c, --config <file>', `the configuration (default: ${CONFIG_FILE}, if there is one)`)
    .option('--exit', 'end after the demonstration, with 0 if all went well')
    .action(async (options: { config?: string; exit?: boolean }) => {
      const stopped = stopSignal();
      if (configPath(options.config) === null) {
        const exit = options.exit ?? false;
        process.exitCode = await demo({ out: (line) => console.log(line), exit, stopped });
      } else await serve(options.config, stopped);
    });

/** The service, until it is told to stop; what is in hand then is finished and recorded. */
async function serve(named: string | undefined, stopped: AbortSignal): Promise<void> {
  const { config, secrets } = openConfig(named);
  const lock = refusing(() => lockStore(config.store));
  const telemetry = createTelemetry({
    write: (line) => console.log(line),
    redact: secrets.redact,
    clock: Date.now,
    level: config.logLevel,
  });
  const { parts, close } = refusing(() => openParts(config, secrets, telemetry));
  const service = createService(parts);
  await service.start();
  const { store, origins, subscriptions } = config;
  telemetry.line('info', 'service.started', {
    store,
    origins: origins.map((origin) => origin.name),
    subscriptions: subscriptions.map((s) => s.name),
  });
  await new Promise<void>((resolve) => (stopped.aborted ? resolve() : (stopped.onabort = () => resolve())));
  telemetry.line('info', 'service.stopping', {});
  await service.stop();
  await close();
  lock.release();
  telemetry.line('info', 'service.stopped', {});
}

/** SIGTERM and Ctrl-C ask to stop; a second one does not wait. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => (controller.signal.aborted ? process.exit(130) : controller.abort()));
  }
  return controller.signal;
}
