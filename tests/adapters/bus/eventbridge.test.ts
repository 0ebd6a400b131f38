import { describe, expect, it } from 'vitest';
import { fromInvocation, MAX_BYTES, sizeOf, toEntry } from '../../../lib/adapters/bus/envelope.ts';
import { createEventBridgeBus, createEventBridgeClient } from '../../../lib/adapters/bus/eventbridge.ts';
import { jobEvent, type Event, type JobEvent } from '../../../lib/core/jobs/event.ts';
import { envelope } from '../../../lib/core/notify/presets.ts';
import { events, tracked } from '../../core/jobs/events.ts';
import { START, testClock } from '../../kit.ts';
import { servePutEvents, taking, type Answer } from './put-events.ts';

async function setUp(answer: Answer, silenceMs?: number) {
  const endpoint = await servePutEvents(answer, silenceMs);
  const clock = testClock();
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    clock.pass(ms);
  };
  const bus = createEventBridgeBus({ client: endpoint.client, busName: 'jobs', clock: clock.now, sleep });
  return { ...endpoint, bus, clock, waits };
}

/** The nth of many events, with so many bytes in it. */
function numbered(n: number, bytes = 0): Event {
  const row = { ...tracked(START + n), name: `job ${n}` };
  const event = jobEvent(row, { kind: 'job.overdue', at: START, sequence: 1 }) as JobEvent;
  return { ...event, data: { ...event.data, entities: { text: 'é'.repeat(bytes / 2) } } };
}
const many = (count: number, bytes = 0): Event[] =>
  Array.from({ length: count }, (_, n) => numbered(n, bytes));
const idOf = ({ Detail }: { Detail: string }): string =>
  (JSON.parse(Detail) as Pick<Event, 'metadata'>).metadata.id;
const outcomes = (acks: { outcome: string }[]) => acks.map((ack) => ack.outcome);

