import type { OutOfOrder } from '../../../app/inspect/out-of-order.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { refuse } from '../problem.ts';
import { isoOrNull } from '../iso.ts';

/** Twice a second is usual. After so long something stands. */
const STANDS_MS = 60_000;

/** Whether the end of a job that is submitted now will be noticed: the store answers and takes writes, and jobs are checked. */
export async function health({
  store,
  pulse,
  telemetry,
  useCases,
}: Pick<ApiDeps, 'store' | 'pulse' | 'telemetry' | 'useCases'>): ReturnType<Handlers['health']> {
  let targets: OutOfOrder[];
  try {
    await store.jobs.depth('publish');
    targets = await useCases.outOfOrder();
  } catch (error) {
    telemetry.line('error', 'api.unhealthy', { error });
    return refuse('unavailable', 'The store does not answer.');
  }
  const aside = targets.length > 0 ? { targets: targets.map(shown) } : {};
  if (!pulse) return { status: 200, body: { status: 'ok', ...aside } };
  const { sweepAgeMs, lastWrite } = pulse();
  if (lastWrite) return refuse('unavailable', `The last write failed: ${lastWrite.short}`);
  const sweepAgeSeconds = Math.round(sweepAgeMs / 1_000);
  if (sweepAgeMs > STANDS_MS)
    return refuse('unavailable', `No job was checked for ${sweepAgeSeconds} s; the log says why.`);
  return { status: 200, body: { status: 'ok', lastWrite: 'ok', sweepAgeSeconds, ...aside } };
}

/** Everybody may call this, so no address is shown. The service is healthy nevertheless: it keeps what it cannot send. */
const shown = ({ subscription, channel, state, since, held, resume }: OutOfOrder) => ({
  subscription,
  channel,
  state,
  since: isoOrNull(since),
  held,
  resume,
});
