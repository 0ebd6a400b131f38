import type { Clock, Store, Telemetry } from '../../ports.ts';
import { MAIL } from '../../core/notify/channel.ts';
import { newEndpoint, unsubscribed } from '../../core/notify/endpoint.ts';
import { newTarget } from '../../core/notify/target.ts';

export interface UnsubscribeDeps {
  store: Pick<Store, 'endpoints'>;
  clock: Clock;
  telemetry: Telemetry;
}

const TRIES = 5;

/**
 * The owner of a mail address wants no more mail, whoever subscribed it. Doing it again changes nothing. Throws if others
 * keep changing the endpoint: nobody is told that it was done when it was not.
 */
export async function unsubscribe(
  { store: { endpoints }, clock, telemetry }: UnsubscribeDeps,
  { subscription, address }: { subscription: string; address: string },
): Promise<void> {
  const { endpoint, shown } = newTarget(MAIL, () => address);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = clock();
    const row =
      (await endpoints.get(endpoint)) ?? newEndpoint({ endpoint, subscription, channel: MAIL, shown }, now);
    const next = unsubscribed(row, now);
    if (next === row) return;
    if (row.version > 0 && (await endpoints.save(next)).outcome === 'raced') continue;
    if (row.version === 0 && (await endpoints.create([next]))[0]!.outcome === 'existed') continue;
    return telemetry.line('info', 'address.unsubscribed', { subscription, channel: MAIL, target: shown });
  }
  throw new Error('the endpoint was changed by others five times in a row');
}
