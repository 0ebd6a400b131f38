import type { Event } from '../../core/jobs/event.ts';
import type { Ack, Bus } from '../../ports.ts';

/**
 * The bus of one machine. It owns an event once `take` has stored all its deliveries; nothing waits in memory, so there is
 * nothing to lose. What throws is the store: the events stay with the publisher.
 */
export function createLocalBus(
  take: (events: readonly Event[]) => Promise<void>,
  owning?: NonNullable<Bus['owning']>,
): Bus {
  return {
    ...(owning && { owning }),
    async publish(events): Promise<Ack[]> {
      try {
        await take(events);
        return events.map(() => ({ outcome: 'accepted' }));
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return events.map(() => ({ outcome: 'refused', detail }));
      }
    },
  };
}
