import { describe, expect, it } from 'vitest';
import { workOff } from '../../../lib/wire/aws/batch.ts';
import { recordingTelemetry } from '../../kit.ts';

const batchOf = (bodies: unknown[]) => ({
  Records: bodies.map((body, n) => ({
    messageId: `m${n}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});

async function run(
  bodies: unknown[],
  work: (body: unknown) => Promise<unknown>,
  left = () => 60_000,
  width = 10,
) {
  const telemetry = recordingTelemetry();
  const result = await workOff(batchOf(bodies), { work, width, telemetry, remaining: left });
  return { failed: result.batchItemFailures.map((one) => one.itemIdentifier), lines: telemetry.lines };
}

describe('a batch of messages', () => {
  it('is removed from the queue as a whole when all went well', async () => {
    const seen: unknown[] = [];
    expect(await run([1, 2, 3], async (body) => seen.push(body))).toEqual({ failed: [], lines: [] });
    expect(seen.toSorted()).toEqual([1, 2, 3]);
  });

  it('gives back exactly the messages that failed, and tells why', async () => {
    const { failed, lines } = await run(['{', 2, 3, 4], async (body) => {
      if (body === 3) throw new Error('no');
    });
    expect(failed.toSorted()).toEqual(['m0', 'm2']);
    expect(lines.map(({ event, messageId }) => [event, messageId])).toEqual(
      expect.arrayContaining([
        ['message.failed', 'm0'],
        ['message.failed', 'm2'],
      ]),
    );
  });

  it('begins nothing that there is no time for', async () => {
    let left = 60_000;
    const { failed } = await run(
      [1, 2, 3],
      async () => (left -= 20_000),
      () => left,
      1,
    );
    expect(failed).toEqual(['m2']);
  });

  it('begins nothing that may take longer than there is time', async () => {
    const work = { work: async () => {}, width: 2, telemetry: recordingTelemetry() };
    const result = await workOff(batchOf([1]), { ...work, reserveMs: 725_000, remaining: () => 724_000 });
    expect(result.batchItemFailures).toHaveLength(1);
  });

  it('works on no more messages at once than it may', async () => {
    let now = 0;
    let most = 0;
    await run(
      [1, 2, 3, 4, 5],
      async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 2));
        now -= 1;
      },
      undefined,
      2,
    );
    expect(most).toBe(2);
  });

  it('that is none is refused as a whole', async () => {
    const deps = { work: async () => {}, width: 1, telemetry: recordingTelemetry(), remaining: () => 60_000 };
    await expect(workOff({ version: '0' }, deps)).rejects.toThrow();
  });
});
