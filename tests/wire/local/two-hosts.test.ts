import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { serveMetrics } from '../../../lib/adapters/platform/metrics/server.ts';
import { serve } from '../../../lib/wire/local/serve.ts';

async function answerTo(url: string, hosts: string[]): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = hosts.map((host) => `${host}\r\n`).join('');
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines}connection: close\r\n\r\n`);
  return text(socket);
}

it('a request that names two hosts is answered with 400, by the API and by the metrics', async () => {
  const asked: string[] = [];
  const listen = { host: '127.0.0.1', port: 0 };
  const api = await serve(async ({ url }) => {
    asked.push(url);
    return new Response('ok');
  }, listen);
  const metrics = await serveMetrics(
    listen,
    async () => 'up 1',
    () => {},
  );
  onTestFinished(async () => {
    await Promise.all([api.close(), metrics.close()]);
  });
  for (const url of [api.url, metrics.url]) {
    expect(await answerTo(url, ['host: a', 'Host: a'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(url, ['host: a', 'host: b'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(url, ['host: a', 'x: host', 'y: host'])).toMatch(/^HTTP\/1\.1 200 /);
  }
  expect(await answerTo(api.url, ['host: a', 'host: b'])).toContain('It names its host twice.');
  expect(asked).toEqual(['http://a/']);
});
