import { isElsewhere, missingSecret, whyMissing } from '../../core/input/missing-secret.ts';
import { windowsOf } from '../../core/input/window-fields.ts';
import type { OwnWords } from '../../core/notify/own-words.ts';
import { readerOf } from '../../core/notify/reader.ts';
import { secretsOfRequest } from '../../core/notify/request-settings.ts';
import type { Subscription, Target } from '../../core/notify/subscription.ts';
import { CHANNELS, definitionOf, targetOn, type KnownChannel } from '../channels/registry.ts';
import type { ParsedConfig } from './schema.ts';

type ParsedSubscription = NonNullable<ParsedConfig['subscriptions']>[string];

/** Its name is its id: names have no underscore, so they never meet the ids of subscriptions made at run time. */
export function subscriptionOf(name: string, it: ParsedSubscription): Subscription {
  const { channel } = it;
  const given = CHANNELS[channel].targets(it);
  const reader = readerOf(it);
  const windows = windowsOf(it, it.zone);
  const words = 'template' in it ? (it.template as OwnWords | undefined) : undefined;
  const addresses = given.map(({ address }) => address);
  const nowhere = whyMissing(addresses);
  const targets =
    nowhere === null && !isElsewhere(addresses)
      ? distinct(
          given.map(({ address, signingKeys, request, mention }) => ({
            ...targetOn(channel, address, signingKeys),
            ...(reader && { reader }),
            ...(words && { words }),
            ...(request && { request }),
            ...(mention && { mention }),
          })),
        )
      : [unresolved(name, channel, nowhere ?? 'of another function')];
  const why =
    nowhere ??
    whyMissing(
      given.flatMap(({ signingKeys = [], request }) => [...signingKeys, ...secretsOfRequest(request)]),
    );
  return {
    id: name,
    name,
    pattern: it.on ?? it.pattern!,
    channel,
    targets,
    ...(it.ordered && { ordered: true }),
    ...(it.fold && { fold: it.fold }),
    ...(windows && { windows }),
    ...(why !== null && LOCKED),
  };
}

/** What is meant for it is kept until its secrets are there. */
const LOCKED = { paused: true, fault: 'locked' } as const;

/** Nobody knows where it goes, so nothing goes there. */
const unresolved = (name: string, channel: KnownChannel, why: string): Target => ({
  endpoint: `unresolved/${name}`,
  shown: `${channel} (${why})`,
  address: missingSecret(why),
  ...(definitionOf(channel)?.signed && { signingKeys: [] }),
});

/** The same mailbox twice in a list, be it in other capitals, gets one mail. */
const distinct = (targets: Target[]): Target[] =>
  targets.filter(({ endpoint }, n) => targets.findIndex((one) => one.endpoint === endpoint) === n);
