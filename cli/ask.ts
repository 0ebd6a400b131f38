import { ApiError } from '../client/api-error.ts';
import type { Client } from '../client/index.ts';
import type { Config } from '../lib/adapters/config/config.ts';
import { refusalOf } from './api-refusal.ts';
import { Refusal } from './refusal.ts';
import { withLocal } from './with-local.ts';

/** Whom to ask, as the options say. */
export interface Where {
  config?: string;
  url?: string;
}

export interface Asked {
  client: Client;
  /** Of the store that is asked in this process; null: a service elsewhere is asked. */
  config: Config | null;
}

/** Is never looked up: requests to it are answered in this process. */
const HERE = 'http://jobchime.local';

/**
 * Lets a command ask the HTTP API: of the service that `--url` names, or the same app in this process over the configured
 * store, so that what is shown is the same. What the API refuses becomes a `Refusal`.
 */
export async function asking<T>(where: Where, work: (asked: Asked) => Promise<T>): Promise<T> {
  const [{ createClient }, { elsewhereOf }] = await Promise.all([
    import('../client/index.ts'),
    import('./elsewhere.ts'),
  ]);
  const elsewhere = elsewhereOf(where, process.env);
  try {
    if (elsewhere) return await work({ client: createClient(elsewhere), config: null });
    return await withLocal(where.config, ({ fetch, token }, config) =>
      work({ client: createClient({ url: HERE, token, fetch }), config }),
    );
  } catch (error) {
    throw error instanceof ApiError ? refusalOf(error, elsewhere?.url ?? null) : error;
  }
}

/** Whether the same question, asked a little later, may be answered. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Refusal
    ? error.passing
    : error instanceof ApiError && (error.status === 429 || error.status >= 500);
