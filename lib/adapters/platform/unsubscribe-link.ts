import type { Sealer } from './seal.ts';

/** The subscription of the mail, and the address that unsubscribes. */
export interface UnsubscribeRequest {
  subscription: string;
  address: string;
}

/** A text sealed for anything else does not open as a link, nor a link as anything else. */
const PURPOSE = 'unsubscribe';

/**
 * Makes the links of mails. Nothing is stored for them: a link says itself what it is for, sealed, so that it gives nothing
 * away and is valid until the key changes. Null without a key or without an address at which the API is reached.
 */
export function unsubscribeLinks(
  publicUrl: string | undefined,
  sealer: Sealer | null,
): ((unsubscribeRequest: UnsubscribeRequest) => string) | null {
  if (!sealer || !publicUrl) return null;
  return ({ subscription, address }) =>
    `${publicUrl}/v1/unsubscribe/${sealer.seal(JSON.stringify([subscription, address]), PURPOSE)}`;
}

/** What a link's token says; null for what was not made here. GCM compares its tag in constant time. */
export function readUnsubscribeToken(sealer: Sealer | null, token: string): UnsubscribeRequest | null {
  const text = sealer?.open(token, PURPOSE) ?? null;
  if (text === null) return null;
  const [subscription, address] = JSON.parse(text) as [string, string];
  return { subscription, address };
}
