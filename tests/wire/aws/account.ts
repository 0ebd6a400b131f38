/** What somebody reaches of an account who manages a stage: parameters with their versions, queues and the table, over HTTP. */
import { serve } from '../../adapters/platform/serve.ts';
import { startDynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { md5, REGION } from './stand-in.ts';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
interface Message {
  Body: string;
  /** Somebody has received it, and nobody else sees it. */
  ReceiptHandle?: string;
  MessageAttributes?: Loose;
  Attributes?: Loose;
}

export async function startAccount(...stages: string[]) {
  const dynamo = await startDynamo();
  const table = await dynamo.newTable('jobchime-dev');
  /** Every version of each parameter. */
  const parameters = new Map<string, string[]>();
  const queues = new Map<string, Message[]>();
  let receives = 0;
  /** Operations that are refused. */
  const refused = new Set<string>();
  /** Bodies of messages that no queue takes. */
  const turnedAway = new Set<string>();
  const put = (name: string, value: string): number =>
    parameters.set(name, [...(parameters.get(name) ?? []), value]).get(name)!.length;

  const operations: Record<string, (input: Loose) => Loose | { fault: string }> = {
    GetParameters({ Names }) {
      const found = (Names as string[]).flatMap((asked) => {
        const [Name = '', of] = asked.split(':');
        const versions = parameters.get(Name) ?? [];
        const Version = of === undefined ? versions.length : Number(of);
        const Value = versions[Version - 1];
        return Value === undefined ? [] : [{ Name, Value, Version }];
      });
      return { Parameters: found };
    },
    PutParameter: ({ Name, Value }) => ({ Version: put(Name, Value) }),
    GetParameterHistory({ Name }) {
      const versions = parameters.get(Name);
      if (!versions) return { fault: 'ParameterNotFound' };
      const LastModifiedDate = Date.parse('2026-03-01T12:00:00Z') / 1_000;
      const Parameters = versions.map((Value, i) => ({
        Name,
        Value,
        Version: i + 1,
        LastModifiedDate,
        LastModifiedUser: 'arn:aws:iam::123456789012:user/ann',
      }));
      return { Parameters };
    },
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(queues.get(nameOf(QueueUrl))!.length) },
    }),
    ReceiveMessage({ QueueUrl, MaxNumberOfMessages }) {
      const seen = queues.get(nameOf(QueueUrl))!.filter((one) => one.ReceiptHandle === undefined);
      const Messages = seen.slice(0, MaxNumberOfMessages);
      for (const one of Messages) one.ReceiptHandle = `r${(receives += 1)}`;
      return { Messages: Messages.map((one) => ({ ...one, MD5OfBody: md5(one.Body) })) };
    },
    SendMessageBatch({ QueueUrl, Entries }) {
      const all = Entries as Loose[];
      const taken = all.filter(({ MessageBody }) => !turnedAway.has(MessageBody));
      for (const { MessageBody, MessageGroupId } of taken)
        queues.get(nameOf(QueueUrl))!.push({
          Body: MessageBody,
          ...(MessageGroupId && { Attributes: { MessageGroupId } }),
        });
      return {
        Successful: taken.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: md5(MessageBody),
        })),
        Failed: all
          .filter((one) => !taken.includes(one))
          .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      };
    },
    DeleteMessageBatch({ QueueUrl, Entries }) {
      const queue = queues.get(nameOf(QueueUrl))!;
      for (const { ReceiptHandle } of Entries as Loose[])
        queue.splice(
          queue.findIndex((one) => one.ReceiptHandle === ReceiptHandle),
          1,
        );
      return { Successful: (Entries as Loose[]).map(({ Id }) => ({ Id })) };
    },
  };
  const served = await serve((req, res, body) => {
    const target = String(req.headers['x-amz-target']);
    if (target.startsWith('DynamoDB')) {
      void dynamo.answer(req.headers, body).then(({ status, body: said }) => res.writeHead(status).end(said));
      return;
    }
    const operation = target.replace(/^.*[./]/, '');
    const said = refused.has(operation)
      ? { fault: 'AccessDeniedException' }
      : operations[operation]!(JSON.parse(body) as Loose);
    if ('fault' in said) {
      const type = String(said['fault']);
      return void res
        .writeHead(400, { 'x-amzn-errortype': type })
        .end(JSON.stringify({ ['__type']: type, message: 'you may not' }));
    }
    res.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(said));
  });
  const nameOf = (url: string): string => new URL(url).pathname.split('/').at(-1)!;

  const ids = ['TrackQueue', 'TrackDeadLetters', 'RouteQueue', 'RouteDeadLetters', 'UndeliveredEvents'];
  ids.push('EmailQueue', 'SlackQueue', 'WebhookQueue');
  for (const id of ids) queues.set(`dev-${id}`, []);
  const urls = Object.fromEntries(ids.map((id) => [id, `${served.url}/123456789012/dev-${id}`]));
  for (const stage of ['dev', ...stages])
    put(`/jobchime/${stage}/stack`, JSON.stringify({ table, queues: urls }));
  return {
    table,
    dynamo,
    put,
    parameters,
    queues,
    refused,
    turnedAway,
    requests: served.requests,
    env: {
      AWS_ENDPOINT_URL: served.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    close: dynamo.close,
  };
}
