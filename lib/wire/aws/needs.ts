import type { Purpose } from '../../adapters/config/purposes.ts';
import { CHANNEL_NAMES } from '../../adapters/channels/registry.ts';
import { MAIL } from '../../core/notify/channel.ts';

/**
 * The secrets that each function uses, by what they are for; its role reads those and no others. What goes to somebody is known by a
 * hash of the address, so a function that makes deliveries or shows them needs the addresses of the channels that have secret ones; an address
 * of mail is none. The key of the API opens what was sealed with it: subscriptions that were made through the API.
 */
const ADDRESSES: readonly Purpose[] = CHANNEL_NAMES.filter((name) => name !== MAIL);

export const NEEDS: Readonly<Record<string, readonly Purpose[]>> = {
  // Faces the internet: no credentials of a cloud.
  api: ['api', 'network', ...ADDRESSES],
  track: ['api', ...ADDRESSES],
  // It alone signs in to clouds.
  sweep: ['clouds', 'api', 'network', ...ADDRESSES],
  route: ['api', ...ADDRESSES],
  ...Object.fromEntries(ADDRESSES.map((name) => [name, [name, 'api', 'network']])),
  [MAIL]: [MAIL, 'api'],
};
