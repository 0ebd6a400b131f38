import { change, stop } from '../../../core/change.ts';
import { MAX_KEYS, rotated } from '../../../core/notify/rotation.ts';
import { definitionOf } from '../../channels/registry.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { refuse, type Refusal } from '../problem.ts';
import { isDefined, locked, notFound, refusalOf } from './rows.ts';
import { createSubscriptionViews } from './views.ts';
import { newSigningKey } from './target.ts';
import { iso } from '../iso.ts';

/**
 * One write makes the new key and gives the old ones their end. Killed after it, the request that is sent again with its
 * `Idempotency-Key` finds its own key there and shows it; without one it makes another, and the receiver verifies with either.
 */
export function rotateHandlers(deps: ApiDeps): Handlers<'rotateSubscription'> {
  const { store, subscriptions, subscribing, clock, random, telemetry } = deps;
  const views = createSubscriptionViews(deps);

  const notMadeHere = async (id: string): Promise<Refusal> => {
    const fixed = (await subscriptions.all()).find((one) => one.id === id);
    if (!fixed) return notFound(id);
    return definitionOf(fixed.channel)?.signed ? inConfiguration(id) : unsigned;
  };

  return {
    async rotateSubscription({ params: { id }, body }, { token, seed = null }) {
      const { sealer } = subscribing;
      const newKey = newSigningKey(random);
      const rotation = { at: clock(), by: token.name, request: seed };
      const overlapMs = body.overlapSeconds * 1_000;
      const changed = await change(store.subscriptions, id, async (row) => {
        if (!row || !isDefined(row)) return stop(await notMadeHere(id));
        const { channel, signingKeys, rotation: last } = row.definition;
        if (!definitionOf(channel)?.signed) return stop(unsigned);
        if (!sealer || signingKeys.some((key) => sealer.open(key, id) === null)) return stop(locked);
        if (seed !== null && last?.request === seed) return row;
        const next = rotated(row, sealer.seal(newKey, id), { ...rotation, overlapMs });
        return 'until' in next ? stop(tooMany(next.until)) : next;
      });
      const refused = refusalOf(changed);
      if (refused) return refused;
      subscriptions.changed();
      const row = changed.outcome === 'saved' || changed.outcome === 'unchanged' ? changed.row : null;
      // Removed since: what was made is of no use to anybody.
      if (!row || !isDefined(row)) return notFound(id);
      const { signingKeys, oldKeys = [] } = row.definition;
      if (changed.outcome === 'saved') {
        const last = oldKeys.length > 0 ? iso(Math.max(...oldKeys.map(({ until }) => until))) : null;
        telemetry.line('info', 'subscription.rotated', {
          subscription: id,
          askedBy: token.name,
          oldKeys: oldKeys.length,
          oldKeysUntil: last,
        });
      }
      const shownOnce = signingKeys.flatMap((key) => sealer?.open(key, id) ?? []);
      return { status: 200, body: { ...(await views.ofRow(row, row.definition)), signingKeys: shownOnce } };
    },
  };
}

const unsigned = refuse('conflict', 'Its messages are not signed: only a webhook has a key to rotate.');
const inConfiguration = (id: string): Refusal =>
  refuse(
    'read_only',
    `'${id}' stands in the configuration file: there put a new key before the old one in its signing_keys, so that messages are signed with both. Take the old one out once the receiver has the new one.`,
  );
const tooMany = (until: number): Refusal =>
  refuse(
    'conflict',
    `It has ${MAX_KEYS} keys, and more are not kept at a time; the next one ends at ${iso(until)}. Wait for that, or give a shorter overlapSeconds: 0 ends all keys but the new one at once.`,
  );
