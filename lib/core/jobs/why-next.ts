import { duration } from '../duration.ts';
import { planFor, sinceOf } from './choose.ts';
import { deadlineOf, isWatched } from './due.ts';
import type { Job } from './job.ts';
import { NOTHING_LEARNT, startOf, type LearntOf } from './learnt.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { Reason } from './transition.ts';
import { usualWords } from './usual.ts';

/** What may have been seen last of a job that is still outstanding. */
const WHY: Partial<Record<Reason, string>> = {
  running: 'it goes on',
  awaiting_payment: 'it waits for payment',
  not_found_yet: 'the cloud does not know it, which must last before it is believed',
  throttled: 'the cloud throttled the check',
  denied: 'the cloud refused the credentials',
  misrouted: 'the request did not reach the service',
  unavailable: 'the cloud did not answer',
  malformed: 'the answer could not be read',
  not_checked: 'its origin is in an outage and was not checked',
};

/** What the next check depends on beside the job itself. */
interface Known {
  policy: Policy;
  learnt: LearntOf;
  now: number;
}
const NOTHING_KNOWN: Known = { policy: DEFAULT_POLICY, learnt: NOTHING_LEARNT, now: 0 };

/** What waits for longer beyond its time waits because calls are scarce. */
const LATE_MS = 15_000;

/** Why a job is checked again, to go on after "because". Null for one that is not. */
export function whyNextCheck(job: Job, known = NOTHING_KNOWN): string | null {
  if (!isWatched(job)) return null;
  const { state, history } = job;
  if (state === 'lost') return 'it may turn up again';
  const last = history.at(-1)?.reason as Reason | undefined;
  if (last === undefined) return 'it has not been checked yet';
  return last === 'running' ? whyThen(job, known) : (WHY[last] ?? 'it has not ended');
}

function whyThen(job: Job, { policy, learnt, now }: Known): string {
  const usual = learnt(job.report?.jobType ?? '')?.usual();
  const known = usual ? `; ${usualWords(usual)}` : '';
  const plan = planFor(job, learnt);
  if (now - job.nextCheckAt >= LATE_MS) {
    const percent = plan && Math.round(plan.ended(sinceOf(job), now - startOf(job)) * 100);
    const likely = percent === null ? '' : ` (it has by now to ${percent} %)`;
    return `calls are scarce, and others have more likely ended${likely} or have waited longer${known}`;
  }
  if (job.nextCheckAt === deadlineOf(job, policy, learnt)) return `it is overdue then${known}`;
  if (policy.checkAuto && plan) return `its end is then likely enough to be worth a call${known}`;
  return `it is running, and is checked every ${duration(policy.checkEvery)}${known}`;
}
