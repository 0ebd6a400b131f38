import { change } from '../../core/change.ts';
import { withRing } from '../../core/discover/trail.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import type { Clock, OriginStore, Telemetry } from '../../ports.ts';

export interface DiscoverNowDeps {
  origins: OriginStore;
  clock: Clock;
  telemetry: Telemetry;
  /** Wakes the worker that reads the records. Left out: it finds by itself what is due. */
  wake?: WakeDiscovery;
}
/** `at`: when the records may be read; epoch milliseconds. */
export type WakeDiscovery = (due: readonly { origin: string; at: number }[]) => Promise<void>;

/**
 * Makes the records of these accounts due now, by the names of their rows. It is stored first: after a death before the
 * ring they are still due. However many ring, they are read every ten seconds at most, and one write says so.
 */
export async function discoverNow(deps: DiscoverNowDeps, names: readonly string[]): Promise<void> {
  const { origins, clock, telemetry, wake } = deps;
  const due: { origin: string; at: number }[] = [];
  for (const origin of new Set(names)) {
    let at = 0;
    const rung = (row: Origin | null): Origin | null => {
      // Of what was never read all is due.
      const ringing = row?.trail && withRing(row.trail, clock());
      if (!ringing) return row;
      ({ at } = ringing);
      return { ...row, trail: ringing.trail };
    };
    const changed = await change(origins, origin, rung);
    if (changed.outcome === 'saved') due.push({ origin, at });
  }
  if (due.length === 0) return;
  telemetry.line('info', 'discovery.rung', { origins: due.map(({ origin }) => origin) });
  await wake?.(due);
}
