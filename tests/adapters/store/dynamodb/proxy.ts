import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  operation: string;
  /** Counts the requests of this operation, from 1. */
  nth: number;
  body: string;
}
export interface Answer {
  status: number;
  body: string;
}
/** What is answered in DynamoDB's place; `forward` asks it. `reset` breaks the connection. */
export type Trouble = (asked: Asked, forward: () => Promise<Answer>) => Promise<Answer | 'reset'>;

/** Stands before DynamoDB and makes trouble. Answers its address. */
export async function startProxy(target: string, trouble: Trouble): Promise<string> {
  const seen = new Map<string, number>();
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const operation = String(request.headers['x-amz-target']).split('.')[1]!;
    const nth = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, nth);
    const answer = await trouble({ operation, nth, body }, () => ask(target, request, body));
    if (answer === 'reset') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
  };
  const server = createServer((request, response) => void pass(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(target: string, { headers }: IncomingMessage, body: string): Promise<Answer> {
  const kept = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization'];
  const answer = await fetch(target, {
    method: 'POST',
    headers: Object.fromEntries(kept.map((name) => [name, String(headers[name])])),
    body,
  });
  return { status: answer.status, body: await answer.text() };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** As DynamoDB says it. */
export const failure = (name: string, message = 'no'): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }),
});
