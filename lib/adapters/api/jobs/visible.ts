import { seesProject, type Token } from '../../../core/access/token.ts';
import type { JobFilter } from '../../../core/jobs/filter.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse, type Refusal } from '../problem.ts';
import type { Input } from '../routes.ts';

/** A job of another project is answered like one that does not exist: a limited token must not find out what there is. */
export async function visibleJob(
  { store }: Pick<ApiDeps, 'store'>,
  token: Token,
  key: string,
): Promise<Job | null> {
  const job = await store.jobs.get(key);
  return job && seesProject(token, job.projectId) ? job : null;
}

export const notTracked = (key: string): Refusal => refuse('not_found', `${key} is not tracked.`);

/** Which jobs, or events of them, a query asks for. */
export const filterOf = ({
  label = [],
  name,
  group,
  since,
  idEnd,
}: Omit<Input<'listJobs'>['query'], 'limit' | 'cursor'>): JobFilter => ({
  labels: Object.fromEntries([label].flat().map((text) => splitLabel(text))),
  name,
  group,
  idEnd,
  since: since === undefined ? undefined : Date.parse(since),
});
function splitLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
