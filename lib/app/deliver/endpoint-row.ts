import type { EndpointStore } from '../../ports.ts';
import { formerEndpointId, isUnsubscribed, type Endpoint } from '../../core/notify/endpoint.ts';
import type { Target } from '../../core/notify/subscription.ts';

/**
 * What is known of a target; null: nothing. Who unsubscribed when capitals still counted stays unsubscribed; all else of that
 * time is found out anew.
 */
export async function endpointRow(
  endpoints: Pick<EndpointStore, 'get'>,
  channel: string,
  { endpoint, shown }: Pick<Target, 'endpoint' | 'shown'>,
): Promise<Endpoint | null> {
  const row = await endpoints.get(endpoint);
  const former = formerEndpointId(channel, shown);
  if (row || former === null) return row;
  const before = await endpoints.get(former);
  return isUnsubscribed(before) ? before : null;
}
