import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { refuse } from './problem.ts';

/** Twice a second is usual. After so long something stands. */
const STANDS_MS = 60_000;

/** Whether whoever hands a job in now will hear of its end: the store answers and takes writes, and jobs are checked. */
export async function health({
  store,
  pulse,
  telemetry,
}: Pick<ApiDeps, 'store' | 'pulse' | 'telemetry'>): ReturnType<Handlers['health']> {
  try {
    await store.jobs.depth('publish');
  } catch (error) {
    telemetry.line('error', 'api.unhealthy', { error });
    return refuse('unavailable', 'The store does not answer.');
  }
  if (!pulse) return { status: 200, body: { status: 'ok' } };
  const { sweepAgeMs, lastWrite } = pulse();
  if (lastWrite) return refuse('unavailable', `The last write failed: ${lastWrite.short}`);
  const sweepAgeSeconds = Math.round(sweepAgeMs / 1_000);
  if (sweepAgeMs > STANDS_MS)
    return refuse('unavailable', `No job was checked for ${sweepAgeSeconds} s; the log says why.`);
  return { status: 200, body: { status: 'ok', lastWrite: 'ok', sweepAgeSeconds } };
}
