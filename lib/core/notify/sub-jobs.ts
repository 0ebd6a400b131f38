import type { JobData } from '../jobs/event.ts';
import { actionOf } from './action.ts';
import { clause, line } from './message-content.ts';
import type { Wording } from './wording.ts';

type FailedSubJob = NonNullable<JobData['error']>['subJobs'][number];

/** Of the ids of one reason. */
const IDS = 5;

/** Sub-jobs that failed for the same reason are one line, the most frequent reason first. */
export function failedLines({ job, error }: JobData, { lang, texts }: Wording): string[] {
  const groups = Object.values(Object.groupBy(error?.subJobs ?? [], groupOf)) as FailedSubJob[][];
  return groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => {
      const [first] = group as [FailedSubJob];
      const action = clause(actionOf(job.service, first.jobType, lang) || texts.job.subJob);
      const many = texts.job.times(group.length, action);
      const why = [line(first.code), line(first.reason)].filter(Boolean).join(': ');
      const ids = group.map(({ jobId }) => line(jobId)).filter(Boolean);
      const told = why ? texts.labelled(many, why) : many;
      return ids.length > 0
        ? texts.job.ids(told, texts.job.some(ids.slice(0, IDS), Math.max(0, ids.length - IDS)))
        : told;
    });
}

/** By code where there is one: the words beside it may name each resource. */
const groupOf = ({ code, reason, jobType }: FailedSubJob): string =>
  JSON.stringify([line(jobType), line(code), line(code) ? '' : line(reason)]);
