import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { ApiSettings } from '../../adapters/config/config.ts';
import { holdConnections, maxOpenFiles } from '../../adapters/platform/connections.ts';
import { hasTwoHosts } from '../../adapters/platform/two-hosts.ts';
import { ListenError } from './listen-error.ts';

export interface Listening {
  url: string;
  /** Takes no new connection; resolves when what is being answered has been, or some seconds later. */
  close(): Promise<void>;
}

/** A request that has not arrived as a whole by then is broken off. */
const REQUEST_MS = 30_000;
/** And its head sooner: nobody needs longer for some lines. */
const HEAD_MS = 10_000;
/** Most of the files that the process may open are for the store, the clouds and the targets. */
const MAX_CONNECTIONS = Math.min(256, Math.max(4, Math.floor(maxOpenFiles() / 4)));

/** Serves a fetch-standard app over node:http. Throws a `ListenError` where it cannot listen. */
export async function serve(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: ApiSettings['listen'],
): Promise<Listening> {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler: malformed });
  const limits = {
    requestTimeout: REQUEST_MS,
    headersTimeout: HEAD_MS,
    connectionsCheckingInterval: 5_000,
  };
  const server = createServer(limits, (request, response) => {
    if (!hasTwoHosts(request)) return void listener(request, response);
    const { status, type, body } = problemOf('It names its host twice.');
    response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body);
  });
  const connections = holdConnections(server, MAX_CONNECTIONS);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError({ host, port }, 'api.listen', error);
  }
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: connections.close,
  };
}

/** What is no HTTP request to begin with, for instance a host header that is no host. */
function malformed(): Response {
  const { status, type, body } = problemOf('Its address or host is not valid.');
  return new Response(body, { status, headers: { 'content-type': type } });
}

function problemOf(detail: string) {
  const [status, title] = [400, 'The request cannot be read'];
  const problem = { type: 'urn:jobchime:problem:malformed', title, status, detail };
  return { status, type: 'application/problem+json', body: JSON.stringify(problem) };
}
