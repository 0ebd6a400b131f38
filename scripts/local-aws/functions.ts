import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Asker } from './local.ts';

/** What Lambda knows of a function. */
interface Configuration {
  FunctionName: string;
  Timeout: number;
  CodeSha256: string;
  Environment: { Variables: Record<string, string> };
}
export interface Container {
  /** Runs it once; `ms`: the time that it is told to have, that of the function where it is left out. */
  invoke: (event: unknown, ms?: number) => Promise<unknown>;
  stop: () => void;
}

/** The one file of a zip. */
function onlyFileOf(zip: Buffer): Buffer {
  const entry = zip.indexOf('PK\u0001\u0002');
  const [method, size] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 20)];
  const from = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  const packed = zip.subarray(from, from + size);
  return method === 0 ? packed : inflateRawSync(packed);
}

/** Starts containers of the function that the stack has: with its code, if that is what lies in the zip, and its environment. */
export async function starterOf(asker: Asker, named: string, zip: string, env: Record<string, string>) {
  const path = `/2015-03-31/functions/${named}/configuration`;
  const known = (await (await asker.ask('lambda', path)).json()) as Configuration;
  const bytes = readFileSync(zip);
  if (known.CodeSha256 !== createHash('sha256').update(bytes).digest('base64'))
    throw new Error(`${named} has other code in the stack than ${zip}`);
  const folder = zip.replace(/\.zip$/, '');
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/index.mjs`, onlyFileOf(bytes));

  const variables = Object.fromEntries(
    Object.entries(known.Environment.Variables).map(([key, value]) => [key, asker.here(value)]),
  );

  return function start(): Container {
    const child = fork(new URL('container.ts', import.meta.url), [`${folder}/index.mjs`], {
      env: { PATH: process.env['PATH'], ...env, ...variables },
    });
    return {
      invoke: (event, ms = known.Timeout * 1_000) =>
        new Promise((resolve, reject) => {
          child.once('message', (said: { answer?: unknown; error?: string }) =>
            said.error === undefined ? resolve(said.answer) : reject(new Error(`${named}: ${said.error}`)),
          );
          child.send({ event, ms });
        }),
      stop: () => child.kill(),
    };
  };
}

/**
 * A request that waited in a queue would keep all others waiting (`startMoto`). An empty queue is asked ever more seldom: to ask the
 * nine of them, two times each, once a second would take half of what moto can do.
 */
const IDLE_MS = { first: 250, most: 4_000 };

interface Result {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Does with a queue what Lambda does for a function behind it, until `signal` says so. */
export async function lead(
  sqs: SQSClient,
  { QueueUrl, batch, container }: { QueueUrl: string; batch: number; container: Container },
  signal: AbortSignal,
): Promise<void> {
  for (let idle = IDLE_MS.first; !signal.aborted;) {
    const asked = { QueueUrl, MaxNumberOfMessages: batch, WaitTimeSeconds: 0 };
    const received = await sqs.send(
      new ReceiveMessageCommand({ ...asked, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
    );
    const messages = received.Messages ?? [];
    if (messages.length === 0) {
      await sleep(idle);
      idle = Math.min(2 * idle, IDLE_MS.most);
      continue;
    }
    idle = IDLE_MS.first;
    const Records = messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
      messageId: MessageId,
      body: Body,
      receiptHandle: ReceiptHandle,
      attributes: Attributes,
    }));
    const result = await container.invoke({ Records }).catch(String);
    // As where a function fails as a whole: its messages come back when their time is over.
    if (typeof result === 'string') {
      console.log(result);
      continue;
    }
    const { batchItemFailures } = result as Result;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const Entries = messages
      .filter(({ MessageId }) => !failed.has(MessageId!))
      .map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
