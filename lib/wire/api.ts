import { createGate } from '../adapters/api/admission.ts';
import { createAnswering } from '../adapters/api/answering.ts';
import { createApi } from '../adapters/api/app.ts';
import { createConsole, type ConsoleDeps } from '../adapters/console/app.ts';
import { apiDeps } from './api-deps.ts';

/** What the console needs of its home. */
export type ConsoleHome = Pick<ConsoleDeps, 'sealer' | 'links' | 'live'>;

/** The API and the console in front of it, as a function of a request. */
export function apiOver(
  home: ConsoleHome,
  ...parts: Parameters<typeof apiDeps>
): (request: Request) => Promise<Response> {
  const api = apiDeps(...parts);
  const gate = createGate(api);
  const answer = createAnswering(api);
  return createConsole({ api, gate, answer, ...home }, createApi(api, gate, answer));
}
