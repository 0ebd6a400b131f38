import { ApiError } from '../client/api-error.ts';
import { clientOver, type Client } from '../client/calls.ts';
import { isRefusal } from '../lib/adapters/api/problem.ts';
import type { Config } from '../lib/adapters/config/config.ts';
import type { Local } from '../lib/wire/local/in-process-api.ts';
import { refusalOf } from './api-refusal.ts';
import { withLocal } from './with-local.ts';

/** Which service to call, as the options say. */
export interface Where {
  config?: string;
  url?: string;
}

export interface Api {
  client: Client;
  /** Of the store that this process reads; null: a remote service is used. */
  config: Config | null;
}

/**
 * Lets a command call the HTTP API: of the service that `--url` names, or the same app in this process over the configured
 * store, so that what is shown is the same. What the API refuses becomes a `Refusal`.
 */
export async function withApi<T>(where: Where, work: (api: Api) => Promise<T>): Promise<T> {
  // The HTTP client is loaded only where it is used.
  const { remoteOf } = await import('./remote.ts');
  const remote = remoteOf(where, process.env);
  try {
    if (remote) {
      const { remoteClient } = await import('./remote-options.ts');
      return await work({ client: remoteClient(remote), config: null });
    }
    return await withLocal(where.config, (local, config) => work({ client: clientOf(local), config }));
  } catch (error) {
    throw error instanceof ApiError ? refusalOf(error, remote?.url ?? null) : error;
  }
}

/** The API in this process, as the functions that a client over HTTP has. */
export const clientOf = ({ call }: Local): Client =>
  clientOver(async (id, _method, _path, sent = {}) => {
    const answered = await call(id, sent);
    if (isRefusal(answered)) throw new ApiError(answered.refused);
    return answered.result;
  });
