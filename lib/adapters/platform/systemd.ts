import { execFile } from 'node:child_process';
import type { Telemetry } from '../../ports.ts';

/** What systemd tells a service with `Type=notify`, and what it is told. */
export interface Systemd {
  /** One message, such as `READY=1`. Messages arrive in their order; one that does not is logged once, and nothing waits for it. */
  tell(telemetry: Telemetry, ...state: string[]): Promise<void>;
  /** How often it wants to hear that the service works; null: it does not watch. Twice in the time after which it would restart it. */
  watchdogMs: number | null;
}

/** A message is one line to a process on this machine. */
const DEADLINE_MS = 10_000;

/**
 * Null where systemd does not ask for it. Node has no datagram sockets of Unix, so `systemd-notify` sends the messages: it is there
 * wherever systemd is, and waits until they are taken. The unit says `NotifyAccess=all`, since the sender is not the service itself.
 */
export function systemdOf(env: NodeJS.ProcessEnv, pid: number): Systemd | null {
  if (!env.NOTIFY_SOCKET) return null;
  const watchdogUs = Number(env.WATCHDOG_USEC);
  // Of another process, of which this one is a child.
  const isOurs = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === pid;
  let isFailing = false;
  let last = Promise.resolve();
  const send = (telemetry: Telemetry, state: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      execFile('systemd-notify', state, { timeout: DEADLINE_MS, env }, (error) => {
        if (error && !isFailing) telemetry.line('warn', 'systemd.unheard', { detail: error.message.trim() });
        isFailing = error !== null;
        resolve();
      });
    });
  return {
    tell: (telemetry, ...state) => (last = last.then(() => send(telemetry, state))),
    watchdogMs: isOurs && watchdogUs > 0 ? Math.floor(watchdogUs / 2_000) : null,
  };
}
