import type { EventKind } from '../../lib/core/jobs/event.ts';
import { SCENES } from './scenario.ts';
import type { Sink } from './sinks.ts';

export interface Sinks {
  slack: Sink;
  /** Null: no mail is sent, since nothing could receive it. */
  email: Sink | null;
  webhook: Sink;
}

const ENDINGS: readonly EventKind[] = ['job.succeeded', 'job.failed', 'job.lost'];
/** The events of jobs that `failures` matches, and after one of which it matches their good end, too. */
const ALARMS: readonly EventKind[] = ['job.failed', 'job.lost', 'job.overdue', 'job.payment_pending'];
/** The scene that succeeds with a failed sub-job: an alarm although it is a success. */
const HALF = 'nightly-start';

const told = SCENES.flatMap((scene) => scene.emits.map((kind) => ({ ...scene, kind })));
/** How many messages the demonstration makes, from its scenes and the three subscriptions. */
export const EXPECTED = {
  webhook: told.length,
  slack: told.filter(({ emits, name }) => emits.some((one) => ALARMS.includes(one)) || name === HALF).length,
  email: told.filter(({ kind, team }) => team === 'web' && ENDINGS.includes(kind)).length,
};

/** Holds what arrived against what the demonstration makes: nothing missing, nothing twice, every signature good. */
export function verdict(sinks: Sinks): { complete: boolean; faults: string[] } {
  const faults = Object.entries(sinks).flatMap(([channel, sink]: [string, Sink | null]) => {
    if (!sink) return [];
    const expected = EXPECTED[channel as keyof Sinks];
    const ids = new Set(sink.arrivals.map((arrival) => arrival.id));
    return [
      ...sink.faults.map((fault) => `${channel}: ${fault}`),
      ...(ids.size === expected
        ? []
        : [`${channel}: ${ids.size} messages arrived, ${expected} were expected`]),
      ...(sink.arrivals.length > ids.size ? [`${channel}: something arrived twice`] : []),
    ];
  });
  const got = new Set(sinks.webhook.arrivals.map((arrival) => eventOf(arrival.body)));
  for (const { kind, name } of told) {
    if (!got.has(`${kind} ${name}`)) faults.push(`webhook: ${kind} of ${name} is missing`);
  }
  return { complete: faults.length === 0, faults };
}

interface PublishedEvent {
  type: EventKind;
  data: { job?: { name?: string }; origin?: string };
}
function eventOf(body: string): string {
  const { type, data } = JSON.parse(body) as PublishedEvent;
  return `${type} ${data.job?.name ?? data.origin}`;
}
