import type { Changed } from '../../../core/change.ts';
import type { Definition, StoredSubscription } from '../../../core/notify/stored-subscription.ts';
import { busy, refuse, type Refusal } from '../problem.ts';

/** One that was made through the API. */
export type Defined = StoredSubscription & { definition: Definition };
export const isDefined = (row: StoredSubscription): row is Defined => row.definition !== null;

export const notFound = (id: string): Refusal => refuse('not_found', `There is no subscription '${id}'.`);
export const locked = refuse(
  'conflict',
  'Its secrets cannot be opened with the configured key: configure the api.secret_key that it was made with.',
);
/** Why a subscription was not changed; null: it is as it was to become. */
export const refusalOf = (changed: Changed<StoredSubscription, Refusal>): Refusal | null =>
  changed.outcome === 'stopped' ? changed.why : changed.outcome === 'gave_up' ? busy : null;
