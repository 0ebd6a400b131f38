import { seesProject, type Token } from '../access/token.ts';
import { jobKey, type Job } from '../jobs/job.ts';
import type { ApiDeps, Tracked } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { invalid, refuse, type FieldProblem, type Refusal } from './problem.ts';
import type { Input } from './routes.ts';
import type { TrackResult } from './schemas.ts';
import { explanationView, jobView, summaryOf } from './views.ts';

type JobRoutes = 'trackJobs' | 'listJobs' | 'getJob' | 'deleteJob' | 'explainJob' | 'listEvents';
type TrackSpec = Exclude<Input<'trackJobs'>['body'], { jobs: unknown }>;

export function jobHandlers({ store, does }: ApiDeps): Handlers<JobRoutes> {
  /** A job of another project is as good as none: a limited token must not find out what there is. */
  const visible = async (token: Token, key: string): Promise<Job | null> => {
    const job = await store.jobs.get(key);
    return job && seesProject(token, job.projectId) ? job : null;
  };

  return {
    async trackJobs({ body }, { token }) {
      const many = 'jobs' in body;
      const specs = many ? body.jobs : [body];
      const foreign = specs.flatMap((spec, i) => (seesProject(token, spec.projectId) ? [] : [at(many, i)]));
      if (foreign.length > 0) return forbidden(foreign);
      const tracked = await does.track(specs.map(toSpec));
      if (many) return { status: 200, body: { results: tracked.map(resultOf) } };
      return one(tracked[0]!);
    },

    async listJobs({ query }, { token }) {
      const { state, origin, limit, cursor } = query;
      const page = await store.jobs.list({
        limit,
        ...(state && { state }),
        ...(origin && { prefix: `${origin}/` }),
        ...(cursor && { after: cursor }),
      });
      const rows = page.rows.filter((row) => seesProject(token, row.projectId));
      return { status: 200, body: { items: rows.map(summaryOf), next: page.next } };
    },

    async getJob({ params }, { token }) {
      const key = jobKey(params);
      const job = await visible(token, key);
      return job ? { status: 200, body: jobView(job) } : notTracked(key);
    },

    async deleteJob({ params }, { token }) {
      const key = jobKey(params);
      const outcome = (await visible(token, key)) ? await does.untrack(key) : 'not_tracked';
      if (outcome === 'removed') return { status: 204, body: null };
      if (outcome === 'not_tracked') return notTracked(key);
      const detail = 'Something about this job is just being announced. Ask again in a second.';
      return refuse('conflict', detail, { headers: { 'retry-after': '1' } });
    },

    async explainJob({ params }, { token }) {
      const key = jobKey(params);
      const explained = (await visible(token, key)) && (await does.explain(key));
      if (!explained) return notTracked(key);
      return { status: 200, body: explanationView(explained, token.projects === null) };
    },

    async listEvents({ query }, { token }) {
      const events = (await visible(token, query.job)) && (await does.eventsOf(query.job));
      return events ? { status: 200, body: { items: events, next: null } } : notTracked(query.job);
    },
  };
}

const notTracked = (key: string): Refusal => refuse('not_found', `${key} is not tracked.`);

const toSpec = ({ deadlineAt, ...spec }: TrackSpec): object => ({
  ...spec,
  ...(deadlineAt !== undefined && { deadlineAt: Date.parse(deadlineAt) }),
});

const at = (many: boolean, i: number): string => (many ? `jobs[${i}].projectId` : 'projectId');

function forbidden(fields: readonly string[]): Refusal {
  const problem = 'is a project that the token does not see';
  const fix = 'Use a token for this project.';
  const errors = fields.slice(0, 20).map((field): FieldProblem => ({ in: 'body', field, problem, fix }));
  return refuse('forbidden', `The token is limited to other projects: ${fields[0]}.`, { errors });
}

const resultOf = (tracked: Tracked): TrackResult =>
  tracked.outcome === 'refused'
    ? { outcome: 'refused', problems: tracked.problems.slice(0, 3) }
    : { outcome: tracked.outcome, key: tracked.job.key, state: tracked.job.state };

function one(tracked: Tracked) {
  if (tracked.outcome === 'refused') {
    const fix = 'See what is configured under origins.';
    return invalid(tracked.problems.map(({ field, problem }) => ({ in: 'body', field, problem, fix })));
  }
  const { key, state } = tracked.job;
  const body = { outcome: tracked.outcome, key, state };
  return tracked.outcome === 'tracked'
    ? { status: 201 as const, body, headers: { location: `/v1/jobs/${key}` } }
    : { status: 200 as const, body };
}
