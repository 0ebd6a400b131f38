import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { MissingSecret } from '../lib/core/input/missing-secret.ts';
import type { Local } from '../lib/wire/local/in-process-api.ts';
import type { Config } from '../lib/adapters/config/config.ts';
import { Refusal, refusing } from './refusal.ts';

/** Opens the store beside a service that may run on it, and closes it when the work is done. */
export async function withLocal<T>(
  named: string | undefined,
  work: (local: Local, config: Config) => Promise<T>,
): Promise<T> {
  const [{ openConfig }, { openLocal }] = await Promise.all([
    import('./open.ts'),
    import('../lib/wire/local/in-process-api.ts'),
  ]);
  const { config, secrets } = openConfig(named, 'later');
  const local = refusing(() => openLocal(config, secrets));
  try {
    return await work(local, config);
  } catch (error) {
    const isForUser = error instanceof StoreTrouble || error instanceof MissingSecret;
    throw isForUser ? new Refusal(error.message, { cause: error }) : error;
  } finally {
    await local.close();
  }
}
