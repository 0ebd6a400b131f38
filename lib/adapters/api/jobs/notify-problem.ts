import { hasScope, type Token } from '../../../core/access/token.ts';
import { readNotify } from '../../../core/notify/notify.ts';
import { isKnown, SUBSCRIPTION_FORMS } from '../../channels/registry.ts';
import type { ApiDeps } from '../deps.ts';

export interface NotifyProblem {
  field: 'notify';
  problem: string;
  fix: string;
}

/**
 * Why somebody may not name these targets for a job, whatever the configuration says of them; null: they may.
 * The owner of an address has to agree before: only the operator may skip that. And a target that a job names reveals
 * something of the subscriptions, by whether it is accepted and by what is sent.
 */
export async function notifyProblem(
  { subscriptions, owner }: Pick<ApiDeps, 'subscriptions' | 'owner'>,
  token: Token,
  targets: readonly string[] = [],
): Promise<NotifyProblem | null> {
  if (targets.length === 0) return null;
  if (token.projects !== null) return LIMITED;
  const named = targets.flatMap((target) => readNotify(target) ?? []);
  if (!owner && named.some(({ to }) => to === 'mailbox')) return UNCONFIRMED;
  if (hasScope(token, 'read')) return null;
  const known = await subscriptions.all();
  const unknown = named.some(
    (one) =>
      one.to === 'subscription' &&
      isKnown(one.channel) &&
      !known.some((s) => s.id === one.name && s.channel === one.channel),
  );
  return unknown ? UNKNOWN : null;
}

const LIMITED: NotifyProblem = {
  field: 'notify',
  problem: 'cannot be given with a token that is limited to projects',
  fix: 'Leave it out, or use a token for all projects.',
};
const UNCONFIRMED: NotifyProblem = {
  field: 'notify',
  problem: 'names a mail address, which has to agree before it gets mails',
  fix:
    'Write email:NAME of a subscription; POST /v1/subscriptions makes one and asks the address. The command line where ' +
    'the service runs takes an address too.',
};
/** Says less than the refusal by the configuration, which lists those there are: that takes the scope read. */
const UNKNOWN: NotifyProblem = {
  field: 'notify',
  problem: 'names no subscription of that channel',
  fix: `Write ${SUBSCRIPTION_FORMS} of one that there is.`,
};
