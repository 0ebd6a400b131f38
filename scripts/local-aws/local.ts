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

/** So many at once: one processor answers all of them, and more would only wait where nothing goes before. */
const AT_ONCE = 4;

type Kind = 'events' | 'queues' | 'rest';
const kindOf = (target: string): Kind =>
  target.startsWith('AWSEvents.') ? 'events' : target.startsWith('AmazonSQS.') ? 'queues' : 'rest';

/**
 * moto loses messages of a queue where one request adds to it while another deletes from it: it gets such requests one at a time.
 * PutEvents goes before all others, and nothing new goes beside it: who publishes takes 3 s without an answer for none at all.
 */
async function oneByOne(port: number): Promise<{ url: string; close: () => void }> {
  const waiting: { kind: Kind; pass: () => Promise<void> }[] = [];
  const going: Kind[] = [];
  const server = createHttpServer((req, res) => {
    const pass = async (body: Buffer): Promise<void> => {
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
    const take = (body: Buffer): void => {
      const kind = kindOf(String(req.headers['x-amz-target']));
      const before = kind === 'events' ? waiting.findIndex((one) => one.kind !== 'events') : -1;
      waiting.splice(before === -1 ? waiting.length : before, 0, {
        kind,
        pass: () => pass(body).catch(() => void res.destroy()),
      });
      next();
    };
    buffer(req).then(take, () => res.destroy());
  });
  function mayGo(kind: Kind): boolean {
    if (going.includes('events') || going.length >= AT_ONCE) return false;
    if (kind !== 'rest') return !going.includes('queues');
    return true;
  }
  function next(): void {
    const at = waiting.findIndex(({ kind }) => mayGo(kind));
    // Behind a PutEvents that has to wait, nothing goes.
    if (at === -1 || (at > 0 && waiting[0]!.kind === 'events')) return;
    const [{ kind, pass }] = waiting.splice(at, 1) as [(typeof waiting)[number]];
    going.push(kind);
    void pass().then(() => {
      going.splice(going.indexOf(kind), 1);
      next();
    });
    next();
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => void (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
