import { sameText, sha256 } from '../../core/access/token.ts';
import {
  confirmed,
  endpointOf,
  type Definition,
  type StoredSubscription,
} from '../../core/notify/stored-subscription.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { page } from './page.ts';
import { refuse } from './problem.ts';

const TRIES = 5;

type Asked = StoredSubscription & { definition: Definition };

/**
 * The two steps behind the link in a mail. Looking at it changes nothing, since mail filters follow every link; a person
 * presses the button.
 */
export function confirmHandlers({
  store,
  subscriptions,
  does,
  clock,
}: ApiDeps): Handlers<'showConfirmation' | 'confirm'> {
  /** A link stays good after it was used: people press twice. */
  async function found(token: string): Promise<Asked | null> {
    const [id = '', secret = ''] = token.split('.');
    const row = await store.subscriptions.get(id);
    const definition = row?.definition;
    const confirmation = definition?.confirmation;
    if (!row || !confirmation || !sameText(sha256(secret), confirmation.hash)) return null;
    return row.state === 'confirming' && confirmation.until <= clock() ? null : { ...row, definition };
  }

  return {
    async showConfirmation({ params }) {
      const row = await found(params.token);
      if (!row) return stale;
      return row.state === 'confirming' ? askingPage : donePage;
    },
    async confirm({ params }) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const row = await found(params.token);
        if (!row) return stale;
        if (row.state !== 'confirming') return donePage;
        // Whoever unsubscribed before wants mails again. First, since a second press would find nothing to do.
        const { channel, shown } = row.definition;
        const targets = [{ endpoint: endpointOf(row.definition), shown }];
        await does.enable({ channel, targets }, 'unsubscribed too');
        if ((await store.subscriptions.save(confirmed(row))).outcome === 'raced') continue;
        subscriptions.changed();
        return donePage;
      }
      return stale;
    },
  };
}

const stale = refuse(
  'not_found',
  'This link is not good any more. Ask for the subscription to be made again.',
);

const askingPage = page(
  '<h1>Mails about cloud jobs</h1>\n<p>Somebody wants this address to get mails from Jobchime. Nothing is sent unless you agree.</p>\n' +
    '<form method="post"><button>Send me these mails</button></form>\n<p>If you do not want them, just close this page.</p>',
);
const donePage = page('<h1>Confirmed</h1>\n<p>This address gets the mails from now on.</p>');
