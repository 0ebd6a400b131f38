import { readUnsubscribeToken } from '../platform/unsubscribe-link.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { page } from './page.ts';
import { busy, refuse } from './problem.ts';

/**
 * Behind the link in every mail (RFC 8058). Looking at it changes nothing, since mail filters follow every link; a person
 * presses the button, or the mail program posts by itself. What it posts says nothing that the link does not.
 */
export function unsubscribeHandlers({
  subscribing: { sealer },
  useCases,
}: ApiDeps): Handlers<'showUnsubscribe' | 'unsubscribe'> {
  return {
    async showUnsubscribe({ params }) {
      return readUnsubscribeToken(sealer, params.token) ? askingPage : unknown;
    },
    async unsubscribe({ params }) {
      const unsubscribeRequest = readUnsubscribeToken(sealer, params.token);
      if (!unsubscribeRequest) return unknown;
      return (await useCases.unsubscribe(unsubscribeRequest)) === 'done' ? donePage : busy;
    },
  };
}

const unknown = refuse(
  'not_found',
  'This link is not valid. Use the link in the mail unchanged, or ask the operator of the service.',
);
const askingPage = page(
  '<h1>No more mails?</h1>\n<p>Jobchime will send nothing more to this address, for any subscription.</p>\n' +
    '<form method="post"><button>Unsubscribe</button></form>',
);
const donePage = page('<h1>Unsubscribed</h1>\n<p>This address gets no more mails from Jobchime.</p>');
