import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createComeBack, type ComeBack } from '../../../lib/adapters/bus/come-back.ts';
import { onBatch } from '../../../functions/batch.ts';
import type { BatchResult } from '../../../lib/wire/aws/middleware/batch.ts';
import { recordingTelemetry, START } from '../../kit.ts';
import { fail, serveAws } from './stand-in.ts';
import { batchOf, contextWith, invoke } from './invoke.ts';

interface Run {
  left?: () => number;
  concurrency?: number;
  reserveMs?: number;
  comeBack?: ComeBack;
}

async function run(
  event: unknown,
  work: (body: unknown) => Promise<unknown>,
  { left = () => 60_000, ...parts }: Run = {},
) {
  const telemetry = recordingTelemetry();
  const open = () => async () => ({ telemetry, clock: () => START, ...parts });
  const result = (await invoke(
    onBatch(open, (_, body) => work(body)),
    event,
    contextWith(left),
  )) as BatchResult;
  const lines = telemetry.lines.filter(({ event: name }) => name === 'message.failed');
  return { failed: result.batchItemFailures.map((one) => one.itemIdentifier), lines, all: telemetry.lines };
}

describe('a batch of messages', () => {
  it('is removed from the queue as a whole when all went well', async () => {
    const seen: unknown[] = [];
    expect(await run(batchOf([1, 2, 3]), async (body) => seen.push(body))).toMatchObject({
      failed: [],
      lines: [],
      all: [{ level: 'debug', event: 'batch.finished', failed: 0, ms: 0 }],
    });
    expect(seen.toSorted()).toEqual([1, 2, 3]);
  });

  it('gives back exactly the messages that failed, and logs why', async () => {
    const { failed, lines } = await run(batchOf(['{', 2, 3, 4]), async (body) => {
      if (body === 3) throw new Error('no');
    });
    expect(failed.toSorted()).toEqual(['m0', 'm2']);
    expect(lines.map(({ event, messageId }) => [event, messageId])).toEqual([
      ['message.failed', 'm0'],
      ['message.failed', 'm2'],
    ]);
  });

  it('has what failed come back soon, and later with each try', async () => {
    const asked: unknown[] = [];
    const queue = await serveAws({
      ChangeMessageVisibilityBatch: (input) => {
        asked.push(input);
        return { Successful: [], Failed: [] };
      },
    });
    const client = new SQSClient(queue.config);
    const comeBack = createComeBack(client, `${queue.url}/q`, recordingTelemetry());
    const { Records } = batchOf([1, 2, 3]);
    const event = {
      Records: Records.map((record, n) => ({
        ...record,
        receiptHandle: `h${n}`,
        attributes: { ApproximateReceiveCount: String(3 * n + 1) },
      })),
    };
    const work = async (body: unknown) => {
      if (body !== 2) throw new Error('no');
    };
    expect((await run(event, work, { comeBack })).failed).toEqual(['m0', 'm2']);
    expect(asked).toEqual([
      {
        QueueUrl: `${queue.url}/q`,
        Entries: [
          { Id: '0', ReceiptHandle: 'h0', VisibilityTimeout: 5 },
          { Id: '1', ReceiptHandle: 'h2', VisibilityTimeout: 900 },
        ],
      },
    ]);
    client.destroy();
  });

  it('gives its failures back although their wait cannot be set', async () => {
    const queue = await serveAws({
      ChangeMessageVisibilityBatch: (_, res) => fail(res, 403, 'AccessDeniedException'),
    });
    const client = new SQSClient({ ...queue.config, maxAttempts: 1 });
    const telemetry = recordingTelemetry();
    const comeBack = createComeBack(client, `${queue.url}/q`, telemetry);
    const event = { Records: batchOf([1]).Records.map((one) => ({ ...one, receiptHandle: 'h' })) };
    const { failed } = await run(event, () => Promise.reject(new Error('no')), { comeBack });
    expect(failed).toEqual(['m0']);
    expect(telemetry.lines).toMatchObject([{ level: 'warn', event: 'messages.slow', count: 1 }]);
    client.destroy();
  });

  it('begins nothing that there is no time for', async () => {
    let left = 60_000;
    const work = async () => (left -= 20_000);
    const { failed } = await run(batchOf([1, 2, 3]), work, { left: () => left, concurrency: 1 });
    expect(failed).toEqual(['m2']);
  });

  it('begins nothing that may take longer than there is time', async () => {
    const { failed } = await run(batchOf([1]), async () => {}, { reserveMs: 725_000, left: () => 724_000 });
    expect(failed).toEqual(['m0']);
  });

  it('works on no more messages at once than it may', async () => {
    let now = 0;
    let most = 0;
    await run(
      batchOf([1, 2, 3, 4, 5]),
      async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 2));
        now -= 1;
      },
      { concurrency: 2 },
    );
    expect(most).toBe(2);
  });

  it('that is none is refused as a whole', async () => {
    await expect(run({ version: '0' }, async () => {})).rejects.toThrow();
  });
});
