import { createHash } from 'node:crypto';
import type { Config } from '../adapters/config/config.ts';
import { WEBHOOK } from '../core/notify/channel.ts';
import { isElsewhere, whyMissing } from '../core/input/missing-secret.ts';
import { createSealer, type Sealer } from '../adapters/platform/seal.ts';

/**
 * Seals the URLs that jobs name: with the key for secrets, or else with a signing key. One of these there must be, since a
 * URL is named only where its host has a subscription. What was sealed with any of them opens. Null: there is no key at all.
 */
export function notifySealer({ api, subscriptions }: Pick<Config, 'api' | 'subscriptions'>): Sealer | null {
  const webhooks = subscriptions.filter(({ channel }) => channel === WEBHOOK);
  const signing = webhooks.flatMap(({ targets }) => targets.flatMap((it) => it.signingKeys ?? []));
  const keys = [...(api?.secretKey ? [api.secretKey] : []), ...signing];
  const usable = keys.filter((key) => whyMissing([key]) === null && !isElsewhere([key]));
  const sealers = usable.map((key) =>
    createSealer(createHash('sha256').update(`${PURPOSE}${key()}`).digest()),
  );
  const [first] = sealers;
  // Where keys are configured and missing, only sealing throws.
  if (!first) return keys[0] ? { seal: keys[0], open: () => null } : null;
  return {
    seal: first.seal,
    open: (sealed, about) => sealers.map((one) => one.open(sealed, about)).find((it) => it !== null) ?? null,
  };
}

/** A key that is used for two things is two keys. */
const PURPOSE = 'jobchime notify ';
