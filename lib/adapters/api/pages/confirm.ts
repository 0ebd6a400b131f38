import { sameText, sha256 } from '../../../core/access/token.ts';
import { change, stop } from '../../../core/change.ts';
import {
  confirmed,
  endpointOf,
  type Definition,
  type StoredSubscription,
} from '../../../core/notify/stored-subscription.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { page } from './page.ts';
import { busy, isRefusal, refuse, type Refusal } from '../problem.ts';

type Asked = StoredSubscription & { definition: Definition };

/**
 * The two steps behind the link in a mail. Looking at it changes nothing, since mail filters follow every link; a person
 * presses the button.
 */
export function confirmHandlers({
  store,
  subscriptions,
  useCases,
  clock,
}: ApiDeps): Handlers<'showConfirmation' | 'confirm'> {
  /** Whose link it is. A link stays good after it was used: people press twice. */
  function asked(row: StoredSubscription | null, token: string): Asked | Refusal {
    const [, secret = ''] = token.split('.');
    const definition = row?.definition;
    const confirmation = definition?.confirmation;
    if (!row || !confirmation || !sameText(sha256(secret), confirmation.hash)) return stale;
    return row.state === 'confirming' && confirmation.until <= clock() ? expired : { ...row, definition };
  }
  const idOf = (token: string): string => token.split('.')[0]!;

  return {
    async showConfirmation({ params: { token } }, { language }) {
      const row = asked(await store.subscriptions.get(idOf(token)), token);
      if (isRefusal(row)) return row;
      return page(row.state === 'confirming' ? 'askConfirm' : 'confirmedBefore', language());
    },
    async confirm({ params: { token } }, { language }) {
      const changed = await change(store.subscriptions, idOf(token), async (row) => {
        const found = asked(row, token);
        if (isRefusal(found)) return stop(found);
        if (found.state !== 'confirming') return row;
        // The owner may have unsubscribed before, and takes mails again. First, since a second press would find nothing to do.
        const { channel, shown } = found.definition;
        const targets = [{ endpoint: endpointOf(found.definition), shown }];
        const enabled = await useCases.enable({ channel, targets }, { alsoUnsubscribed: true });
        return enabled === 'done' ? confirmed(found) : stop(busy);
      });
      if (changed.outcome === 'stopped') return changed.why;
      if (changed.outcome === 'gave_up') return busy;
      if (changed.outcome === 'saved') subscriptions.changed();
      return page(changed.outcome === 'saved' ? 'confirmed' : 'confirmedBefore', language());
    },
  };
}

const stale = refuse(
  'not_found',
  'This link is not good any more. Ask for the subscription to be made again.',
);
const expired = refuse('link_expired', 'This link has expired. Ask for the subscription to be made again.');
