import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../../lib/adapters/simulator/simulator.ts';
import { PROJECT, sign, start } from './harness.ts';

/** Sends raw bytes and answers what came back until the connection closed. */
async function raw(port: number, bytes: Uint8Array | string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(received).toString();
}

describe('the server', () => {
  it('survives whatever bytes arrive', async () => {
    const { port, control } = await start();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await raw(port, bytes);
      }),
      { numRuns: 30 },
    );
    expect((await control('GET', '/jobs')).status).toBe(200);
  });

  it.each([
    'GET //otc-ecs HTTP/1.1',
    'GET /otc-ecs/v1/%zz/jobs/%00 HTTP/1.1',
    'GET /otc-ecs/v1/%2e%2e/jobs/%F0%9F?%=%&&=&x=%E0%A4 HTTP/1.1',
    'GET http://elsewhere.example/otc-ecs HTTP/1.1',
    'OPTIONS * HTTP/1.1',
  ])('answers 404 to %s', async (line) => {
    const { port } = await start();
    const answer = await raw(port, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 [^]*APIGW\.0101/);
  });

  it('knows a service by its host as by the path, for clients that leave out the path of an endpoint', async () => {
    const { port, simulator, token, time } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    const asked = `GET /v1/${PROJECT}/jobs/${jobId} HTTP/1.1\r\nHost: otc-ecs.localhost:${port}\r\nConnection: close\r\n`;
    expect(await raw(port, `${asked}X-Auth-Token: ${await token()}\r\n\r\n`)).toMatch(
      new RegExp(`^HTTP/1\\.1 200 [^]*${jobId}`),
    );
    const at = `http://otc-ecs.localhost:${port}/v1/${PROJECT}/jobs/${jobId}`;
    const signed = Object.entries(sign(at, time.now)).map(([name, value]) => `${name}: ${value}\r\n`);
    expect(await raw(port, `${asked}${signed.join('')}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(simulator.requests().jobs).toEqual({ [`otc-ecs/${jobId}`]: 2 });
  });

  it('checks the signature of a malformed path and query without breaking', async () => {
    const { port } = await start();
    const signed =
      `Authorization: SDK-HMAC-SHA256 Access=EXAMPLEACCESSKEY0001, SignedHeaders=x-sdk-date;none, ` +
      `Signature=${'0'.repeat(64)}\r\nX-Sdk-Date: 20250102T030405Z\r\n`;
    const line = 'GET /otc-ecs/v1/p/jobs/j?%zz=%ff&%=+ HTTP/1.1';
    const answer = await raw(port, `${line}\r\nHost: x\r\nConnection: close\r\n${signed}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*verify aksk signature fail/);
  });

  it('reads headers as large as tokens are, and refuses bodies that are too large', async () => {
    const { url, ask } = await start();
    const large = await fetch(`${url}/otc-ecs/v1/p/jobs/j`, {
      headers: { 'x-auth-token': 'M'.repeat(32_768) },
    });
    expect(large.status).toBe(401);
    const body = 'x'.repeat(12 * 1024 * 1024 + 1);
    expect((await fetch(`${url}/_simulator/jobs`, { method: 'POST', body })).status).toBe(413);
    expect((await ask('otc-ecs', 'x')).status).toBe(400);
  });

  it('does not mind a caller that went away before a slow answer', async () => {
    const { simulator, url, ask } = await start();
    simulator.fault({ system: 'iam', fault: 'slow', delayMs: 20, count: 1 });
    await expect(fetch(`${url}/iam`, { signal: AbortSignal.timeout(5) })).rejects.toThrow(/timeout/i);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect((await ask('otc-ecs', 'x')).status).toBe(400);
  });

  it('lets the process end when it is closed while an answer waits', async () => {
    const program = `
      import { createSimulator } from './lib/adapters/simulator/simulator.ts';
      const simulator = createSimulator();
      const { url } = await simulator.listen();
      simulator.fault({ system: 'iam', fault: 'slow', delayMs: 3_600_000, count: 1 });
      const waiting = fetch(url + '/iam').catch(() => {});
      while (simulator.faults().length > 0) await new Promise((resolve) => setImmediate(resolve));
      await simulator.close();
      await waiting;
      console.log('closed');`;
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    expect(stdout).toBe('closed\n');
  });

  it('closes at once, whatever is under way, and can listen again', async () => {
    const simulator = createSimulator();
    const { url } = await simulator.listen();
    simulator.fault({ system: 'iam', fault: 'slow', delayMs: 60_000, count: 1 });
    const waiting = expect(fetch(`${url}/iam`)).rejects.toThrow('fetch failed');
    while (simulator.faults().length > 0) await new Promise((resolve) => setImmediate(resolve));
    await simulator.close();
    await waiting;
    await simulator.close();
    const again = await simulator.listen();
    expect((await fetch(`${again.url}/_simulator/jobs`)).status).toBe(200);
    await simulator.close();
  });

  it('says so when its port is taken', async () => {
    const { port } = await start();
    await expect(createSimulator().listen(port)).rejects.toThrow('EADDRINUSE');
  });
});
