import type { Config } from '../adapters/config/config.ts';
import { createSealer, type Sealer } from '../adapters/platform/seal.ts';
import { pageLinks } from '../adapters/platform/page-link.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';
import type { Opener } from '../core/notify/stored-subscription.ts';
import { whyMissing } from '../core/input/missing-secret.ts';

/** Null: no key is configured. One that is configured and missing opens nothing, and sealing throws. */
export function sealerOf({ api }: Pick<Config, 'api'>): Sealer | null {
  const key = api?.secretKey;
  if (!key) return null;
  return whyMissing([key]) === null
    ? createSealer(Buffer.from(key(), 'base64'))
    : { seal: key, open: () => null };
}

/** The links in messages to pages of the console; null: there are none. */
export const pageLinksOf = (
  { api }: Pick<Config, 'api'>,
  sealer: Sealer | null,
): ReturnType<typeof pageLinks> => pageLinks(api?.publicUrl, sealer, api?.pageLinksMs ?? null);

/** What opens them; null: none opens. */
export const pageOpenerOf = ({ api }: Pick<Config, 'api'>, sealer: Sealer | null): Sealer | null =>
  api && api.pageLinksMs !== null ? sealer : null;

/** What is opened is a secret like those of the configuration: nothing that is written shows it. */
export const openerOf =
  (sealer: Sealer | null, secrets: Secrets): Opener =>
  (sealed, id, conceal = true) => {
    const text = sealer?.open(sealed, id) ?? null;
    if (text === null) return null;
    return conceal ? secrets.add(text) : () => text;
  };
