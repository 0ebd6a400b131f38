import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Stage } from './stage.ts';

/** Letters that are dead, and where they go once their cause is repaired. */
export interface DeadLetters {
  /** What it is called on the command line: `route`, `slack`, `undelivered`. */
  name: string;
  url: string;
  /** The queue that each message came from; null: it says so itself. */
  home: string | null;
}

const AT_ONCE = 10;
const UNDELIVERED = 'undelivered';

/** Those that can be sent again. What the sweep failed at is not: its next run did that work. */
export function deadLettersOf({ stack: { queues } }: Pick<Stage, 'stack'>): DeadLetters[] {
  const behind = Object.entries(queues).flatMap(([id, url]) => {
    const [, function_] = /^(\w+)DeadLetters$/.exec(id) ?? [];
    const home = queues[`${function_}Queue`];
    return function_ && home ? [{ name: function_.toLowerCase(), url, home }] : [];
  });
  const undelivered = queues['UndeliveredEvents'];
  return [...behind, ...(undelivered ? [{ name: UNDELIVERED, url: undelivered, home: null }] : [])];
}

export const createQueueClient = (): SQSClient => new SQSClient();

export async function countOf(client: SQSClient, { url }: DeadLetters): Promise<number> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  const { Attributes } = await client.send(command);
  return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
}

/**
 * Sends every message to its queue again, and takes it away here after that: killed in between, one comes twice, which changes
 * nothing. Answers with how many there were, and how many of them have no queue and stay.
 */
export async function redrive(
  client: SQSClient,
  stage: Pick<Stage, 'stack'>,
  letters: DeadLetters,
): Promise<{ sent: number; stayed: number }> {
  let [sent, stayed] = [0, 0];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: letters.url,
        MaxNumberOfMessages: AT_ONCE,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return { sent, stayed };
    const byHome = Map.groupBy(Messages, (message) => letters.home ?? homeOf(message, stage));
    stayed += byHome.get(null)?.length ?? 0;
    for (const [home, messages] of byHome)
      if (home !== null) sent += await move(client, letters.url, home, messages);
  }
}

/** EventBridge says in an attribute of the message which queue it could not reach. */
function homeOf({ MessageAttributes }: Message, { stack: { queues } }: Pick<Stage, 'stack'>): string | null {
  const name = MessageAttributes?.['TARGET_ARN']?.StringValue?.split(':').at(-1);
  return Object.values(queues).find((url) => url.endsWith(`/${name}`)) ?? null;
}

async function move(client: SQSClient, from: string, to: string, messages: Message[]): Promise<number> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: to,
      Entries: messages.map(({ Body, Attributes }, i) => ({
        Id: String(i),
        MessageBody: Body,
        ...(Attributes?.MessageGroupId && { MessageGroupId: Attributes.MessageGroupId }),
      })),
    }),
  );
  if (Failed.length > 0)
    throw new Error(`${to} did not take ${Failed.length}: ${Failed[0]!.Code}; run it again`);
  const Entries = messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries }));
  return messages.length;
}
