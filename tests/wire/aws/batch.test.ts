import { describe, expect, it } from 'vitest';
import { onBatch } from '../../../functions/batch.ts';
import type { BatchResult } from '../../../lib/wire/aws/middleware/batch.ts';
import { recordingTelemetry, START } from '../../kit.ts';
import { batchOf, contextWith, invoke } from './invoke.ts';

interface Run {
  left?: () => number;
  concurrency?: number;
  reserveMs?: number;
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
