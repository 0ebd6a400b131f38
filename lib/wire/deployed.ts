import type { Problem } from '../core/input/problems.ts';
import type { ChannelName } from '../core/notify/channel.ts';

/** A stage on AWS has functions for some channels. Why a subscription of another cannot be; null: it can. */
export type Undeployed = (channel: ChannelName) => { problem: string; fix: string } | null;

export const undeployedBeside =
  (deployed: readonly ChannelName[]): Undeployed =>
  (channel) =>
    deployed.includes(channel)
      ? null
      : {
          problem: `is ${channel}, and this stage has no function for that channel`,
          fix: `Deploy it with --param channels=${[...deployed, channel].toSorted().join(',')}, or take another channel.`,
        };

/** Subscriptions of a configuration to which this stage sends nothing, each where it stands. */
export const undeployedIn = (
  subscriptions: readonly { id: string; channel: ChannelName }[],
  undeployed: Undeployed,
): Problem[] =>
  subscriptions.flatMap(({ id, channel }) => {
    const fault = undeployed(channel);
    return fault ? [{ where: `subscriptions.${id}.channel`, ...fault }] : [];
  });
