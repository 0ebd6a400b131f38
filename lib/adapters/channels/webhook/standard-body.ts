import type { Event } from '../../../core/jobs/event.ts';

/** The contract: `type`, `timestamp` and `data` as Standard Webhooks recommends, and what else the event says of itself. */
export function webhookBody({ kind, metadata, data }: Event): string {
  const { id, time, version, sequence, correlationId, drill } = metadata;
  return JSON.stringify({ id, type: kind, timestamp: time, version, sequence, correlationId, drill, data });
}
