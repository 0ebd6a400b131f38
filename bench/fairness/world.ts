import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

// Clouds and receivers, good and bad. Started by `inChild`; who is measured reads the arrivals over HTTP.

export interface Ports {
  /** A cloud whose jobs have all ended; its answers take 50 ms. */
  healthy: number;
  /** A cloud that throttles for ever. */
  throttles: number;
  /** A cloud, and receivers, that never answer. */
  hangs: number;
  /** Nobody listens there. */
  closed: number;
  /** A receiver. `GET /arrivals` returns what came about which job, and when. */
  sink: number;
}

const LATENCY_MS = 50;

export async function start(): Promise<Ports> {
  const arrivals: Record<string, number> = {};
  const ended = (jobId: string): string =>
    JSON.stringify({
      status: 'SUCCESS',
      entities: { server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d' },
      job_id: jobId,
      job_type: 'createServer',
      begin_time: '2026-03-01T12:00:00.000Z',
      end_time: '2026-03-01T12:04:00.000Z',
    });
  const json = { 'content-type': 'application/json' };
  const [healthy, throttles, hangs, sink, closing] = await Promise.all([
    listening(({ url = '' }, response) => {
      const answer = ended(url.slice(url.lastIndexOf('/') + 1));
      setTimeout(() => response.writeHead(200, json).end(answer), LATENCY_MS);
    }),
    listening((_, response) => {
      response.writeHead(429, json).end('{"error_code":"APIGW.0308","error_msg":"throttled"}');
    }),
    listening(() => {}),
    listening((request, response) => {
      if (request.url === '/arrivals')
        return void response.writeHead(200, json).end(JSON.stringify(arrivals));
      void body(request).then((text) => {
        const { data } = JSON.parse(text) as { data: { job: { jobId: string } } };
        arrivals[data.job.jobId] ??= Date.now();
        response.writeHead(204).end();
      });
    }),
    listening(() => {}),
  ]);
  await new Promise((resolve) => closing.close(resolve));
  const [atHealthy, atThrottles, atHangs, atSink] = [healthy, throttles, hangs, sink].map(portOf);
  return {
    healthy: atHealthy!,
    throttles: atThrottles!,
    hangs: atHangs!,
    closed: closing.port,
    sink: atSink!,
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(listener: RequestListener): Promise<Server & { port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, resolve);
  });
  return Object.assign(server, { port: portOf(server) });
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
