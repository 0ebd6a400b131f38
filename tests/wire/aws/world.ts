/**
 * AWS as the packaged template describes it, so that the real functions run over the real SDK: rules lead events into
 * queues, queues ring functions with batches, messages are hidden while they are worked on and come again until they are
 * dead letters. Time stands still until it is told to pass.
 *
 * A role must allow what its function asks for. Not modelled: conditions of policies and who may call whom, throttling, the
 * archive, time to live, limits of size, an index or a queue that lags behind, fairness between message groups, and more
 * than one container of a function at once.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { compilePattern, matches } from '../../../lib/core/notify/pattern.ts';
import { startDynamo, type Content } from '../../adapters/store/dynamodb/dynalite.ts';
import { channelEntry } from '../../../scripts/bundle.ts';
import { ROOT, type Packaged } from './packaged.ts';
import { parameters, REGION, takeBatch } from './stand-in.ts';
import { answerHere, type Answer, type Said } from './without-socket.ts';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
type Handler = (event: unknown, context: object) => Promise<Loose | undefined>;

interface Message {
  id: number;
  body: string;
  visibleAt: number;
  receives: number;
}
interface Queue {
  messages: Message[];
  visibilityMs: number;
  maxReceives: number;
  deadLetters: string | null;
}
interface Mapping {
  name: string;
  queue: string;
  batch: number;
}

/** What is left of a world when the function that runs dies. */
export interface Left {
  rows: Promise<Content>;
  table: string;
  queues: ReadonlyMap<string, readonly Message[]>;
  mails: readonly Loose[];
  ids: number;
}

export interface WorldOptions {
  template: Packaged['template'];
  /** It begins with what is left of another one. */
  from?: Left;
  parameters: Map<string, string>;
  /** Messages are handed over in another order, and each of them twice. */
  unruly?: boolean;
  /** Told of every effect on AWS; answers whether the process that made it dies right there. */
  effect?: () => boolean;
  /** Whether the table refuses this request, which is its nth: too many came. */
  throttles?: (nth: number) => boolean;
  /** It is asked over HTTP, by requests that are signed. */
  overHttp?: boolean;
}

/** Operations that change something, or leave. */
const EFFECTS = [
  'PutItem',
  'DeleteItem',
  'TransactWriteItems',
  'SendMessageBatch',
  'PutEvents',
  'outbound-emails',
];
const STALL_MS = 30_000;

/** Where a function begins: in its file, or in what is written for a channel when it is bundled. */
function sourceOf(name: string): string {
  const file = new URL(`functions/${name}.ts`, ROOT).pathname;
  if (existsSync(file)) return file;
  const written = new URL(`.build/${name}.ts`, ROOT);
  mkdirSync(new URL('.', written), { recursive: true });
  writeFileSync(written, channelEntry(name, '..'));
  return written.pathname;
}

/** What each function asked of AWS, over all worlds: actions as IAM names them. */
export const used = new Map<string, Set<string>>();

/** Counts functions that were started, over all worlds. */
let births = 0;

