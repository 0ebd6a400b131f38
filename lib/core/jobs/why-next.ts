import { duration } from '../duration.ts';
import { planFor, sinceOf } from './choose.ts';
import { deadlineOf, isWatched } from './due.ts';
import type { Job } from './job.ts';
import { NOTHING_LEARNT, startOf, type LearntOf } from './learnt.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { Reason } from './transition.ts';
import { usualRange } from './usual.ts';

/** All of it goes on after "because". */
export interface WhyNextWords {
  /** What may have been seen last of a job that is still outstanding. */
  seen: Partial<Record<Reason, string>>;
  fresh: string;
  lost: string;
  /** Anything else was seen last. */
  other: string;
  /** `percent`: of such jobs have ended by now; null: nobody knows. */
  scarce(percent: number | null): string;
  overdue: string;
  likely: string;
  every(time: string): string;
  /** What is known beside it. `to`: null where all take about as long. */
  usual(why: string, from: string, to: string | null): string;
  duration(ms: number): string;
}
export const WHY_NEXT_WORDS: WhyNextWords = {
  seen: {
    running: 'it goes on',
    awaiting_payment: 'it waits for payment',
    not_found_yet: 'the cloud does not know it, which must last before it is believed',
    throttled: 'the cloud throttled the check',
    denied: 'the cloud refused the credentials',
    misrouted: 'the request did not reach the service',
    unavailable: 'the cloud did not answer',
    malformed: 'the answer could not be read',
    not_checked: 'its origin is in an outage and was not checked',
  },
  fresh: 'it has not been checked yet',
  lost: 'it may turn up again',
  other: 'it has not ended',
  scarce: (percent) =>
    `calls are scarce, and others have more likely ended${percent === null ? '' : ` (it has by now to ${percent} %)`} or have waited longer`,
  overdue: 'it is overdue then',
  likely: 'its end is then likely enough to be worth a call',
  every: (time) => `it is running, and is checked every ${time}`,
  usual: (why, from, to) => `${why}; such jobs usually take ${to === null ? from : `${from} to ${to}`}`,
  duration,
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

/** Why a job is checked again. Null for one that is not. */
export function whyNextCheck(job: Job, known = NOTHING_KNOWN, words = WHY_NEXT_WORDS): string | null {
  if (!isWatched(job)) return null;
  const { state, history } = job;
  if (state === 'lost') return words.lost;
  const last = history.at(-1)?.reason as Reason | undefined;
  if (last === undefined) return words.fresh;
  return last === 'running' ? whyThen(job, known, words) : (words.seen[last] ?? words.other);
}

function whyThen(job: Job, known: Known, words: WhyNextWords): string {
  const why = whyRunning(job, known, words);
  const usual = known.learnt(job.report?.jobType ?? '')?.usual();
  if (!usual) return why;
  const [from, to] = usualRange(usual).map(words.duration) as [string, string];
  return words.usual(why, from, from === to ? null : to);
}

function whyRunning(job: Job, { policy, learnt, now }: Known, words: WhyNextWords): string {
  const plan = planFor(job, learnt);
  if (now - job.nextCheckAt >= LATE_MS)
    return words.scarce(plan && Math.round(plan.ended(sinceOf(job), now - startOf(job)) * 100));
  if (job.nextCheckAt === deadlineOf(job, policy, learnt)) return words.overdue;
  return policy.checkAuto && plan ? words.likely : words.every(words.duration(policy.checkEvery));
}