describe('the bus of AWS', () => {
  it('hands an event on in the form that patterns are matched against, and gets the same event back', async () => {
    for (const event of Object.values(events)) {
      const { bus, calls } = await setUp((entries) => taking(entries));
      expect(await bus.publish([event])).toEqual([{ outcome: 'accepted' }]);
      const [{ EventBusName, Time, Source, DetailType, Detail, Resources }] = calls[0] as [
        (typeof calls)[0][0],
      ];
      expect(EventBusName).toBe('jobs');
      const invocation = {
        version: '0',
        id: event.metadata.id,
        source: Source,
        'detail-type': DetailType,
        time: new Date(Time * 1_000).toISOString(),
        resources: Resources,
        detail: JSON.parse(Detail) as unknown,
      };
      expect(invocation).toEqual(envelope(event));
      expect(fromInvocation(invocation)).toEqual(event);
    }
  });

  it('puts at most ten events into a call and loses none', async () => {
    const { bus, calls } = await setUp((entries) => taking(entries));
    const sent = many(47);
    expect(outcomes(await bus.publish(sent))).toEqual(sent.map(() => 'accepted'));
    expect(calls.map((entries) => entries.length).toSorted()).toEqual([10, 10, 10, 10, 7]);
    expect(calls.flat().map(idOf).toSorted()).toEqual(sent.map((event) => event.metadata.id).toSorted());
  });

  it('keeps a call within its bytes, counted in UTF-8', async () => {
    const { bus, calls } = await setUp((entries) => taking(entries));
    await bus.publish(many(9, 100_000));
    expect(calls.map((entries) => entries.length)).toEqual([2, 2, 2, 2, 1]);
  });

  it('makes one call for what is published in the same turn, and one for what comes while it is under way', async () => {
    const held: (() => void)[] = [];
    const { bus, calls } = await setUp((entries, _, res) => {
      held.push(() => res.end(JSON.stringify(taking(entries))));
    });
    const first = many(3).map((event) => bus.publish([event]));
    await expect.poll(() => calls.length).toBe(1);
    const second = many(5).map((event) => bus.publish([event]));
    held.shift()!();
    await Promise.all(first);
    await expect.poll(() => calls.length).toBe(2);
    held.shift()!();
    await Promise.all(second);
    expect(calls.map((entries) => entries.length)).toEqual([3, 5]);
  });

  it('sends again only the entries that failed, and answers in order', async () => {
    const { bus, calls, waits } = await setUp((entries, call) =>
      taking(entries, (_, i) => (call === 1 && i % 2 === 1 ? 'ThrottlingException' : null)),
    );
    const sent = many(5);
    expect(outcomes(await bus.publish(sent))).toEqual(sent.map(() => 'accepted'));
    expect(calls[1]!.map(idOf)).toEqual([sent[1], sent[3]].map((event) => event!.metadata.id));
    expect(waits).toHaveLength(1);
  });

  it('gives up after a few tries and says which entries were refused and why', async () => {
    const second = numbered(1).metadata.id;
    const { bus, calls } = await setUp((entries) =>
      taking(entries, (entry) => (idOf(entry) === second ? 'InternalFailure' : null)),
    );
    expect(await bus.publish(many(3))).toEqual([
      { outcome: 'accepted' },
      { outcome: 'refused', detail: 'InternalFailure: not now' },
      { outcome: 'accepted' },
    ]);
    expect(calls.map((entries) => entries.length)).toEqual([3, 1, 1]);
  });

  it('stops trying when its time is up', async () => {
    const { bus, calls, clock } = await setUp((entries) => {
      clock.pass(4_950);
      return taking(entries, () => 'InternalFailure');
    });
    expect(outcomes(await bus.publish(many(1)))).toEqual(['refused']);
    expect(calls).toHaveLength(1);
  });

  const broken: [what: string, answer: Answer][] = [
    [
      'throttles the call',
      (_, _call, res) =>
        void res
          .writeHead(400)
          .end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' })),
    ],
    ['answers 500', (_, _call, res) => void res.writeHead(500).end('<html>')],
    ['answers half of its JSON', (_, _call, res) => void res.end('{"FailedEntryCount":0,"Entries":[{"Ev')],
    ['answers for fewer entries', (entries) => taking(entries.slice(0, 1))],
    ['answers without entries', () => ({ FailedEntryCount: 0 })],
    ['answers entries without ids', (entries) => ({ FailedEntryCount: 0, Entries: entries.map(() => ({})) })],
    ['never answers', () => undefined],
    ['breaks the connection', (_, _call, res) => void res.destroy()],
  ];
  const silenceOf = (what: string) => (what === 'never answers' ? 150 : undefined);
  it.each(broken)('takes for sent only what was acknowledged when the bus %s once', async (what, answer) => {
    const { bus, calls } = await setUp(
      (entries, call, res) => (call === 1 ? answer(entries, call, res) : taking(entries)),
      silenceOf(what),
    );
    const sent = many(3);
    expect(outcomes(await bus.publish(sent))).toEqual(sent.map(() => 'accepted'));
    const acknowledged = calls[0]!.length - calls[1]!.length;
    expect(acknowledged).toBe(what === 'answers for fewer entries' ? 1 : 0);
  });

  /** Where the bus said no, nothing is on its way. All else may be. */
  const SAYS: Record<string, string> = {
    'throttles the call': 'refused',
    'answers for fewer entries': 'accepted',
  };
  it.each(broken)(
    'says whether it may have arrived when the bus %s always, and does not throw',
    async (what, answer) => {
      const { bus, calls } = await setUp(answer, silenceOf(what));
      const acks = await bus.publish(many(3));
      const expected = SAYS[what] ?? 'uncertain';
      expect(outcomes(acks)).toEqual([expected, expected, expected]);
      expect(calls).toHaveLength(3);
    },
  );

  it('does not call refused what may have arrived at an earlier try', async () => {
    const { bus } = await setUp((entries, call, res) =>
      call === 1 ? void res.destroy() : taking(entries, () => 'ThrottlingException'),
    );
    expect(await bus.publish(many(1))).toMatchObject([{ outcome: 'uncertain' }]);
  });

  it('calls refused what it could not connect for', async () => {
    const client = createEventBridgeClient({
      endpoint: 'http://127.0.0.1:9',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const bus = createEventBridgeBus({ client, busName: 'jobs', sleep: async () => {} });
    expect(await bus.publish(many(1))).toMatchObject([{ outcome: 'refused' }]);
  });

  it('cuts an event that is too large for the bus, and says so in it', async () => {
    const huge = numbered(1, 2 * MAX_BYTES);
    const entry = toEntry(huge, 'jobs');
    expect(sizeOf(entry)).toBeLessThan(MAX_BYTES);
    expect(JSON.parse(entry.Detail)).toMatchObject({
      metadata: { id: huge.metadata.id },
      data: { entities: { truncated: true } },
    });
  });

  it('does not let an event that the bus will never take stand in the way of others', async () => {
    const { bus } = await setUp((entries, _, res) => {
      if (JSON.stringify(entries).length < MAX_BYTES) return taking(entries);
      return void res
        .writeHead(400)
        .end(JSON.stringify({ __type: 'ValidationException', message: 'too large' }));
    });
    const endless = numbered(1);
    endless.subject = 'x'.repeat(MAX_BYTES);
    expect(outcomes(await bus.publish([numbered(0), endless, numbered(2)]))).toEqual([
      'accepted',
      'refused',
      'accepted',
    ]);
  });

  it.each([
    ['another source', { source: 'aws.ec2' }],
    ['an unknown kind', { 'detail-type': 'job.exploded' }],
    ['no subject', { resources: [] }],
    ['another shape', { detail: { data: {} } }],
  ])('does not take %s for an event of ours', (_, over) => {
    expect(() => fromInvocation({ ...envelope(events['job.failed']), ...over })).toThrow();
  });
});
