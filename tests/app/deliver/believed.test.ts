import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { believed } from '../../../lib/app/deliver/believed.ts';
import { jobEvent, originEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { endpointEvent, judge, newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { failed, POLICY, running, spec, START } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const NOW = START + 3_600_000;
const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

/** Rows as they are once their events are out, and those events. */
async function rows(): Promise<{ job: Event; overdue: Event; origin: Event; disabled: Event }> {
  const tracked = newJob(spec(1, { deadlineAt: START + 1_000 }), INFO, START, START);
  const late = decide(tracked, running, START + 2_000, POLICY).job;
  const overdue = jobEvent(late, late.unpublished[0]!);
  const ended = decide(published(late, ['job.overdue']), failed, START + 60_000, POLICY).job;
  const job = jobEvent(ended, ended.unpublished[0]!);
  await store.jobs.create([published(ended, ['job.failed'])]);
  const news = { kind: 'origin.unreachable', at: START + 5_000, sequence: 3 } as const;
  const troubled = {
    ...newOrigin('hwc-ecs', START),
    since: START,
    sequence: 3,
    said: [news.kind],
    detail: 'HTTP 502',
  };
  await store.origins.create([troubled]);
  const gone = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true } as const;
  const endpoint = judge(
    newEndpoint({ endpoint: 'ep_1', subscription: 'ci', channel: 'webhook', shown: 'https://ci…' }, START),
    gone,
    START + 7_000,
  );
  const disabled = endpointEvent(endpoint, endpoint.unpublished[0]!);
  await store.endpoints.create([{ ...endpoint, unpublished: [], due: null }]);
  return { job, overdue, origin: originEvent(troubled, news), disabled };
}

describe('what comes over a bus', () => {
  it.each(['job', 'origin', 'disabled'] as const)('is believed where the row tells it: %s', async (which) => {
    const event = (await rows())[which];
    expect(await believed(store, event, NOW)).toEqual(event);
  });

  it.each(['job', 'overdue', 'origin', 'disabled'] as const)(
    'is told as the row tells it, whatever stands in it: %s',
    async (which) => {
      const event = (await rows())[which];
      const forged = JSON.parse(
        JSON.stringify({ ...event, metadata: { ...event.metadata, sequence: 99, correlationId: 'evil' } })
          .replaceAll('web-7', 'evil')
          .replaceAll('HTTP 502', 'evil')
          .replaceAll('quota exceeded', 'evil')
          .replaceAll('https://ci…', 'evil'),
      ) as Event;
      const told = await believed(store, forged, NOW);
      expect(told).toMatchObject({ kind: event.kind, metadata: { ...event.metadata } });
      expect(JSON.stringify(told)).not.toContain('evil');
    },
  );

  it('is not believed under another id, subject or kind, or without a row', async () => {
    const { job, origin, disabled } = await rows();
    const other = (event: Event, over: Partial<Event>): Event => ({ ...event, ...over }) as Event;
    const forged = [
      ...[job, origin, disabled].map((event) =>
        other(event, { metadata: { ...event.metadata, id: `evt_${'0'.repeat(32)}` } }),
      ),
      other(job, { subject: 'hwc-ecs/p/other' }),
      other(origin, { subject: 'origin/other' }),
      other(disabled, { subject: 'subscription/other' }),
      other(job, { kind: 'job.lost' }),
      other(origin, { kind: 'origin.recovered' }),
      other(disabled, { kind: 'ping' }),
    ];
    for (const event of forged) expect(await believed(store, event, NOW), event.subject).toBeNull();
  });
});
