import { change } from '../../core/change.ts';
import { isDrill, type Delivery } from '../../core/notify/delivery.ts';
import { DEFAULT_POLICY } from '../../core/jobs/policy.ts';
import { isUnsubscribed, newEndpoint } from '../../core/notify/endpoint.ts';
import { withFailure, withGivenUp, type Patience } from '../../core/notify/outage.ts';
import type { Clock, Saved, Store } from '../../ports.ts';

export interface GiveUpDeps {
  store: Pick<Store, 'deliveries' | 'endpoints'>;
  clock: Clock;
  policy?: Patience;
}

/**
 * Ends a delivery that waited for too long, without another attempt. Its endpoint hears of it first: killed in between, it is
 * ended the next time, and what is told of it is told once. So is one whose endpoint others keep changing: until that has heard of
 * it, it is not ended.
 */
export async function giveUp(deps: GiveUpDeps, ended: Delivery): Promise<Saved<Delivery>> {
  const { store, clock, policy = DEFAULT_POLICY } = deps;
  const now = clock();
  if (!isDrill(ended)) {
    const { outcome } = await change(store.endpoints, ended.endpoint, (known) => {
      const row = known ?? newEndpoint(ended, now);
      if (isUnsubscribed(row)) return known;
      const reason = ended.reason ?? 'expired';
      // One that was held says nothing of its target.
      return reason === 'too_old'
        ? withFailure(row, { reason, ended, refused: false }, now, policy)
        : withGivenUp(row, ended, reason, now);
    });
    if (outcome === 'gave_up') return { outcome: 'raced' };
  }
  return store.deliveries.save(ended);
}
