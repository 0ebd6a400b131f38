import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsDoorbell, deliveryOf } from '../../../lib/adapters/bus/doorbell.ts';
import { newDelivery, type Delivery } from '../../../lib/core/notify/delivery.ts';
import { postpone } from '../../../lib/core/notify/delivery-steps.ts';
import { fail, serveAws, takeBatch, type Operations } from '../../wire/aws/stand-in.ts';
import { events } from '../../core/jobs/events.ts';
import { recordingTelemetry, START, subscription } from '../../kit.ts';

type Batch = { QueueUrl: string; Entries: Record<string, string | number>[] };

async function setUp(answer?: Operations[string]) {
  const batches: Batch[] = [];
  const { config } = await serveAws({
    SendMessageBatch(input, res) {
      batches.push(input as Batch);
      return answer ? answer(input, res) : takeBatch((input as Batch).Entries);
    },
  });
  const telemetry = recordingTelemetry();
  const queues = { slack: 'http://q/slack', webhook: 'http://q/webhook', email: undefined };
  const client = new SQSClient({ ...config, maxAttempts: 1 });
  const doorbell = createSqsDoorbell({ client, queues, clock: () => START, telemetry });
  return { doorbell, batches, telemetry };
}

const rows = (count: number, channel: 'slack' | 'email' | 'webhook' = 'webhook'): Delivery[] => {
  const addresses = Array.from({ length: count }, (_, n) => `https://hooks.test/${n}`);
  const to = subscription('ci', { channel, addresses });
  return to.targets.map((target) => newDelivery(events['job.failed'], to, target, START));
};

describe('the doorbell of AWS', () => {
  it('rings ten at a time in the queue of each channel, with no more than the key', async () => {
    const { doorbell, batches } = await setUp();
    const all = [...rows(12), ...rows(1, 'slack')];
    await doorbell.ring(all);
    expect(batches.map(({ QueueUrl, Entries }) => [QueueUrl, Entries.length]).toSorted()).toEqual([
      ['http://q/slack', 1],
      ['http://q/webhook', 10],
      ['http://q/webhook', 2],
    ]);
    const entries = batches.flatMap(({ Entries }) => Entries);
    expect(entries.map(({ MessageBody }) => deliveryOf(JSON.parse(String(MessageBody)))).toSorted()).toEqual(
      all.map((row) => row.key).toSorted(),
    );
    for (const entry of entries) expect(entry).toMatchObject({ MessageGroupId: 'ci', DelaySeconds: 0 });
  });

  it('lets the queue wait, up to the quarter of an hour that it can', async () => {
    const { doorbell, batches } = await setUp();
    const [a, b, c, d] = rows(4);
    const at = (row: Delivery | undefined, ms: number) => postpone(row!, START + ms);
    await doorbell.ring([at(a, -5_000), at(b, 4_321), at(c, 900_000), at(d, 900_001)]);
    expect(batches[0]!.Entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 5, 900]);
  });

  it('rings for nobody who has no queue here, and makes no empty call', async () => {
    const { doorbell, batches } = await setUp();
    await doorbell.ring([...rows(2, 'email'), { ...rows(1)[0]!, due: null }]);
    expect(batches).toEqual([]);
  });

  const trouble: [what: string, answer: Operations[string]][] = [
    ['refuses some', (input) => takeBatch((input as Batch).Entries, ({ Id }) => Id === '1')],
    ['is throttled', (_, res) => fail(res, 400, 'ThrottlingException')],
    ['is gone', (_, res) => fail(res, 400, 'AWS.SimpleQueueService.NonExistentQueue')],
    ['breaks the connection', (_, res) => void res.destroy()],
  ];
  it.each(trouble)('goes on when the queue %s, and says so: the rows stay due', async (_, answer) => {
    const { doorbell, telemetry } = await setUp(answer);
    await doorbell.ring(rows(3));
    expect(telemetry.lines).toMatchObject([{ level: 'warn', event: 'doorbell.unheard', channel: 'webhook' }]);
  });

  it.each([{}, { delivery: '' }, 'x', null])('does not take %j for a ring', (body) => {
    expect(() => deliveryOf(body)).toThrow();
  });
});
