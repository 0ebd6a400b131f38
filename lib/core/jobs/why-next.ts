import { isWatched } from './due.ts';
import type { Job } from './job.ts';
import type { Reason } from './transition.ts';

/** What may have been seen last of a job that is still outstanding. */
const WHY: Partial<Record<Reason, string>> = {
  running: 'it goes on',
  awaiting_payment: 'it waits for payment',
  not_found_yet: 'the cloud does not know it, which must last before it is believed',
  throttled: 'the cloud was asked too often',
  denied: 'the cloud did not let the question in',
  misrouted: 'the question did not reach the service',
  unavailable: 'the cloud did not answer',
  malformed: 'the answer could not be read',
  not_checked: 'its origin is in trouble and was not asked',
};

/** Why a job is looked at again, to go on after "because". Null for one that is not. */
export function whyNextCheck(job: Job): string | null {
  if (!isWatched(job)) return null;
  const { state, history } = job;
  if (state === 'lost') return 'it may turn up again';
  const last = history.at(-1);
  return last ? (WHY[last.reason as Reason] ?? 'it has not ended') : 'it has not been looked at yet';
}