export async function startWorld({
  template,
  from,
  parameters: values,
  unruly = false,
  effect,
  throttles = () => false,
  overHttp = false,
}: WorldOptions) {
  const all = (type: string): [string, Loose][] =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, Properties as Loose]);
  const idOf = (reference: Loose): string => reference['Ref'] ?? reference['Fn::GetAtt']?.[0];

  const dynamo = await startDynamo(await from?.rows);
  const table = from?.table ?? (await dynamo.newTable());
  const queues = new Map<string, Queue>(
    all('AWS::SQS::Queue').map(([id, { VisibilityTimeout = 30, RedrivePolicy: redrive }]) => [
      id,
      {
        messages: structuredClone([...(from?.queues.get(id) ?? [])]),
        visibilityMs: VisibilityTimeout * 1_000,
        maxReceives: redrive?.maxReceiveCount ?? Infinity,
        deadLetters: redrive ? idOf(redrive.deadLetterTargetArn) : null,
      },
    ]),
  );
  const rules = all('AWS::Events::Rule').map(([, { EventPattern, EventBusName, Targets }]) => {
    const compiled = compilePattern(EventPattern);
    if (!compiled.ok) throw new Error('a rule of the template is not valid');
    return {
      // Without one it is on the bus of the account.
      bus: EventBusName === undefined ? 'Account' : idOf(EventBusName),
      pattern: compiled.pattern,
      targets: (Targets as Loose[]).map(({ Arn }) => idOf(Arn)),
    };
  });
  const mappings: Mapping[] = all('AWS::Lambda::EventSourceMapping').map(([, it]) => ({
    name: idOf(it['FunctionName']).replace('LambdaFunction', '').toLowerCase(),
    queue: idOf(it['EventSourceArn']),
    batch: it['BatchSize'],
  }));
  /** What a function behind a queue has, as the template says; a sweep would use all of it, and has a second here. */
  const timeoutOf = (name: string): number => {
    if (name === 'sweep') return 36_000;
    if (!mappings.some((mapping) => mapping.name === name)) return 60_000;
    const id = `${name[0]!.toUpperCase()}${name.slice(1)}LambdaFunction`;
    const [, found] = all('AWS::Lambda::Function').find(([key]) => key === id)!;
    return Number(found['Timeout']) * 1_000;
  };

  let ids = from?.ids ?? 0;
  function put(queue: string, body: string, delayMs = 0): void {
    const { messages } = queues.get(queue)!;
    for (let copies = unruly ? 2 : 1; copies > 0; copies -= 1)
      messages.unshift({ id: (ids += 1), body, visibleAt: Date.now() + delayMs, receives: 0 });
    if (!unruly) messages.push(messages.shift()!);
  }

  const taken: Loose[] = [];
  /** Somebody puts an event on a bus; jobs are handed in on their own. */
  function publish(entry: Loose): void {
    const event = {
      version: '0',
      id: `eb-${(ids += 1)}`,
      source: entry['Source'],
      'detail-type': entry['DetailType'],
      account: '123456789012',
      time: new Date().toISOString(),
      region: REGION,
      resources: entry['Resources'] ?? [],
      detail: JSON.parse(entry['Detail']) as unknown,
    };
    take(entry['EventBusName'] === 'bus' ? 'Bus' : 'Intake', event);
  }
  function take(on: string, event: Loose): void {
    taken.push({ on, ...event });
    for (const { bus, pattern, targets } of rules)
      if (bus === on && matches(pattern, event))
        targets.forEach((queue) => put(queue, JSON.stringify(event)));
  }

  const mails: Loose[] = [...(from?.mails ?? [])];
  const operations: Record<string, (input: Loose) => unknown> = {
    GetParameters: parameters(values),
    SendMessageBatch({ QueueUrl, Entries }) {
      for (const { MessageBody, DelaySeconds } of Entries)
        put(new URL(QueueUrl).pathname.slice(1), MessageBody, (DelaySeconds ?? 0) * 1_000);
      return takeBatch(Entries);
    },
    ChangeMessageVisibilityBatch({ QueueUrl, Entries }) {
      const { messages } = queues.get(new URL(QueueUrl).pathname.slice(1))!;
      for (const { ReceiptHandle, VisibilityTimeout } of Entries as Loose[]) {
        const found = messages.find((one) => `in-hand-${one.id}` === ReceiptHandle);
        if (found) found.visibleAt = Date.now() + VisibilityTimeout * 1_000;
      }
      return { Successful: (Entries as Loose[]).map(({ Id }) => ({ Id })) };
    },
    PutEvents({ Entries }) {
      Entries.forEach(publish);
      return { FailedEntryCount: 0, Entries: Entries.map((_: unknown, i: number) => ({ EventId: `e${i}` })) };
    },
    'outbound-emails'(mail) {
      mails.push(mail);
      return { MessageId: `mail-${mails.length}` };
    },
  };

  // One container of each function makes a life. The dead are not heard any more, whatever they may still be doing.
  let life = 0;
  let dead = Promise.withResolvers<'died'>();
  let handlers = new Map<string, Handler>();
  function die(): void {
    life += 1;
    dead.resolve('died');
    dead = Promise.withResolvers();
    handlers = new Map();
  }

  /** Requests to the table. */
  let asked = 0;
  /** The function that runs; one does at a time. */
  let running = '';
  /** Whether its role allows what it asks for, on the thing that it asks it of. */
  function isAllowed(operation: string, input: Loose): boolean {
    if (operation === 'TransactWriteItems')
      return (input['TransactItems'] as Loose[])
        .flatMap((one) => Object.entries(one))
        .every(([verb, item]) => isAllowed(`${verb}Item`, item as Loose));
    const [action, things] = permissionOf(operation, input);
    used.set(running, (used.get(running) ?? new Set()).add(action));
    const resources = allowedTo(running, action);
    return things.every((thing) => resources.some((resource) => resource.includes(thing)));
  }
  /** On what a function may do that, as its role says. */
  const grants = new Map<string, readonly string[]>();
  function allowedTo(name: string, action: string): readonly string[] {
    const known = grants.get(`${name} ${action}`);
    if (known) return known;
    const role = idOf(template.Resources[logicalId(name)]!.Properties['Role'] as unknown as Loose);
    const { Policies } = template.Resources[role]!.Properties as Loose;
    const resources = (Policies as Loose[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Loose[])
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => [Resource].flat().map((one) => JSON.stringify(one)));
    grants.set(`${name} ${action}`, resources);
    return resources;
  }

  const answer: Answer = async ({ path, headers, body }) => {
    const [, of = ''] = path.split('/');
    if (of !== `life${life}`) return null;
    const target = String(headers['x-amz-target'] ?? path);
    const operation = target.replace(/^.*[./]/, '');
    const isDynamo = target.startsWith('DynamoDB');
    const input = JSON.parse(body) as Loose;
    if (!isAllowed(operation, input)) return failed(400, 'AccessDeniedException', operation);
    if (isDynamo && throttles((asked += 1)))
      return failed(400, 'ProvisionedThroughputExceededException', 'too much');
    const said = isDynamo
      ? await dynamo.answer(headers, body)
      : { status: 200, body: JSON.stringify(operations[operation]?.(input)) };
    if (said.body === undefined) return failed(400, 'UnknownOperationException');
    if (said.status === 200 && EFFECTS.includes(operation)) affect();
    if (of !== `life${life}`) return null;
    return { ...said, headers: { 'content-type': `application/x-amz-json-1.${isDynamo ? 0 : 1}` } };
  };
  /** Something happened that others can see. */
  function affect(): void {
    if (effect?.()) die();
  }
  const { url, stop } = await (overHttp ? listening(answer) : speaking(answer));

  const known: Record<string, string> = { Table: table, Bus: 'bus' };
  const variablesOf = (name: string): Record<string, string> => {
    const { Environment } = template.Resources[logicalId(name)]!.Properties as Loose;
    const set = Object.entries(Environment['Variables'] as Record<string, string | Loose>);
    return Object.fromEntries(
      set.map(([key, value]) => [
        key,
        typeof value === 'string' ? value : (known[idOf(value)] ?? `${url}/${idOf(value)}`),
      ]),
    );
  };

  async function load(name: string): Promise<Handler> {
    const found = handlers.get(name);
    if (found) return found;
    const endpoint = `${url}/life${life}`;
    const endpoints = ['DYNAMODB', 'SSM', 'SQS', 'EVENTBRIDGE', 'SESV2'].map((it) => [
      `AWS_ENDPOINT_URL_${it}`,
      endpoint,
    ]);
    Object.assign(process.env, variablesOf(name), Object.fromEntries(endpoints), {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    // What a function keeps from call to call, it keeps in its own file: that one is loaded anew.
    const { handler } = (await import(`${sourceOf(name)}?birth=${(births += 1)}`)) as { handler: Handler };
    handlers.set(name, handler);
    return handler;
  }

  /** Runs a function as Lambda does. `died`: it did not come to its end. */
  async function invoke(
    name: string,
    event: unknown,
    remaining = timeoutOf(name),
  ): Promise<Loose | 'died' | undefined> {
    const end = dead.promise;
    running = name;
    const handler = await load(name);
    const until = performance.now() + remaining;
    const context = {
      awsRequestId: `request-${(ids += 1)}`,
      getRemainingTimeInMillis: () => until - performance.now(),
    };
    const ended = handler(event, context);
    ended.catch(() => {});
    return Promise.race([ended, end]);
  }

  /** One batch from one queue, if there is something to be seen. */
  async function poll({ name, queue: id, batch }: Mapping): Promise<boolean> {
    const queue = queues.get(id)!;
    const now = Date.now();
    for (const message of queue.messages.filter(
      (one) => one.visibleAt <= now && one.receives >= queue.maxReceives,
    )) {
      queue.messages.splice(queue.messages.indexOf(message), 1);
      queues.get(queue.deadLetters!)!.messages.push(message);
    }
    const visible = queue.messages.filter((one) => one.visibleAt <= now);
    const taken = visible.slice(0, batch);
    if (taken.length === 0) return false;
    for (const message of taken) {
      message.receives += 1;
      message.visibleAt = now + queue.visibilityMs;
    }
    const Records = taken.map((one) => ({
      messageId: String(one.id),
      body: one.body,
      receiptHandle: `in-hand-${one.id}`,
      attributes: { ApproximateReceiveCount: String(one.receives) },
      eventSource: 'aws:sqs',
    }));
    const result = await invoke(name, { Records }).catch(() => 'died' as const);
    if (result === 'died' || result === undefined) return true;
    const failed = result['batchItemFailures'].map((one: Loose) => one['itemIdentifier']);
    queue.messages = queue.messages.filter((one) => !taken.includes(one) || failed.includes(String(one.id)));
    return true;
  }

  return {
    url,
    table,
    dynamo,
    queues,
    mails,
    /** What any bus took. */
    taken,
    publish,
    /** A service of AWS puts an event on the bus of the account. */
    happen: (event: Loose) => take('Account', event),
    affect,
    /** As it is at this moment. */
    left: (): Left => ({
      rows: dynamo.content(),
      table,
      queues: new Map([...queues].map(([id, { messages }]) => [id, structuredClone(messages)])),
      mails: [...mails],
      ids,
    }),
    invoke,
    /** One sweep, without the waiting: its time is over after the first round. */
    sweep: () => invoke('sweep', {}).catch(() => 'died' as const),
    /** Until every queue is empty or hides what it has. */
    async deliver(): Promise<void> {
      const started = performance.now();
      for (let busy = true; busy;) {
        busy = false;
        for (const mapping of mappings) busy = (await poll(mapping)) || busy;
        if (performance.now() - started > STALL_MS) throw new Error('the queues do not come to rest');
      }
    },
    async close() {
      die();
      stop();
      await dynamo.close();
    },
  };
}

interface Address {
  url: string;
  stop(): void;
}

let worlds = 0;
async function speaking(answer: Answer): Promise<Address> {
  const host = `world-${(worlds += 1)}.localhost`;
  return { url: `http://${host}`, stop: await answerHere(host, answer) };
}

async function listening(answer: Answer): Promise<Address> {
  const server = createServer((req, res) => {
    void text(req)
      .then((body) => answer({ path: req.url!, headers: req.headers, body }))
      .then((said) => (said ? res.writeHead(said.status, said.headers).end(said.body) : req.socket.destroy()))
      .catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const failed = (status: number, __type: string, message = 'no'): Said => ({
  status,
  headers: { 'x-amzn-errortype': __type },
  body: JSON.stringify({ __type, message }),
});

const logicalId = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}LambdaFunction`;

/** The action that IAM asks for, and a part of the name of each thing that it is done to. */
function permissionOf(operation: string, input: Loose): [action: string, things: string[]] {
  switch (operation) {
    case 'GetParameters':
      return ['ssm:GetParameters', (input['Names'] as string[]).map(resourceOf)];
    case 'SendMessageBatch':
      return ['sqs:SendMessage', [`"${new URL(input['QueueUrl']).pathname.slice(1)}"`]];
    case 'ChangeMessageVisibilityBatch':
      return ['sqs:ChangeMessageVisibility', [`"${new URL(input['QueueUrl']).pathname.slice(1)}"`]];
    case 'PutEvents':
      return ['events:PutEvents', ['"Bus"']];
    case 'outbound-emails':
      return ['ses:SendEmail', [':identity/', ':configuration-set/']];
    default:
      return [
        `dynamodb:${operation}`,
        [input['IndexName'] ? `/index/${input['IndexName']}` : '"Table","Arn"'],
      ];
  }
}

/** A parameter is allowed by its name, which a version may follow, or by the folder that it is in. */
function resourceOf(name: string): string {
  const [plain = ''] = name.split(':');
  const isAlone = plain.split('/').length === 4 && !plain.startsWith('/aws/');
  return `:parameter${isAlone ? `${plain}"` : `${plain.slice(0, plain.lastIndexOf('/'))}/*"`}`;
}
