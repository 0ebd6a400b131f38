import { readFileSync } from 'node:fs';
import { dispatch } from '../../lib/app/deliver/dispatch.ts';
import { newEventRow } from '../../lib/core/jobs/event-row.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import { createSends, type Sends } from '../../lib/wire/local/sends.ts';
import { pagesOf } from '../../lib/core/pages-of.ts';
import { rescue } from '../../lib/app/deliver/drain.ts';
import type { Parts } from '../../lib/wire/local/parts.ts';
import { opened } from '../pipeline/ours.ts';

// Delivers what it is handed, in a process of its own, which can be killed. Started by `inChild`.

const SAMPLE = JSON.parse(
  readFileSync(new URL('../../events/job.succeeded.json', import.meta.url), 'utf8'),
) as {
  resources: string[];
  detail: Pick<Event, 'metadata' | 'data'>;
};
/** The service reads the due index as often: that is how it finds what a dead process left. */
const TICK_MS = 500;

let parts: Parts;
let sends: Sends;

export async function start(port: number, folder: string): Promise<void> {
  ({ parts } = opened(port, folder));
  sends = createSends(parts);
  await rescue(parts);
  setInterval(() => void sends.wake(), TICK_MS);
  await sends.wake();
}

const eventOf = (id: string): Event =>
  ({
    kind: 'job.succeeded',
    subject: SAMPLE.resources[0],
    metadata: { ...SAMPLE.detail.metadata, id },
    data: SAMPLE.detail.data,
  }) as Event;

/** Answers once all of it is on disk. */
export async function submit(ids: readonly string[]): Promise<void> {
  const doorbell = { ring: async (rows: readonly Delivery[]) => sends.rung(rows) };
  const { store, subscriptions, clock } = parts;
  const deps = { ...store, subscriptions, doorbell, clock, atOnce: sends.atOnce };
  for (let i = 0; i < ids.length; i += 500) {
    const events = ids.slice(i, i + 500).map(eventOf);
    // As at the end of a job: what an event leads to is written with it.
    const rows = events.map((event) => newEventRow(event, clock()));
    await Promise.all([store.events.create(rows), dispatch(deps, events)]);
  }
}

/** Messages that are on disk and not sent yet. */
export async function waiting(): Promise<number> {
  const { deliveries } = parts.store;
  const states = ['pending', 'sending', 'retrying'] as const;
  let count = 0;
  for (const state of states) {
    const pages = pagesOf((query) => deliveries.list({ state, ...query }), 500);
    for await (const rows of pages) count += rows.length;
  }
  return count;
}
