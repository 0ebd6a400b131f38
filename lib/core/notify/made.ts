import { isRecord } from '../is-record.ts';
import type { JobData } from '../jobs/event.ts';
import { line } from './message-content.ts';
import type { Wording } from './wording.ts';

/** Of the ids of one kind. */
const IDS = 5;
/** A job of these leaves nothing behind that was made. */
const REMOVES = /delete|release|detach|remove|stop/i;

/**
 * What was made, by its ids, and what the job worked on otherwise. Sub-jobs list what they made, whatever became of the others;
 * of what the job itself names only a success says that it is there.
 */
export function madeFacts(data: JobData, { texts }: Pick<Wording, 'texts'>): [string, string | null][] {
  const { entities, subJobs, outcome, job } = data;
  const { made, workedOn } = texts.labels;
  const own = idsOf([entities]);
  const ofSubJobs = idsOf(Array.isArray(entities['sub_jobs']) ? entities['sub_jobs'] : []);
  const whole = outcome === 'succeeded' && subJobs.failed === 0;
  if (REMOVES.test(job.jobType ?? '')) return [[workedOn, words([...own, ...ofSubJobs], texts)]];
  return whole
    ? [[made, words([...own, ...ofSubJobs], texts)]]
    : [
        [made, words(ofSubJobs, texts)],
        [workedOn, words(own, texts)],
      ];
}

/** What to take over by its id: the first that a job has made. Null where it removes, or names none. */
export function madeId({ entities, job }: JobData): string | null {
  const inSubJobs = Array.isArray(entities['sub_jobs']) ? entities['sub_jobs'] : [];
  const [first] = REMOVES.test(job.jobType ?? '') ? [] : idsOf([entities, ...inSubJobs]);
  return first?.[1] ?? null;
}

type Id = [name: string, id: string];

const idsOf = (all: readonly unknown[]): Id[] =>
  all.filter(isRecord).flatMap((entities) =>
    Object.entries(entities)
      .filter(([name, value]) => /(_id|Id|ID)$/.test(name) && isId(value))
      .map(([name, value]): Id => [line(name), String(value)]),
  );
const isId = (value: unknown): boolean => typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value);

/** `server_id a, b and 7 more; nic_id c` */
function words(ids: readonly Id[], { job }: Wording['texts']): string | null {
  const byName = Map.groupBy(ids, ([name]) => name);
  const told = [...byName].map(([name, of]) => {
    const distinct = [...new Set(of.map(([, id]) => id))];
    return `${name} ${job.some(distinct.slice(0, IDS), Math.max(0, distinct.length - IDS))}`;
  });
  return told.length > 0 ? told.join('; ') : null;
}
