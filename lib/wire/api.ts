import { createApi } from '../adapters/api/app.ts';
import { apiDeps } from './api-deps.ts';

/** The API as a function of a request. */
export const apiOver = (...parts: Parameters<typeof apiDeps>): ((request: Request) => Promise<Response>) =>
  createApi(apiDeps(...parts));
