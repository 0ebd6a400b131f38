import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Container } from './functions.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** Does what the HTTP API of API Gateway does for the function of the API, one request after the other. */
export async function startGateway({ invoke }: Container): Promise<{ url: string; close: () => void }> {
  let before: Promise<unknown> = Promise.resolve();
  const server = createServer((req, res) => {
    const answer = async (): Promise<void> => {
      const body = await buffer(req);
      const { pathname, search, host } = new URL(req.url!, `http://${req.headers.host}`);
      const { cookie, ...headers } = req.headers;
      const http = { method: req.method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' };
      const event = {
        version: '2.0',
        routeKey: '$default',
        rawPath: pathname,
        rawQueryString: search.slice(1),
        headers,
        ...(cookie && { cookies: cookie.split('; ') }),
        requestContext: { domainName: host, http, stage: '$default' },
        ...(body.length > 0 && { body: body.toString('base64') }),
        isBase64Encoded: body.length > 0,
      };
      const said = (await invoke(event)) as Answer;
      const cookies = said.cookies && { 'set-cookie': said.cookies };
      res.writeHead(said.statusCode, { ...said.headers, ...cookies });
      res.end(Buffer.from(said.body ?? '', said.isBase64Encoded ? 'base64' : 'utf8'));
    };
    before = before.then(answer).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => void (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
