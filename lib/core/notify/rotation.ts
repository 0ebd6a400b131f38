import type { Due } from '../row.ts';
import type { Definition, OldKey, Rotation, StoredSubscription } from './stored-subscription.ts';

/** Signatures of a message at most: every one is a line that receivers compare. */
export const MAX_KEYS = 5;
/** The queue of subscriptions with keys that run out. */
export const OLD_KEYS_QUEUE = 'old_keys';

type Defined = StoredSubscription & { definition: Definition };

/**
 * The subscription with one more key, sealed. Those before it are good for the overlap and no longer, also those that an
 * earlier rotation left more time: an overlap of 0 says that a key leaked. `until`: there are as many keys as
 * there may be, and the first of them runs out then.
 */
export function rotated(
  row: Defined,
  key: string,
  { overlapMs, ...rotation }: Rotation & { overlapMs: number },
): Defined | { until: number } {
  const { signingKeys, oldKeys = [], ...rest } = row.definition;
  const end = rotation.at + overlapMs;
  const old = [...signingKeys.map((one) => ({ key: one, until: end })), ...oldKeys]
    .map((one) => ({ ...one, until: Math.min(one.until, end) }))
    .filter(({ until }) => until > rotation.at);
  if (old.length >= MAX_KEYS) return { until: Math.min(...old.map(({ until }) => until)) };
  return withOldKeys({ ...row, definition: { ...rest, signingKeys: [key], rotation } }, old);
}

/** The subscription without the keys that have run out. */
export const withoutOldKeys = (row: Defined, now: number): Defined =>
  withOldKeys(
    row,
    (row.definition.oldKeys ?? []).filter(({ until }) => until > now),
  );

function withOldKeys(row: Defined, old: readonly OldKey[]): Defined {
  const { oldKeys: _, ...rest } = row.definition;
  const due: Due | null =
    old.length > 0 ? { queue: OLD_KEYS_QUEUE, at: Math.min(...old.map(({ until }) => until)) } : null;
  return { ...row, due, definition: { ...rest, ...(old.length > 0 && { oldKeys: [...old] }) } };
}
