import { sameText, sha256 } from '../access/token.ts';
import type { StoredSubscription } from '../notify/stored-subscription.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { refuse } from './problem.ts';

const TRIES = 5;

/**
 * The two steps behind the link in a mail. Looking at it changes nothing, since mail filters follow every link; a person
 * presses the button.
 */
export function confirmHandlers({
  store,
  subscriptions,
  clock,
}: ApiDeps): Handlers<'showConfirmation' | 'confirm'> {
  /** A link stays good after it was used: people press twice. */
  async function found(token: string): Promise<StoredSubscription | null> {
    const [id = '', secret = ''] = token.split('.');
    const row = await store.subscriptions.get(id);
    const confirmation = row?.definition?.confirmation;
    if (!row || !confirmation || !sameText(sha256(secret), confirmation.hash)) return null;
    return row.state === 'confirming' && confirmation.until <= clock() ? null : row;
  }

  return {
    async showConfirmation({ params }) {
      const row = await found(params.token);
      if (!row) return stale;
      return { status: 200, body: row.state === 'confirming' ? askingPage : donePage, headers: PAGE };
    },
    async confirm({ params }) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const row = await found(params.token);
        if (!row) return stale;
        const done = { status: 200 as const, body: donePage, headers: PAGE };
        if (row.state !== 'confirming') return done;
        if ((await store.subscriptions.save({ ...row, state: 'active' })).outcome === 'raced') continue;
        subscriptions.changed();
        return done;
      }
      return stale;
    },
  };
}

const stale = refuse(
  'not_found',
  'This link is not good any more. Ask for the subscription to be made again.',
);

/** Nothing is loaded from anywhere, the button leads back here, and the address is told to nobody. */
const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const page = (body: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Jobchime</title></head><body>\n${body}\n</body></html>\n`;

const askingPage = page(
  '<h1>Mails about cloud jobs</h1>\n<p>Somebody wants this address to get mails from Jobchime. Nothing is sent unless you agree.</p>\n' +
    '<form method="post"><button>Send me these mails</button></form>\n<p>If you do not want them, just close this page.</p>',
);
const donePage = page('<h1>Confirmed</h1>\n<p>This address gets the mails from now on.</p>');
