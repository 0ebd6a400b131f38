import { EventEmitter, once } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
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

/** DynamoDB's API over HTTP, in memory. It knows neither time to live nor throttling, and its indexes never lag. */
export async function startDynamo(): Promise<Dynamo> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(endpoint);
  let tables = 0;
  return {
    endpoint,
    async newTable(name = `jobchime-${(tables += 1)}`) {
      await client.send(new CreateTableCommand({ TableName: name, ...tableDefinition() }));
      return name;
    },
    answer: (headers, body) =>
      new Promise((resolve) => {
        if (!server.listening) throw new Error('it is closed');
        const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
        const response = {
          statusCode: 200,
          setHeader: () => {},
          end: (text: string) => resolve({ status: response.statusCode, body: text }),
        };
        server.emit('request', request, response);
        request.emit('data', Buffer.from(body));
        request.emit('end');
      }),
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const clientOf = (endpoint: string): DynamoDBClient =>
  createDynamoClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
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
