import type { Clock, Store, Telemetry } from '../../ports.ts';
import { change } from '../../core/change.ts';
import { MAIL } from '../../core/notify/channel.ts';
import { newEndpoint, unsubscribed } from '../../core/notify/endpoint.ts';
import { newTarget } from '../../core/notify/target.ts';

export interface UnsubscribeDeps {
  store: Pick<Store, 'endpoints'>;
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * The owner of a mail address ends all mail to it, no matter who subscribed it. Doing it again changes nothing. `gave_up`: others
 * kept changing the endpoint, and nothing was done.
 */
export async function unsubscribe(
  { store: { endpoints }, clock, telemetry }: UnsubscribeDeps,
  { subscription, address }: { subscription: string; address: string },
): Promise<'done' | 'gave_up'> {
  const { endpoint, shown } = newTarget(MAIL, () => address);
  const now = clock();
  const { outcome } = await change(endpoints, endpoint, (row) =>
    unsubscribed(row ?? newEndpoint({ endpoint, subscription, channel: MAIL, shown }, now), now),
  );
  if (outcome === 'saved')
    telemetry.line('info', 'address.unsubscribed', { subscription, channel: MAIL, target: shown });
  return outcome === 'gave_up' ? outcome : 'done';
}
