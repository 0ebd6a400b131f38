import { change } from '../../core/change.ts';
import { cameBack } from '../../core/notify/delivery-steps.ts';
import { bounced, newEndpoint, unsubscribed } from '../../core/notify/endpoint.ts';
import { resumeCommand } from '../../core/notify/subscription.ts';
import type { Clock, MailFeedback, Store, Telemetry } from '../../ports.ts';

export interface MailFeedbackDeps {
  store: Pick<Store, 'deliveries' | 'endpoints'>;
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * What the relay of a mail says of it later. Which address is meant stands in the row of the delivery, not in what is said.
 * The endpoint first: killed in between, the delivery still says that it arrived, and being told again does the rest.
 */
export async function takeMailFeedback(
  { store, clock, telemetry }: MailFeedbackDeps,
  { delivery: key, what, detail }: MailFeedback,
): Promise<void> {
  const row = await store.deliveries.get(key);
  if (!row) return telemetry.line('info', 'mail.feedback_unknown', { delivery: key, what });
  const { subscription, channel, shown: target } = row;
  const about = { delivery: row.id, subscription, channel, target, detail };
  if (what === 'delayed') return telemetry.line('warn', 'mail.not_taken', about);
  // Told twice: somebody may have resumed the target in between.
  if (what === 'bounced' && row.reason === 'bounced') return;
  const now = clock();
  const { outcome } = await change(store.endpoints, row.endpoint, (known) => {
    const endpoint = known ?? newEndpoint(row, now);
    return what === 'bounced' ? bounced(endpoint, now) : unsubscribed(endpoint, now, 'complained');
  });
  if (outcome === 'gave_up') throw new Error(`others keep changing the target of ${key}: to be told again`);
  if (outcome === 'saved')
    telemetry.line('error', 'subscription.disabled', { ...about, reason: what, ...NEXT[what](subscription) });
  if (what === 'complained') return;
  const marked = await change(store.deliveries, key, (found) => found && cameBack(found, detail));
  if (marked.outcome === 'gave_up') throw new Error(`others keep changing ${key}: to be told again`);
}

/** It is logged as an error, since the message about it may reach nobody. */
const NEXT = {
  bounced: (subscription: string) => ({
    consequence: 'nothing more is sent there; what comes is kept',
    fix: `correct the address, or have it taken off the suppression list; then: ${resumeCommand(subscription)}`,
  }),
  complained: (subscription: string) => ({
    consequence: 'nothing more is sent there, for any subscription, and nothing is kept',
    fix: `take the address out; if its owner wants mails again: ${resumeCommand(subscription)}`,
  }),
};
