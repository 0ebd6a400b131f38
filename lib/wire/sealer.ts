import type { Config } from '../adapters/config/config.ts';
import { createSealer, type Sealer } from '../adapters/platform/seal.ts';
import { whyMissing } from '../core/input/missing-secret.ts';

/** Null: no key is configured. One that is configured and missing opens nothing, and sealing throws. */
export function sealerOf({ api }: Pick<Config, 'api'>): Sealer | null {
  const key = api?.secretKey;
  if (!key) return null;
  return whyMissing([key]) === null
    ? createSealer(Buffer.from(key(), 'base64'))
    : { seal: key, open: () => null };
}
