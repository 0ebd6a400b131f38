import type { Secret } from '../../core/notify/subscription.ts';
import type { Telemetry } from '../../ports.ts';
import type { Http } from './http.ts';

/** Less than the interval at which anybody would be called. */
const DEADLINE_MS = 10_000;

/**
 * Tells a dead-man's switch that the service has swept: it calls people when that stays away. A call that fails is logged once, until
 * one arrives again; it never throws, since the sweep has nothing to do with it.
 */
export function createDeadMan(
  { exchange }: Pick<Http, 'exchange'>,
  url: Secret,
  telemetry: Telemetry,
): (signal?: AbortSignal) => Promise<void> {
  let isFailing = false;
  return async (signal) => {
    const answer = await exchange({
      method: 'GET',
      url: url(),
      headers: {},
      deadlineMs: DEADLINE_MS,
      maxBytes: 1_024,
      signal,
    });
    const detail = !answer.ok ? answer.detail : answer.status < 300 ? null : `HTTP ${answer.status}`;
    if (detail !== null && !isFailing) telemetry.line('warn', 'dead_man.unheard', { detail });
    if (detail === null && isFailing) telemetry.line('info', 'dead_man.heard', {});
    isFailing = detail !== null;
  };
}
