import { readNotify, signerFor } from '../core/notify/notify.ts';
import { isKnown, NOTIFY_FORMS } from '../adapters/channels/registry.ts';
import type { Config } from '../adapters/config/config.ts';
import { readAddress, readTarget } from '../core/input/values.ts';
import { MAIL } from '../core/notify/channel.ts';
import type { Subscriptions } from '../ports.ts';
import type { Undeployed } from './deployed.ts';

/** What is wrong with a target that is to hear of a job; null: nothing. Quotes no address. */
export function notifyProblems(
  { mail, allowPrivate }: Pick<Config, 'mail' | 'allowPrivate'>,
  subscriptions: Subscriptions,
  undeployed: Undeployed = () => null,
): (target: string) => Promise<string | null> {
  return async (text) => {
    const notify = readNotify(text);
    if (!notify || (notify.to === 'subscription' && !isKnown(notify.channel)))
      return `is written as ${NOTIFY_FORMS}`;
    if (notify.to === 'mailbox') {
      const address = readAddress(notify.address);
      if (!address.ok) return [address.problem, address.fix ?? 'write mailto:ops@example.com'].join('; ');
      const fault = undeployed(MAIL);
      if (fault) return `${fault.problem}: ${fault.fix}`;
      return mail ? null : 'cannot be an address: no mail server is configured (mail)';
    }
    const known = await subscriptions.all();
    if (notify.to === 'subscription') {
      const { channel, name } = notify;
      if (known.some((one) => one.id === name && one.channel === channel)) return null;
      const names = known.filter((one) => one.channel === channel).map((one) => one.id);
      return `names no ${channel} subscription; there ${names.length > 0 ? `are: ${names.join(', ')}` : 'are none'}`;
    }
    const url = readTarget(notify.address, allowPrivate);
    if (!url.ok) return url.problem;
    if (signerFor(notify.address, known)) return null;
    return `cannot be signed for ${url.value.host}: subscribe one webhook there, its key is used for all of the host`;
  };
}
