/** The services of AWS that the functions call, in a process of their own. Started by `inChild`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { LATENCY } from '../latency.ts';
import { startDynamo, type Dynamo } from '../../../tests/adapters/store/dynamodb/dynalite.ts';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

let dynamo: Dynamo;
const parameters = new Map<string, string>();

const operations: Record<string, (input: Loose) => object> = {
  GetParameters: ({ Names }) => ({
    Parameters: (Names as string[]).flatMap((Name) => {
      const Value = parameters.get(Name);
      return Value === undefined ? [] : [{ Name, Value, Version: 1 }];
    }),
  }),
  SendMessageBatch: ({ Entries }) => ({
    Successful: (Entries as Loose[]).map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    })),
  }),
  PutEvents: ({ Entries }) => ({
    FailedEntryCount: 0,
    Entries: (Entries as Loose[]).map((_, n) => ({ EventId: String(n) })),
  }),
};

/** Answers its URL. */
export async function start(): Promise<string> {
  dynamo = await startDynamo();
  const server = createServer((request, response) => {
    // Whom messages go to.
    if (request.url === '/hook') return void setTimeout(() => response.end('ok'), LATENCY.webhook);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const target = String(request.headers['x-amz-target']);
      if (!target.startsWith('DynamoDB')) {
        const name = target.replace(/^.*[./]/, '');
        const operation = operations[name];
        if (!operation) throw new Error(`nobody answers ${name} (${request.method} ${request.url}) here`);
        const said = operation(JSON.parse(body) as Loose);
        return void response
          .setHeader('content-type', 'application/x-amz-json-1.1')
          .end(JSON.stringify(said));
      }
      void dynamo.answer(request.headers, body).then(({ status, body: said }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(said);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const newTable = (): Promise<string> => dynamo.newTable();
export const put = (name: string, value: string): void => void parameters.set(name, value);
