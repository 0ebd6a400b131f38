import type { Config } from '../lib/adapters/config/config.ts';
import { jobsWatched } from '../lib/wire/local/watched.ts';
import { createService, type Service } from '../lib/wire/local/service.ts';
import { ListenError } from '../lib/wire/local/listen-error.ts';
import { lockStore } from '../lib/adapters/store/sqlite/lock.ts';
import { refuseDamaged } from '../lib/adapters/store/sqlite/sound.ts';
import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { openParts, type Parts } from '../lib/wire/local/parts.ts';
import { createLines } from '../lib/adapters/platform/lines.ts';
import type { Systemd } from '../lib/adapters/platform/systemd.ts';
import { createTelemetry } from '../lib/adapters/platform/log.ts';
import type { Telemetry } from '../lib/ports.ts';
import { isSaidInWords, logLine } from './log-line.ts';
import { openConfig, readConfig, type Opened } from './open.ts';
import { Refusal, refusing } from './refusal.ts';
import type { Signals } from './signals.ts';
import { watchedIn, welcome } from './welcome.ts';

/** Also where the process ends of something that nobody caught. */
const LINES = createLines((text) => (process.stdout.isTTY ? forPeople(text) : console.log(text)));
function forPeople(text: string): void {
  for (const line of text.split('\n')) {
    if (!isSaidInWords(line)) console.log(logLine(line, process.stdout.hasColors?.() ?? false));
  }
}
process.once('exit', LINES.flush);

/** A configuration in force. */
interface Running {
  opened: Opened;
  telemetry: Telemetry;
  /** Null: systemd has not started this, or does not ask. */
  systemd: Systemd | null;
  /** Resolves when the store is in such trouble that to go on would only lose more. */
  failed: Promise<StoreTrouble>;
  /** What is in hand is finished and recorded. Answers where that is kept of which the file has no name any more. */
  stop(): Promise<string | null>;
}

/** The service, until it gets a signal to stop; refuses to go on where its store is damaged or gone. */
export async function serve(named: string | undefined, signals: Signals): Promise<void> {
  const opened = openConfig(named);
  const lock = refusing(() => lockStore(opened.config.store));
  try {
    refusing(() => refuseDamaged(opened.config.store));
    let running = await begin(opened, await systemdHere());
    for (;;) {
      const next = await Promise.race([signals.next(), running.failed]);
      if (next !== 'reload') return await end(running, next);
      running = await reload(named, running);
    }
  } finally {
    lock.release();
  }
}

/** Read only where it is asked for. */
const systemdHere = async (): Promise<Systemd | null> =>
  process.env.NOTIFY_SOCKET
    ? (await import('../lib/adapters/platform/systemd.ts')).systemdOf(process.env, process.pid)
    : null;

async function end({ telemetry, systemd, stop }: Running, why: 'stop' | StoreTrouble): Promise<void> {
  void systemd?.tell(telemetry, 'STOPPING=1');
  if (why === 'stop') telemetry.line('info', 'service.stopping', {});
  else telemetry.line('error', 'service.failed', { problem: why.message });
  const rescued = await stop();
  telemetry.line('info', 'service.stopped', {});
  if (why === 'stop') return;
  const kept = rescued === null ? '' : `. What it held is kept as ${rescued}`;
  throw new Refusal(why.message + kept, { cause: why });
}

/** Puts a configuration into force. Refuses what cannot be opened or listened on, and leaves nothing open then. */
async function begin(opened: Opened, systemd: Systemd | null): Promise<Running> {
  const { config, secrets } = opened;
  const telemetry = createTelemetry({
    write: LINES.write,
    redact: secrets.redact,
    clock: Date.now,
    level: config.logLevel,
  });
  const { promise: failed, resolve: fail } = Promise.withResolvers<StoreTrouble>();
  let isGone = false;
  const { parts, close } = refusing(() =>
    openParts(config, secrets, telemetry, (trouble) => {
      isGone ||= trouble.kind === 'gone';
      if (trouble.isFatal) fail(trouble);
    }),
  );
  const everyMs = systemd?.watchdogMs ?? null;
  const tell = async (): Promise<void> => systemd?.tell(telemetry, 'WATCHDOG=1');
  const service = createService({
    ...parts,
    afterSweep: [
      ...(parts.afterSweep ?? []),
      ...(everyMs === null ? [] : [{ name: 'watchdog' as const, everyMs, tell }]),
    ],
    examine: async () => (await import('../lib/wire/local/doctor.ts')).examineBeside(config, secrets, parts),
  });
  const stop = async (): Promise<string | null> => {
    await service.stop();
    const kept = isGone ? await rescue(parts, telemetry) : null;
    await close();
    return kept;
  };
  try {
    const listening = await service.start();
    telemetry.line('info', 'service.started', { pid: process.pid, ...counts(opened), ...listening });
    if (process.stdout.isTTY) await greet(config, listening, parts);
    void systemd?.tell(telemetry, 'READY=1');
  } catch (error) {
    await stop();
    const isForUser = error instanceof ListenError || error instanceof StoreTrouble;
    throw isForUser ? new Refusal(error.message, { cause: error }) : error;
  }
  return { opened, telemetry, systemd, failed, stop };
}

/** After the lines so far, and before those to come. */
async function greet(
  config: Config,
  listening: Awaited<ReturnType<Service['start']>>,
  parts: Parts,
): Promise<void> {
  LINES.flush();

  for (const line of welcome(watchedIn(config), listening, await jobsWatched(parts), process.pid))
    console.log(line);
}

async function rescue({ storeHealth }: Parts, telemetry: Telemetry): Promise<string | null> {
  try {
    return (await storeHealth?.rescue()) ?? null;
  } catch (error) {
    telemetry.line('error', 'store.broken', { error });
    return null;
  }
}

const counts = ({ config: { store, origins, subscriptions } }: Opened) => ({
  store,
  origins: origins.map((origin) => origin.name),
  subscriptions: subscriptions.map((s) => s.name),
});

/**
 * The new configuration is checked while the old one works on, then takes its place: what was in hand is finished, and what
 * waits stands in the table, so nothing is lost in between. One that is not usable is refused, and the old one stays.
 */
async function reload(named: string | undefined, running: Running): Promise<Running> {
  const { opened, telemetry, systemd } = running;
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
  void systemd?.tell(telemetry, 'RELOADING=1');
  await running.stop();
  try {
    return await begin(found, systemd);
  } catch (error) {
    refuse({ problem: error instanceof Error ? error.message : String(error) });
    return begin(opened, systemd);
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
