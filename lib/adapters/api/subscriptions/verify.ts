import { change, stop } from '../../../core/change.ts';
import { toSubscription, type Verification } from '../../../core/notify/stored-subscription.ts';
import { definitionOf } from '../../channels/registry.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, isRefusal, refuse, type Refusal } from '../problem.ts';
import { isDefined, locked, notFound, refusalOf, type Defined } from './rows.ts';
import { createSubscriptionViews } from './views.ts';

type VerifyDeps = Pick<ApiDeps, 'store' | 'subscriptions' | 'subscribing' | 'clock' | 'random' | 'telemetry'>;

/** Whether a target of this channel is asked before it gets anything: one that is signed is a program, which can answer. */
export const isAsked = (channel: string): boolean => definitionOf(channel)?.signed === true;

/** What becomes of a target that was given: `skippedBy` names who wants it to be sent to without being asked. */
export const toVerify = (at: number, skippedBy: string | null): Verification =>
  skippedBy === null ? { state: 'unverified', at } : { state: 'skipped', at, by: skippedBy };

/**
 * Sends the challenge to the target of a stored subscription that waits for that, and writes down what came of it; the row
 * as it is then, and why it is not answered. It stays unverified until the write, so after a death anywhere it is left to the next one that asks
 * again. What a target answered says nothing of another one that took its place meanwhile.
 * @param always Also one that is sent to already, which it stays whatever it answers.
 */
export async function challenge(
  deps: VerifyDeps,
  row: Defined,
  always = false,
): Promise<{ row: Defined; why: string | null } | Refusal> {
  const { store, subscriptions, subscribing, clock, random, telemetry } = deps;
  const { sealer } = subscribing;
  const id = row.key;
  if (!always && row.definition.verification?.state !== 'unverified') return { row, why: null };
  const { channel, endpoint, shown } = row.definition;
  const opened = toSubscription(row, row.definition, (sealed) => {
    const text = sealer?.open(sealed, id) ?? null;
    return text === null ? null : () => text;
  });
  if (opened.fault === 'locked') return locked;
  const why = await subscribing.ask({
    id: `chl_${random(16).toString('hex')}`,
    challenge: random(32).toString('base64url'),
    subscription: id,
    target: opened.targets[0]!,
    at: clock(),
  });
  const verification: Verification =
    why === null ? { state: 'verified', at: clock() } : { state: 'unverified', at: clock(), why };
  const changed = await change(store.subscriptions, id, (now) => {
    if (!now || !isDefined(now)) return stop(notFound(id));
    if (now.definition.endpoint !== endpoint) return stop(busy);
    const waits = now.definition.verification?.state === 'unverified';
    return waits || why === null ? { ...now, definition: { ...now.definition, verification } } : now;
  });
  const refused = refusalOf(changed);
  if (refused) return refused;
  subscriptions.changed();
  const of = { subscription: id, channel, target: shown };
  if (why === null) telemetry.line('info', 'subscription.verified', of);
  else telemetry.line('warn', 'subscription.unverified', { ...of, detail: verification.why });
  const after = changed.outcome === 'saved' || changed.outcome === 'unchanged' ? changed.row : null;
  return after && isDefined(after) ? { row: after, why } : notFound(id);
}

/** Who wants a target to be sent to without being asked is written down: in the row, and here. */
export function tellOfSkipping({ telemetry }: VerifyDeps, { key, definition }: Defined): void {
  const { channel, shown, verification } = definition;
  if (verification?.state !== 'skipped') return;
  telemetry.line('warn', 'subscription.challenge_skipped', {
    subscription: key,
    channel,
    target: shown,
    askedBy: verification.by,
  });
}

export function verifyHandlers(deps: ApiDeps): Handlers<'verifySubscription'> {
  const { store, subscriptions } = deps;
  const views = createSubscriptionViews(deps);
  return {
    async verifySubscription({ params: { id } }) {
      const row = await store.subscriptions.get(id);
      if (!row || !isDefined(row))
        return (await subscriptions.all()).some((one) => one.id === id) ? inConfiguration(id) : notFound(id);
      if (!isAsked(row.definition.channel)) return notAsked;
      const asked = await challenge(deps, row, true);
      if (isRefusal(asked)) return asked;
      if (asked.why !== null) return refuse('challenge_failed', failed(asked.why, asked.row));
      return { status: 200, body: await views.ofRow(asked.row, asked.row.definition) };
    },
  };
}

const notAsked = refuse('conflict', 'Only a webhook is asked whether it wants messages.');
const inConfiguration = (id: string): Refusal =>
  refuse(
    'read_only',
    `'${id}' stands in the configuration file, whose targets are sent to without a challenge.`,
  );
const failed = (why: string, { definition }: Defined): string => {
  const waits = definition.verification?.state === 'unverified';
  const then = waits ? 'It gets nothing until it does' : 'Messages still go there, as before';
  return `The target has not answered the challenge: ${why.replace(/[.\s]+$/, '')}. ${then}; docs/api.md says what it must answer.`;
};
