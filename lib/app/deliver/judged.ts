import { change } from '../../core/change.ts';
import { rulesOf, type AllRules } from '../../core/notify/channel.ts';
import type { Delivery, Receipt } from '../../core/notify/delivery.ts';
import { judge, newEndpoint, type Endpoint } from '../../core/notify/endpoint.ts';
import type { Patience } from '../../core/notify/outage.ts';
import { resumeCommand } from '../../core/notify/subscription.ts';
import type { Store, Telemetry } from '../../ports.ts';

export interface JudgeDeps {
  store: Pick<Store, 'endpoints'>;
  telemetry: Telemetry;
  /** Of every channel that messages go through. */
  rules: AllRules;
  /** How long failures last before something follows from them; left out: as long as without a configuration. */
  policy?: Patience;
}

/** Writes what the receipt says of the endpoint; with several deliveries under way the write may have to be repeated. */
export async function judged(
  deps: JudgeDeps,
  endpoint: Endpoint,
  receipt: Receipt,
  now: number,
  ended: Delivery | null,
): Promise<void> {
  const rules = rulesOf(deps.rules, endpoint.channel);
  const attempted = { before: endpoint, ended, rules, ...(deps.policy && { patience: deps.policy }) };
  const unknown = newEndpoint({ ...endpoint, endpoint: endpoint.key }, now);
  const changed = await change(
    deps.store.endpoints,
    endpoint.key,
    (row) => {
      const next = judge(row ?? unknown, receipt, now, attempted);
      return next === unknown ? row : next;
    },
    endpoint.version === 0 ? null : endpoint,
  );
  if (changed.outcome === 'saved') logHealth(deps, changed.before ?? unknown, changed.row, receipt);
  if (changed.outcome === 'gave_up') logLost(deps, endpoint, receipt);
}

/** The message is still recorded; what is lost is found out again with the next one. */
function logLost({ telemetry }: JudgeDeps, endpoint: Endpoint, { kind }: Receipt): void {
  telemetry.line('warn', 'endpoint.contended', {
    subscription: endpoint.subscription,
    channel: endpoint.channel,
    target: endpoint.shown,
    receipt: kind,
    consequence: 'what this message found out of its target was not written; the next one finds it out',
  });
}

/** That a channel takes nothing any more is logged as an error, since the message about it may reach nobody. */
function logHealth({ telemetry }: JudgeDeps, before: Endpoint, row: Endpoint, { detail }: Receipt): void {
  const { subscription, channel, shown: target, reason } = row;
  if (row.outage?.failing && !before.outage?.failing) {
    const since = row.outage.since;
    telemetry.line('warn', 'subscription.failing', { subscription, channel, target, since, detail });
  }
  if (before.state === row.state) return;
  if (row.state === 'ok')
    return telemetry.line('info', 'subscription.enabled', { subscription, channel, target });
  telemetry.line('error', 'subscription.disabled', {
    subscription,
    channel,
    target,
    reason,
    detail,
    consequence:
      'nothing more is sent there; what comes is kept, and one message an hour finds out whether it works',
    fix: `repair the target, then: ${resumeCommand(subscription)}`,
  });
}
