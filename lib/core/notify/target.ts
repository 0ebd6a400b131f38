import { endpointId } from './endpoint.ts';
import type { ChannelName, Secret, Target } from './subscription.ts';

/** A target of a checked address: of a URL for Slack and webhooks, of a mail address for email. */
export const newTarget = (channel: ChannelName, address: Secret, signingKeys?: Secret[]): Target => ({
  endpoint: endpointId(channel, address()),
  shown: SHOWN[channel](address()),
  address,
  ...(signingKeys && { signingKeys }),
});

/** What of an address may be shown: of a URL only its host, since what follows is often the key to it. */
const SHOWN: Record<ChannelName, (address: string) => string> = {
  slack: (url) => `Slack (${new URL(url).host}/…)`,
  email: (address) => address,
  webhook: (url) => `${new URL(url).origin}/…`,
};
