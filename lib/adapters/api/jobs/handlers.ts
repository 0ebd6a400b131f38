import { seesProject, type Token } from '../../../core/access/token.ts';
import { fitsJob, isNarrow } from '../../../core/jobs/filter.ts';
import { jobKey, type Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, isRefusal, refuse } from '../problem.ts';
import type { Input } from '../routes.ts';
import { one, trackSpecs } from './track.ts';
import { explanationView, jobView, summaryOf } from './views.ts';
import { filterOf, notTracked, visibleJob } from './visible.ts';

type JobRoutes = 'trackJobs' | 'listJobs' | 'getJob' | 'deleteJob' | 'explainJob';
type JobsQuery = Input<'listJobs'>['query'];

export function jobHandlers(deps: ApiDeps): Handlers<JobRoutes> {
  const { store, useCases, origins } = deps;

  /** Of a job id the rows there can be are known by their keys: no list is searched. */
  async function ofJobId(token: Token, query: JobsQuery): Promise<Job[]> {
    const { jobId, origin, state, limit } = query;
    const filter = filterOf(query);
    const { since = 0 } = filter;
    const places = origins.filter(({ name }) => origin === undefined || name === origin);
    const keys = places.map(({ name, projectId }) => jobKey({ origin: name, projectId, jobId: jobId! }));
    const found = await Promise.all(keys.map((key) => visibleJob(deps, token, key)));
    return found
      .filter((job) => job !== null)
      .filter((job) => job.createdAt >= since && fitsJob(filter, job))
      .filter((job) => state === undefined || job.state === state)
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit);
  }

  return {
    async trackJobs({ body }, caller) {
      const many = 'jobs' in body;
      const results = await trackSpecs(deps, caller, many ? body.jobs : [body], many);
      if (isRefusal(results)) return results;
      return many ? { status: 200, body: { results } } : one(results[0]!);
    },

    async listJobs({ query }, { token }) {
      if (query.jobId !== undefined) {
        const rows = await ofJobId(token, query);
        return { status: 200, body: { items: rows.map(summaryOf), next: null } };
      }
      const { state, origin, limit, cursor } = query;
      const filter = filterOf(query);
      const isMeant = (row: Job): boolean => seesProject(token, row.projectId) && fitsJob(filter, row);
      const page = await store.jobs.list({
        limit,
        ...(state && { state }),
        ...(origin && { prefix: `${origin}/` }),
        ...(cursor && { after: cursor }),
        ...((token.projects || isNarrow(filter)) && { only: isMeant }),
        ...(filter.since !== undefined && { since: filter.since }),
      });
      return { status: 200, body: { items: page.rows.map(summaryOf), next: page.next } };
    },

    async getJob({ params }, { token }) {
      const key = jobKey(params);
      const job = await visibleJob(deps, token, key);
      return job ? { status: 200, body: jobView(job) } : notTracked(key);
    },

    async deleteJob({ params }, { token }) {
      const key = jobKey(params);
      const outcome = (await visibleJob(deps, token, key)) ? await useCases.untrack(key) : 'not_tracked';
      if (outcome === 'removed') return { status: 204, body: null };
      if (outcome === 'not_tracked') return notTracked(key);
      if (outcome === 'gave_up') return busy;
      const detail = 'An event of this job is being published. Try again in a second.';
      return refuse('conflict', detail, { headers: { 'retry-after': '1' } });
    },

    async explainJob({ params }, { token }) {
      const key = jobKey(params);
      const explained = (await visibleJob(deps, token, key)) && (await useCases.explain(key));
      if (!explained) return notTracked(key);
      return { status: 200, body: explanationView(explained, token.projects === null) };
    },
  };
}
