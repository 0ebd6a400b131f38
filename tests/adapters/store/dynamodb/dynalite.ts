import { EventEmitter, once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../../../lib/adapters/store/dynamodb/client.ts';
import {
  openDynamoStore,
  tableDefinition,
  type DynamoStore,
} from '../../../../lib/adapters/store/dynamodb/index.ts';
import type { Clock } from '../../../../lib/ports.ts';

// It has no types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

export interface Dynamo {
  endpoint: string;
  newTable(name?: string): Promise<string>;
  /** A request that somebody else took over HTTP, answered without doing so again. */
  answer(headers: IncomingHttpHeaders, body: string): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

/** The servers of this process, by their endpoints. */
const here = new Map<string, Dynamo['answer']>();

/** DynamoDB's API over HTTP, in memory. It knows neither time to live nor throttling, and its indexes never lag. */
export async function startDynamo(): Promise<Dynamo> {
  const server = dynalite({ createTableMs: 0 });
  withTransactions(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer: Dynamo['answer'] = (headers, body) => {
    if (!server.listening) return Promise.reject(new Error('it is closed'));
    return answered((request, response) => server.emit('request', request, response), headers, body);
  };
  here.set(endpoint, answer);
  const client = clientOf(endpoint);
  let tables = 0;
  return {
    endpoint,
    async newTable(name = `jobchime-${(tables += 1)}`) {
      await client.send(new CreateTableCommand({ TableName: name, ...tableDefinition() }));
      const isThere = async (): Promise<boolean> =>
        (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus === 'ACTIVE';
      while (!(await isThere())) await setImmediate();
      return name;
    },
    answer,
    async close() {
      here.delete(endpoint);
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answered {
  status: number;
  body: string;
}

/** A request that no socket brought. */
function answered(
  take: (request: object, response: object) => unknown,
  headers: IncomingHttpHeaders,
  body: string,
): Promise<Answered> {
  return new Promise((resolve) => {
    const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
    const response = {
      statusCode: 200,
      setHeader: () => {},
      writeHead: (status: number) => {
        response.statusCode = status;
        return response;
      },
      end: (text: string) => resolve({ status: response.statusCode, body: text }),
    };
    take(request, response);
    request.emit('data', Buffer.from(body));
    request.emit('end');
  });
}

const TRANSACTION = 'DynamoDB_20120810.TransactWriteItems';
type Action = Record<string, Record<string, unknown>>;

/**
 * Dynalite has no transactions. Here one is a change on a condition and updates without any: the change first, and where its
 * condition does not hold, none of it. It counts single units, where DynamoDB charges two for each item.
 */
function withTransactions(server: Server): void {
  const [take] = server.listeners('request') as ((request: object, response: object) => void)[];
  server.removeAllListeners('request');
  const one = (headers: IncomingHttpHeaders, [verb, item]: [string, object]): Promise<Answered> => {
    const target = `DynamoDB_20120810.${verb}Item`;
    return answered(take!, { ...headers, 'x-amz-target': target }, JSON.stringify(item));
  };
  async function transact(headers: IncomingHttpHeaders, body: string): Promise<Answered> {
    const { TransactItems: actions } = JSON.parse(body) as { TransactItems: Action[] };
    const [first, ...rest] = actions.map((action) => Object.entries(action)[0]!);
    const changed = await one(headers, first!);
    if (changed.status !== 200) return cancelled(changed, rest.length);
    for (const update of rest) await one(headers, update);
    return { status: 200, body: '{}' };
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { headers } = request;
    if (headers['x-amz-target'] !== TRANSACTION) return take!(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void transact(headers, Buffer.concat(chunks).toString()).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(body);
      });
    });
  });
}

function cancelled({ status, body }: Answered, others: number): Answered {
  const { __type: type } = JSON.parse(body) as { __type: string };
  if (!type.endsWith('ConditionalCheckFailedException')) return { status, body };
  const none = Array.from({ length: others }, () => ({ Code: 'None' }));
  const answer = {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, ...none],
  };
  return { status: 400, body: JSON.stringify(answer) };
}

/** What dynalite wants to see, and never checks. */
const UNSIGNED: NonNullable<DynamoDBClientConfig['signer']> = {
  sign: async (request) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=none';
    Object.assign(request.headers, { authorization, 'x-amz-date': '20260101T000000Z' });
    return request;
  },
};

/**
 * A server of this process answers without a socket, and nothing is signed for it: most of what a request takes here would be
 * HTTP and cryptography.
 */
export const clientOf = (endpoint: string): DynamoDBClient => {
  const answer = here.get(endpoint);
  return createDynamoClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(answer && { requestHandler: withoutSocket(answer), signer: UNSIGNED }),
  });
};

type RequestHandler = Extract<DynamoDBClientConfig['requestHandler'], { handle: unknown }>;

const withoutSocket = (answer: Dynamo['answer']): RequestHandler => ({
  metadata: { handlerProtocol: 'http/1.1' },
  async handle({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) {
    const { status, body: text } = await answer(headers, new TextDecoder().decode(body));
    return { response: { statusCode: status, headers: {}, body: Buffer.from(text) } };
  },
});

/** Where a process finds it that is told by its environment alone. */
export const environmentOf = ({ endpoint }: Dynamo): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

export const openAt = (endpoint: string, table: string, clock?: Clock): DynamoStore =>
  openDynamoStore({ client: clientOf(endpoint), table, ...(clock && { clock }) });
