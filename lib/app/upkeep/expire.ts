import { OLD_KEYS_QUEUE, withoutOldKeys } from '../../core/notify/rotation.ts';
import { EXPIRE_QUEUE, HELD, type Row } from '../../core/row.ts';
import { expired } from '../../core/notify/delivery-steps.ts';
import type { Patience } from '../../core/notify/outage.ts';
import { giveUp } from '../deliver/give-up.ts';
import type { Clock, Store, Table, Telemetry } from '../../ports.ts';

export interface ExpireDeps {
  store: Pick<Store, 'idempotency' | 'subscriptions' | 'deliveries' | 'endpoints' | 'recoveries' | 'places'>;
  clock: Clock;
  telemetry: Telemetry;
  /** How long what was held is kept, in milliseconds. */
  retention: number;
  policy?: Patience;
}

/** Pairs of subscription and endpoint; far more than are ever held at once. */
const MAX_QUEUES = 1_000;

/**
 * Ends what waited for a time and is past it, at most `limit` rows of a kind: answers that nobody asks for again,
 * subscriptions that nobody confirmed, keys that others replaced, deliveries held for longer than anybody needs them, recoveries that
 * ended long ago, and where messages stand that nothing has changed for as long.
 */
export async function expire(deps: ExpireDeps, limit: number): Promise<number> {
  const { store, clock } = deps;
  const ended = [
    await removeExpired(store.idempotency, clock(), limit),
    await unconfirmed(deps, limit),
    await oldKeys(deps, limit),
    await held(deps, limit),
    await removeExpired(store.recoveries, clock(), limit),
    await removeExpired(store.places, clock(), limit),
  ];
  return ended.reduce((sum, n) => sum + n, 0);
}

/** Rows of which nothing is left to do once their time is over. */
export async function removeExpired<R extends Row>(
  table: Table<R>,
  now: number,
  limit: number,
): Promise<number> {
  const rows = await table.due(EXPIRE_QUEUE, now, limit);
  await Promise.all(rows.map((row) => table.remove(row)));
  return rows.length;
}

async function unconfirmed(
  { store: { subscriptions }, clock, telemetry }: ExpireDeps,
  limit: number,
): Promise<number> {
  const rows = await subscriptions.due(EXPIRE_QUEUE, clock(), limit);
  for (const row of rows) {
    // Raced: it was confirmed, or asked anew, just now.
    if ((await subscriptions.remove(row)) === 'raced') continue;
    telemetry.line('info', 'subscription.unconfirmed', { subscription: row.key });
  }
  return rows.length;
}

/** Nobody signs with them by then: what is left is to forget them. */
async function oldKeys(
  { store: { subscriptions }, clock, telemetry }: ExpireDeps,
  limit: number,
): Promise<number> {
  const now = clock();
  const rows = await subscriptions.due(OLD_KEYS_QUEUE, now, limit);
  for (const { definition, ...row } of rows) {
    if (!definition) continue;
    const next = withoutOldKeys({ ...row, definition }, now);
    if ((await subscriptions.save(next)).outcome === 'raced') continue;
    const keys = (definition.oldKeys?.length ?? 0) - (next.definition.oldKeys?.length ?? 0);
    telemetry.line('info', 'subscription.keys_ended', { subscription: row.key, keys });
  }
  return rows.length;
}

/** They wait by when they were made, so the oldest come first. */
async function held(deps: ExpireDeps, limit: number): Promise<number> {
  const {
    store: { deliveries },
    clock,
    telemetry,
    retention,
  } = deps;
  const end = clock() - retention;
  let left = limit;
  for (const queue of await deliveries.queues(HELD, end, MAX_QUEUES)) {
    if (left === 0) break;
    const rows = await deliveries.due(queue, end, left);
    left -= rows.length;
    for (const row of rows) {
      if ((await giveUp(deps, expired(row, clock()))).outcome === 'raced') continue;
      telemetry.line('warn', 'delivery.expired', {
        delivery: row.id,
        kind: row.event.kind,
        subject: row.event.subject,
        subscription: row.subscription,
        channel: row.channel,
        target: row.shown,
        reason: 'expired',
        held: row.reason,
      });
    }
  }
  return limit - left;
}
