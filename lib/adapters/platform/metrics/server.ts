import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { holdConnections } from '../connections.ts';
import { hasTwoHosts } from '../two-hosts.ts';
import { CONTENT_TYPE } from './exposition.ts';

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics` */
  url: string;
  close(): Promise<void>;
}

/** Few programs read metrics, and each takes one connection. */
const MAX_CONNECTIONS = 8;

/** Serves `GET /metrics`, read anew for each request. Rejects where the address cannot be listened on. */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  read: () => Promise<string>,
  onError: (error: unknown) => void,
): Promise<MetricsServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (hasTwoHosts(request)) return void response.writeHead(400, { connection: 'close' }).end();
    if (request.url?.split('?')[0] !== '/metrics')
      return void response.writeHead(404).end('Not here: /metrics\n');
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    try {
      const text = await read();
      response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text);
    } catch (error) {
      onError(error);
      response.writeHead(503).end();
    }
  };
  const limits = { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
  const server = createServer(limits, (request, response) => void answer(request, response));
  const connections = holdConnections(server, MAX_CONNECTIONS, 0);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const at = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${at.port}/metrics`,
    close: connections.close,
  };
}
