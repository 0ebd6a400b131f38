import { MAIL } from '../../../core/notify/channel.ts';
import { isUnsubscribed } from '../../../core/notify/endpoint.ts';
import { newTarget } from '../../../core/notify/target.ts';
import { readUnsubscribeToken } from '../../platform/unsubscribe-link.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { page } from './page.ts';
import { busy, refuse } from '../problem.ts';

/**
 * Behind the link in every mail (RFC 8058). Looking at it changes nothing, since mail filters follow every link; a person
 * presses the button, or the mail program posts by itself. What it posts says nothing that the link does not.
 */
export function unsubscribeHandlers({
  subscribing: { sealer },
  useCases,
}: ApiDeps): Handlers<'showUnsubscribe' | 'unsubscribe'> {
  return {
    async showUnsubscribe({ params }, { language }) {
      const asked = readUnsubscribeToken(sealer, params.token);
      if (!asked) return unknown;
      const target = newTarget(MAIL, () => asked.address);
      const isDone = isUnsubscribed(await useCases.endpointRow(MAIL, target));
      return page(isDone ? 'unsubscribedBefore' : 'askUnsubscribe', language());
    },
    async unsubscribe({ params }, { language }) {
      const unsubscribeRequest = readUnsubscribeToken(sealer, params.token);
      if (!unsubscribeRequest) return unknown;
      const outcome = await useCases.unsubscribe(unsubscribeRequest);
      return outcome === 'done' ? page('unsubscribed', language()) : busy;
    },
  };
}

const unknown = refuse(
  'not_found',
  'This link is not valid. Use the link in the mail unchanged, or ask the operator of the service.',
);
