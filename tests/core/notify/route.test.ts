import { expect, it } from 'vitest';
import { endpointEvent } from '../../../lib/core/notify/endpoint-event.ts';
import { judge, newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { route } from '../../../lib/core/notify/route.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { START, subscription } from '../../kit.ts';

/** That the nth target of a subscription takes nothing any more. */
function ended(of: Subscription, nth = 0) {
  const { endpoint, shown } = of.targets[nth]!;
  const row = newEndpoint({ endpoint, shown, subscription: of.id, channel: of.channel }, START);
  const dead = judge(row, { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true }, START);
  return endpointEvent(dead, dead.outbox[0]!);
}
const told = (...args: Parameters<typeof route>): string[] => route(...args).map(({ shown }) => shown);

it('the end of a target goes to others and not through the target itself', () => {
  const hook = subscription('hook');
  expect(told(ended(hook), [hook, subscription('other')], START)).toEqual(['https://hooks.test/other']);
});

it('nor through its subscription where that has another target by now', () => {
  const event = ended(subscription('hook'));
  const moved = subscription('hook', { addresses: ['https://hooks.test/new'] });
  expect(told(event, [moved, subscription('other')], START)).toEqual(['https://hooks.test/other']);
  expect(told(event, [moved], START)).toEqual([]);
});

it('of several mail addresses the others get it, whichever it is', () => {
  const addresses = ['a@example.com', 'b@example.com', 'c@example.com'];
  const mail = subscription('mail', { channel: 'email', addresses });
  for (const nth of [0, 1, 2])
    expect(told(ended(mail, nth), [mail], START)).toEqual(addresses.filter((_, i) => i !== nth));
});

it('where no subscription that matches works, every other target that works gets it', () => {
  const [hook, dead] = [subscription('hook'), subscription('dead')];
  const quiet = subscription('quiet', { on: 'endings' });
  const works = (one: Subscription) => (one.id === 'dead' ? 'off' : 'ok');
  const tell = (...all: Subscription[]) => told(ended(hook), all, START, works);
  expect(tell(hook, dead, quiet)).toEqual(['https://hooks.test/dead', 'https://hooks.test/quiet']);
  expect(tell(hook, dead, quiet, subscription('well'))).toEqual([
    'https://hooks.test/dead',
    'https://hooks.test/well',
  ]);
});
