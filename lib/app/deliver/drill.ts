import { newEventRow } from '../../core/jobs/event-row.ts';
import type { Event } from '../../core/jobs/event.ts';
import type { Bus, Clock, EventStore, Telemetry } from '../../ports.ts';

export interface DrillDeps {
  events: Pick<EventStore, 'create'>;
  bus: Pick<Bus, 'publish'>;
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * Sends a made-up event on the way of every event: it is stored, and then the bus gets what was stored. It has no row with an
 * outbox: the person who asks waits for the answer, and asks again where there is none; under the same id it goes out once.
 */
export async function drill(
  { events, bus, clock, telemetry }: DrillDeps,
  event: Event,
  by: string,
): Promise<'published' | 'refused'> {
  const [stored] = await events.create([newEventRow(event, clock())]);
  const published = stored!.row.event;
  const [ack] = await bus.publish([published]);
  const { kind, subject, metadata } = published;
  const fields = { id: metadata.id, kind, subject, by };
  if (ack?.outcome === 'accepted') {
    // In words of its own: what counts real events counts those of real jobs.
    telemetry.line('info', 'drill.published', fields);
    return 'published';
  }
  telemetry.line('warn', 'drill.refused', { ...fields, detail: ack?.detail });
  return 'refused';
}
