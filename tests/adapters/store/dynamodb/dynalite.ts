import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
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
import { rememberTrees, type Parser } from './expressions.ts';

interface Failed {
  statusCode?: number;
  body: object;
}
interface Checks {
  types: object;
  custom: object;
}
type Act = (tables: object, input: object, done: (failed: Failed | null, output: object) => void) => void;
interface Level {
  snapshot(): object;
  iterator(options: { snapshot: object }): { all(): Promise<[key: string, value: unknown][]> };
  batch(puts: { type: 'put'; key: string; value: unknown }[]): Promise<void>;
}

// What dynalite does for an operation; it has no types. Its own server does more about HTTP than about tables, and nobody asks here.
const load = createRequire(import.meta.url);
const part = <T>(name: string): T => load(`dynalite/${name}`) as T;
const { create } = part<{ create: (options: object) => { db: Level } }>('db');
const { checkTypes, checkValidations } = part<{
  checkTypes: (input: object, types: object) => object;
  checkValidations: (input: object, types: object, custom: object, tables: object) => void;
}>('validations');

for (const name of ['condition', 'update', 'projection']) rememberTrees(part<Parser>(`db/${name}Parser`));

export interface Dynamo {
  endpoint: string;
  newTable(name?: string): Promise<string>;
  /** All that is in its tables at this moment: another one may begin with it. */
  content(): Promise<Content>;
  /** A request that somebody else took over HTTP, answered without doing so again. */
  answer(headers: IncomingHttpHeaders, body: string): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

export type Content = readonly (readonly [key: string, value: unknown])[];

/** The servers of this process, by their endpoints. */
const here = new Map<string, Dynamo['answer']>();

/** DynamoDB's API over HTTP, in memory. It knows neither time to live nor throttling, and its indexes never lag. */
export async function startDynamo(content: Content = []): Promise<Dynamo> {
  const tables = create({ createTableMs: 0 });
  await tables.db.batch(content.map(([key, value]) => ({ type: 'put', key, value })));
  let isOpen = true;
  const answer: Dynamo['answer'] = (headers, body) => {
    if (!isOpen) return Promise.reject(new Error('it is closed'));
    const [, operation = ''] = String(headers['x-amz-target']).split('.');
    return operation === TRANSACTION ? transact(tables, body) : perform(tables, operation, body);
  };
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(request.headers, body))
      .then(
        ({ status, body }) =>
          response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body),
        () => response.destroy(),
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  here.set(endpoint, answer);
  const client = clientOf(endpoint);
  let named = 0;
  return {
    endpoint,
    async newTable(name = `jobchime-${(named += 1)}`) {
      await client.send(new CreateTableCommand({ TableName: name, ...tableDefinition() }));
      const isThere = async (): Promise<boolean> =>
        (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus === 'ACTIVE';
      while (!(await isThere())) await setImmediate();
      return name;
    },
    answer,
    content: () => tables.db.iterator({ snapshot: tables.db.snapshot() }).all(),
    async close() {
      isOpen = false;
      here.delete(endpoint);
      shared.delete(endpoint);
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

const loaded = new Map<string, Checks & { act: Act }>();
function operationNamed(name: string): Checks & { act: Act } {
  const found = loaded.get(name);
  if (found) return found;
  const file = `${name[0]?.toLowerCase()}${name.slice(1)}`;
  const made = { ...part<Checks>(`validations/${file}`), act: part<Act>(`actions/${file}`) };
  loaded.set(name, made);
  return made;
}

/** One operation, checked and done as dynalite does both. */
async function perform(tables: object, operation: string, body: string): Promise<Answered> {
  const { types, custom, act } = operationNamed(operation);
  try {
    const input = checkTypes(JSON.parse(body) as object, types);
    checkValidations(input, types, custom, tables);
    const output = await new Promise<object>((resolve, reject) => {
      act(tables, input, (failed, done) => (failed ? reject(failed) : resolve(done)));
    });
    return { status: 200, body: JSON.stringify(output) };
  } catch (error) {
    const { statusCode, body: said } = error as Failed;
    if (statusCode === undefined) throw error;
    return { status: statusCode, body: JSON.stringify(said) };
  }
}

const TRANSACTION = 'TransactWriteItems';
type Action = Record<string, object>;

/**
 * Dynalite has no transactions. Here one is a change on a condition and updates without any: the change first, and where its
 * condition does not hold, none of it. It counts single units, where DynamoDB charges two for each item.
 */
async function transact(tables: object, body: string): Promise<Answered> {
  const { TransactItems: actions } = JSON.parse(body) as { TransactItems: Action[] };
  const one = ([verb, item]: [string, object]): Promise<Answered> =>
    perform(tables, `${verb}Item`, JSON.stringify(item));
  const [first, ...rest] = actions.map((action) => Object.entries(action)[0]!);
  const changed = await one(first!);
  if (changed.status !== 200) return cancelled(changed, rest.length);
  for (const update of rest) await one(update);
  return { status: 200, body: '{}' };
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
 * A server of this process answers without a socket, at one address, and nothing is signed for it, nor told of who asks: most of
 * what a request takes here would be HTTP, cryptography and the rules by which regions have addresses.
 */
export const clientOf = (endpoint: string): DynamoDBClient => {
  const answer = here.get(endpoint);
  const at = { url: new URL(endpoint) };
  const client = createDynamoClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(answer && { requestHandler: withoutSocket(answer), signer: UNSIGNED, endpointProvider: () => at }),
  });
  if (answer) client.middlewareStack.remove('getUserAgentMiddleware');
  return client;
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

/** The stores of a server of this process share a client: what that has made ready for one, it need not make for the next. */
const shared = new Map<string, DynamoDBClient>();
function sharedClientOf(endpoint: string): DynamoDBClient {
  const client = shared.get(endpoint) ?? clientOf(endpoint);
  if (here.has(endpoint)) shared.set(endpoint, client);
  return client;
}

export const openAt = (endpoint: string, table: string, clock?: Clock): DynamoStore =>
  openDynamoStore({ client: sharedClientOf(endpoint), table, ...(clock && { clock }) });
