import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Delivery } from '../client/index.ts';
import { outcomeWord } from '../lib/core/notify/delivery.ts';
import { each } from './each.ts';
import { when } from './render.ts';

/** How long the answer is waited for. A receiver may take 15 s; one that takes longer has not taken the message. */
const PATIENCE_MS = 20_000;

/** The same deliveries, once they have ended or the patience is over. */
export async function whenEnded(
  client: Client,
  sent: readonly Delivery[],
  everyMs: number,
): Promise<Delivery[]> {
  const until = Date.now() + PATIENCE_MS;
  let now = [...sent];
  while (now.some(isUnderWay) && Date.now() < until) {
    await sleep(everyMs);
    now = await each(now, async (one) =>
      isUnderWay(one) ? client.deliveries.get({ eventId: one.eventId, deliveryId: one.id }) : one,
    );
  }
  return now;
}
const isUnderWay = ({ state }: Delivery): boolean => state === 'pending' || state === 'sending';

/** One line: what came of it, where, and why. */
export function outcomeOf({ target, state, reason, attempts, nextTryAt }: Delivery): string {
  const last = attempts.at(-1);
  const word = outcomeWord({ state, reason });
  const why = last?.detail && word !== 'delivered' ? `: ${last.detail}` : '';
  const next = nextTryAt && state === 'retrying' ? `; tried again at ${when(nextTryAt)}` : '';
  return `${word.padEnd('delivered'.length)}  ${target}${why}${next}`;
}

/**
 * The deliveries of an event, once there are that many and they have ended, or the patience is over. None: nobody sends them now,
 * and they are as they are.
 */
export async function settledOf(
  client: Client,
  event: string,
  count: number,
  everyMs: number,
): Promise<Delivery[]> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { items } = await client.deliveries.list({ event, limit: MOST });
    if (count === 0) return items;
    if (items.length >= count || Date.now() >= until) return whenEnded(client, items, everyMs);
    await sleep(everyMs);
  }
}
/** A drill that goes to more is told of in part. */
const MOST = 200;
