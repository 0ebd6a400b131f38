import { isMailbox, type ChannelName } from './channel.ts';
import { endpointId } from './endpoint.ts';
import type { Secret, Target } from './subscription.ts';

/** A target of a checked address, which is a URL or that of a mailbox. `show`: how the channel shows it, where that differs. */
export const newTarget = (
  channel: ChannelName,
  address: Secret,
  signingKeys?: Secret[],
  show = shownBy(channel),
): Target => ({
  endpoint: endpointId(channel, address()),
  shown: show(address()),
  address,
  ...(signingKeys && { signingKeys }),
});

/** The keys that a message to it is signed with at this time, the newest first. */
export const keysAt = ({ signingKeys = [], oldKeys = [] }: Target, at: number): Secret[] => [
  ...signingKeys,
  ...oldKeys.flatMap(({ key, until }) => (at < until ? key : [])),
];

/** What of an address may be shown: of a URL only its host, since what follows is often the key to it. */
const shownBy = (channel: ChannelName) => (address: string) =>
  isMailbox(channel) ? address : `${new URL(address).origin}/…`;
