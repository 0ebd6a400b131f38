import { spawn, spawnSync } from 'node:child_process';
import { createServer as createHttpServer, request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export const REGION = 'eu-central-1';

/** Calls those services of a local AWS for which there is no client here. Nobody checks the signature there; it names the service. */
export const askerOf = (endpoint: string) => {
  const ask = async (service: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260301/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(`${endpoint}${path}`, {
      ...init,
      headers: { ...init.headers, authorization },
    });
    if (!answer.ok) throw new Error(`${service}${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    ask,
    /** CloudFormation of moto calls a queue as AWS does, and the SDK would ask there. */
    here: (url: string): string => url.replaceAll(/https:\/\/sqs\.[\w-]+\.amazonaws\.com/g, endpoint),
    /** A service that is asked by a form and answers in XML; `tag`: what is wanted of that. */
    async query(service: string, form: Record<string, string>, tag: string): Promise<string[]> {
      const answer = await ask(service, '/', { method: 'POST', body: new URLSearchParams(form) });
      return [...(await answer.text()).matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(
        ([, it]) => it!,
      );
    },
  };
};
export type Asker = ReturnType<typeof askerOf>;

export const hasMoto = (): boolean => spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;

export async function startMoto(): Promise<{ endpoint: string; stop: () => void }> {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries += 1) {
    const isThere = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) {
      const door = await oneByOne(port);
      return { endpoint: door.url, stop: () => (door.close(), child.kill()) };
    }
    await sleep(100);
  }
  child.kill();
  throw new Error('moto_server does not answer');
}

/** moto loses messages of a queue where one request adds to it while another deletes from it: it gets such requests one at a time. */
async function oneByOne(port: number): Promise<{ url: string; close: () => void }> {
  let before: Promise<unknown> = Promise.resolve();
  const server = createHttpServer((req, res) => {
    const pass = async (): Promise<void> => {
      const body = await buffer(req);
      const asked = request({
        host: '127.0.0.1',
        port,
        method: req.method,
        path: req.url,
        headers: req.headers,
      });
      const answer = new Promise<IncomingMessage>((resolve, reject) =>
        asked.on('response', resolve).on('error', reject),
      );
      asked.end(body);
      const { statusCode = 502, headers } = await answer;
      res.writeHead(statusCode, headers).end(await buffer(await answer));
    };
    const isOfQueues = /^(AmazonSQS|AWSEvents)\./.test(String(req.headers['x-amz-target']));
    const passed = (isOfQueues ? before.then(pass) : pass()).catch(() => res.destroy());
    if (isOfQueues) before = passed;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => void (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
