import type { Client } from '../../client/index.ts';
import { webhookBody } from '../../lib/adapters/channels/webhook/sender.ts';
import { sign } from '../../lib/adapters/channels/webhook/signature.ts';
import type { WebhookMessage } from '../../receiver/index.ts';
import type { Forwarder } from './forward.ts';
import type { Arrived } from './show.ts';

export interface Pulling {
  client: Pick<Client, 'events'>;
  /** Left out: from now on. */
  after?: string;
  keys: readonly string[];
  forward: Forwarder | null;
  show(arrived: Arrived): void;
  signal: AbortSignal;
}

/**
 * The events of a remote service, as the webhooks that they would be, until it is stopped. Each is forwarded once, in
 * order, with the event's id as `webhook-id`, and signed here: the keys of the service are with the service.
 */
export async function pull({ client, after, keys, forward, show, signal }: Pulling): Promise<void> {
  for await (const event of client.events({ signal, ...(after !== undefined && { after }) })) {
    const at = Date.now();
    const body = webhookBody(event);
    const { id } = event.metadata;
    const seconds = Math.floor(at / 1_000);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': sign(keys, id, seconds, body),
    };
    const answer = forward ? `forwarded: ${(await forward.post(headers, body)).words}` : 'shown';
    const said = JSON.parse(body) as WebhookMessage['event'];
    show({ at, id, event: said, failure: null, times: 1, answer });
  }
}
