import { createGate } from '../adapters/api/admission.ts';
import { createAnswering } from '../adapters/api/answering.ts';
import { createApi } from '../adapters/api/app.ts';
import { createConsole } from '../adapters/console/app.ts';
import type { ConsoleHome } from '../adapters/console/home.ts';
import { apiDeps } from './api-deps.ts';
import { preview } from './preview.ts';

/** The API and the console in front of it, as a function of a request. */
export function apiOver(
  home: Omit<ConsoleHome, 'preview'>,
  ...parts: Parameters<typeof apiDeps>
): (request: Request) => Promise<Response> {
  const api = apiDeps(...parts);
  const gate = createGate(api);
  const answer = createAnswering(api);
  return createConsole({ api, gate, answer, ...home, preview }, createApi(api, gate, answer));
}
