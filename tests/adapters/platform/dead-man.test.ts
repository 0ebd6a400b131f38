import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createDeadMan } from '../../../lib/adapters/platform/dead-man.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { recordingTelemetry } from '../../kit.ts';
import { configOf } from '../config/kit.ts';

it('calls the URL, and tells of what fails once, until one call arrives again', async () => {
  let status = 200;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = createHttp({ allowPrivate: (host) => host === '127.0.0.1', redact: (text) => text });
  onTestFinished(async () => {
    await http.close();
    server.close();
  });
  const log = recordingTelemetry();
  const { port } = server.address() as AddressInfo;
  const tell = createDeadMan(http, () => `http://127.0.0.1:${port}/ping/secret`, log);
  await tell();
  for (status of [500, 503, 200, 200]) await tell();
  expect(asked).toEqual(Array.from({ length: 5 }, () => 'GET /ping/secret'));
  expect(log.lines.map(({ event, detail }) => [event, detail])).toEqual([
    ['dead_man.unheard', 'HTTP 500'],
    ['dead_man.heard', undefined],
  ]);
  const nobody = createDeadMan(http, () => 'http://127.0.0.1:1/', log);
  await nobody();
  expect(log.lines.at(-1)).toMatchObject({ event: 'dead_man.unheard' });
});

it('is configured by its URL, once a minute unless told', () => {
  const text = `origins:
  x: { dialect: ecs, cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', auth: { token: env:IAM_TOKEN } }
dead_man: { url: https://ping.example.com/abc`;
  expect(configOf(`${text} }`).deadMan).toMatchObject({ everyMs: 60_000 });
  expect(configOf(`${text}, every: 5m }`).deadMan).toMatchObject({ everyMs: 300_000 });
});
