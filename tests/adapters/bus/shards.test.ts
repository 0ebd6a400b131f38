import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { sendShards, shardOf } from '../../../lib/adapters/bus/shards.ts';
import { fail, serveAws, takeBatch, type Operations } from '../../wire/aws/stand-in.ts';

const UNTIL = 1_772_366_400_000;
const shards = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ origins: [`hwc-${n}`, 'more'], until: UNTIL }));

async function send(count: number, answer: Operations[string]) {
  const { config } = await serveAws({ SendMessageBatch: answer });
  return sendShards(new SQSClient({ ...config, maxAttempts: 1 }), 'http://q/sweep', shards(count));
}

it('hands shards over ten at a time, each with a group of its own, to those who can read them', async () => {
  const seen: { MessageBody: string; MessageGroupId: string }[][] = [];
  const left = await send(12, ({ Entries }) => {
    seen.push(Entries as (typeof seen)[0]);
    return takeBatch(Entries as (typeof seen)[0]);
  });
  expect(left).toEqual([]);
  expect(seen.map((entries) => entries.length).toSorted()).toEqual([10, 2].toSorted());
  const all = seen.flat();
  expect(new Set(all.map(({ MessageGroupId }) => MessageGroupId)).size).toBe(12);
  const read = all.map(({ MessageBody }) => shardOf(JSON.parse(MessageBody)));
  expect(
    read.toSorted((a, b) => a.origins[0]!.localeCompare(b.origins[0]!, 'en', { numeric: true })),
  ).toEqual(shards(12));
});

it('answers those that the queue did not take: one of them, or a whole call', async () => {
  const [, second] = shards(2);
  const refusesOne = ({ Entries }: { Entries?: object[] }) =>
    takeBatch(Entries as object[], (entry) => (entry as { Id: string }).Id === '1');
  expect(await send(3, refusesOne)).toEqual([second]);
  expect(await send(2, (_, res) => fail(res, 403, 'AccessDeniedException'))).toEqual(shards(2));
});
