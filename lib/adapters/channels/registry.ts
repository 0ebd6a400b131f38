import type { ChannelName } from '../../core/notify/channel.ts';
import type { Secret, Target } from '../../core/notify/subscription.ts';
import { newTarget } from '../../core/notify/target.ts';
import type { ChannelDefinition } from './definition.ts';
import * as every from './every.ts';

/** What a subscription made through the API may say of the request itself, where its channel is signed. */
export { ownRequest } from './webhook/own-request.ts';

/** Whatever has to know of channels knows of these, in the order of their names. */
export const CHANNELS = { ...every } satisfies Record<string, ChannelDefinition>;

export type KnownChannel = keyof typeof CHANNELS;
export const CHANNEL_NAMES = Object.keys(CHANNELS) as KnownChannel[];

export const definitionOf = (channel: ChannelName): ChannelDefinition | undefined =>
  isKnown(channel) ? CHANNELS[channel] : undefined;

export const isKnown = (channel: ChannelName): channel is KnownChannel => Object.hasOwn(CHANNELS, channel);

/** A target of a checked address, shown as its channel shows it. */
export const targetOn = (channel: ChannelName, address: Secret, signingKeys?: Secret[]): Target =>
  newTarget(channel, address, signingKeys, definitionOf(channel)?.show);

/** `email, slack or webhook`. */
export const oneOf = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' or $1');

/** How a subscription is named when a job is tracked: `email:NAME, slack:NAME or webhook:NAME`. */
export const SUBSCRIPTION_FORMS = oneOf(CHANNEL_NAMES.map((name) => `${name}:NAME`));
/** How a target is written then. */
export const NOTIFY_FORMS = `${SUBSCRIPTION_FORMS}, mailto:ADDRESS, or https://HOST/PATH`;

/** What says on AWS where a channel's queue is. */
export const queueVariable = (channel: ChannelName): string => `JOBCHIME_${channel.toUpperCase()}_QUEUE`;
