import { windowOfDelivery } from '../../core/notify/window.ts';
import { eventId, jobEvent, type Event } from '../../core/jobs/event.ts';
import type { Job } from '../../core/jobs/job.ts';
import { durationsKey, learntFrom, type LearntOf } from '../../core/jobs/learnt.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { whyNextCheck, type WhyNextWords } from '../../core/jobs/why-next.ts';
import type { Clock, Store, Subscriptions } from '../../ports.ts';
import { nextTryAt, type Delivery } from '../../core/notify/delivery.ts';
import { explainMismatch } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import type { ExplainedEvent, Explanation } from '../../core/notify/explanation.ts';

/** At most this many deliveries are shown for one event. */
const SHOWN = 200;

export async function explain(
  deps: {
    store: Pick<Store, 'jobs' | 'events' | 'deliveries' | 'durations'>;
    subscriptions: Subscriptions;
    policy: Policy;
    clock: Clock;
  },
  key: string,
): Promise<Explanation | null> {
  const job = await deps.store.jobs.get(key);
  if (!job) return null;
  const subscriptions = await deps.subscriptions.all();
  const events = await Promise.all(
    job.emitted.map(async (kind): Promise<ExplainedEvent> => {
      const id = eventId(job.key, job.createdAt, kind);
      const { rows } = await deps.store.deliveries.list({ prefix: `${id}/`, limit: SHOWN });
      const waiting = job.outbox.find((entry) => entry.kind === kind);
      // What waits to be published is built from the row, as it will be then.
      const event = (await deps.store.events.get(id))?.event ?? (waiting && jobEvent(job, waiting));
      return {
        id,
        kind,
        published: !waiting,
        deliveries: rows.map(shown),
        // A target that the job names gets the message whatever the pattern says.
        unmatched: (event ? unmatched(event, subscriptions) : []).filter(
          ({ subscription }) => !rows.some((row) => row.subscription === subscription),
        ),
      };
    }),
  );
  return { job, whyNext: await whyOf(deps, job), events };
}

interface Known {
  store: Pick<Store, 'durations'>;
  policy: Policy;
  clock: Clock;
}

async function whyOf(
  { store, policy, clock }: Known,
  job: Job,
  words?: WhyNextWords,
): Promise<string | null> {
  const learnt = await learntOf(store.durations, job, policy);
  return whyNextCheck(job, { policy, learnt, now: clock() }, words);
}

/** Why a job is checked again, in these words; null for one that is not. */
export async function whyNext(
  deps: Known & { store: Pick<Store, 'jobs'> },
  key: string,
  words: WhyNextWords,
): Promise<string | null> {
  const job = await deps.store.jobs.get(key);
  return job && whyOf(deps, job, words);
}

async function learntOf(
  durations: Store['durations'],
  { origin, report }: Job,
  policy: Policy,
): Promise<LearntOf> {
  const row = report && (await durations.get(durationsKey(origin, report.jobType ?? '')));
  const learnt = row && learntFrom(row.took, policy.checkGapMax);
  return () => learnt;
}

const shown = (d: Delivery): ExplainedEvent['deliveries'][number] => ({
  id: d.id,
  subscription: d.subscription,
  channel: d.channel,
  target: d.shown,
  state: d.state,
  reason: d.reason,
  ...(d.fold && { fold: d.fold }),
  attempts: d.attempts,
  asked: d.asked ?? [],
  window: windowOfDelivery(d),
  nextTryAt: nextTryAt(d),
});

function unmatched(event: Event, subscriptions: readonly Subscription[]): ExplainedEvent['unmatched'] {
  const seen = envelope(event);
  return subscriptions.flatMap((s) => {
    const why = explainMismatch(s.pattern, seen);
    return why === null ? [] : [{ subscription: s.id, why }];
  });
}
