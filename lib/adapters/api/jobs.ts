import { hasScope, seesProject, type Token } from '../../core/access/token.ts';
import type { Difference } from '../../core/jobs/differences.ts';
import { jobKey, type Job } from '../../core/jobs/job.ts';
import { SUBSCRIPTION_FORMS } from '../channels/registry.ts';
import { fitsEvent, fitsJob, isNarrow, type JobFilter } from '../../core/jobs/filter.ts';
import type { ApiDeps, Tracked } from './deps.ts';
import type { Caller, Handlers } from './handlers.ts';
import { notifyProblem, type NotifyProblem } from './job-notify.ts';
import { busy, invalid, isRefusal, refuse, type FieldProblem, type Refusal } from './problem.ts';
import type { Input } from './routes.ts';
import type { TrackResult } from './answers.ts';
import { originFix } from './unknown-origins.ts';
import { explanationView, jobView, summaryOf } from './views.ts';

type JobRoutes = 'trackJobs' | 'listJobs' | 'getJob' | 'deleteJob' | 'explainJob' | 'listEvents';
export type TrackSpec = Exclude<Input<'trackJobs'>['body'], { jobs: unknown }>;
type JobsQuery = Input<'listJobs'>['query'];

/** What becomes of each, in order; `many`: they came as a list. */
export async function trackSpecs(
  deps: ApiDeps,
  { token, traceparent }: Pick<Caller, 'token' | 'traceparent'>,
  specs: readonly TrackSpec[],
  many: boolean,
): Promise<TrackResult[] | Refusal> {
  const { useCases, origins, owner } = deps;
  /** An origin has one project, so it need not be named; that of an origin which is not there nobody sees. */
  const projectOf = (spec: TrackSpec): string | undefined =>
    spec.projectId ?? origins.find(({ name }) => name === spec.origin)?.projectId;
  const mayTrack = (spec: TrackSpec): boolean => {
    const projectId = projectOf(spec);
    return projectId === undefined ? token.projects === null : seesProject(token, projectId);
  };
  const foreign = specs.flatMap((spec, i) => (mayTrack(spec) ? [] : [at(many, i)]));
  if (foreign.length > 0) return forbidden(foreign);
  const problems = await Promise.all(specs.map(({ notify }) => notifyProblem(deps, token, notify)));
  const admitted = specs.filter((_, i) => problems[i] === null);
  // On the command line nobody has a name of their own.
  const requestedBy = owner ? undefined : token.name;
  const tracked = await useCases.track(
    admitted.map((spec) => ({
      ...(requestedBy !== undefined && { requestedBy }),
      ...(traceparent !== undefined && { traceparent }),
      ...toSpec(spec, projectOf(spec)),
    })),
    token.projects,
  );
  let next = 0;
  const known = origins.filter(({ projectId }) => seesProject(token, projectId));
  return problems.map((problem, i) =>
    resultOf(
      problem ? { outcome: 'refused', problems: [problem] } : tracked[next++]!,
      originFix(specs[i]!.origin, known),
      token,
    ),
  );
}

const filterOf = ({
  label = [],
  name,
  group,
  since,
  idEnd,
}: Omit<JobsQuery, 'limit' | 'cursor'>): JobFilter => ({
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

export function jobHandlers(deps: ApiDeps): Handlers<JobRoutes> {
  const { store, useCases, origins } = deps;

  /** A job of another project is as good as none: a limited token must not find out what there is. */
  const visible = async (token: Token, key: string): Promise<Job | null> => {
    const job = await store.jobs.get(key);
    return job && seesProject(token, job.projectId) ? job : null;
  };

  /** Of a job id the rows there can be are known by their keys: no list is searched. */
  async function ofJobId(token: Token, query: JobsQuery): Promise<Job[]> {
    const { jobId, origin, state, limit } = query;
    const filter = filterOf(query);
    const { since = 0 } = filter;
    const places = origins.filter(({ name }) => origin === undefined || name === origin);
    const keys = places.map(({ name, projectId }) => jobKey({ origin: name, projectId, jobId: jobId! }));
    const found = await Promise.all(keys.map((key) => visible(token, key)));
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
      const job = await visible(token, key);
      return job ? { status: 200, body: jobView(job) } : notTracked(key);
    },

    async deleteJob({ params }, { token }) {
      const key = jobKey(params);
      const outcome = (await visible(token, key)) ? await useCases.untrack(key) : 'not_tracked';
      if (outcome === 'removed') return { status: 204, body: null };
      if (outcome === 'not_tracked') return notTracked(key);
      if (outcome === 'gave_up') return busy;
      const detail = 'An event of this job is being published. Try again in a second.';
      return refuse('conflict', detail, { headers: { 'retry-after': '1' } });
    },

    async explainJob({ params }, { token }) {
      const key = jobKey(params);
      const explained = (await visible(token, key)) && (await useCases.explain(key));
      if (!explained) return notTracked(key);
      return { status: 200, body: explanationView(explained, token.projects === null) };
    },

    async listEvents({ query }, { token, signal }) {
      const { job, limit, after, wait = 0 } = query;
      const filter = filterOf(query);
      if (job !== undefined) {
        const all = (await visible(token, job)) && (await useCases.eventsOf(job));
        const items = all?.filter((event) => fitsEvent(filter, event));
        return items ? { status: 200, body: { items: items.slice(0, limit), next: null } } : notTracked(job);
      }
      const page = { limit, projects: token.projects, filter };
      if (after === undefined) {
        const items = await useCases.newestEvents(page);
        return { status: 200, body: { items, next: items[0]?.metadata.id ?? null } };
      }
      const items = await useCases.feed({
        ...page,
        after: after || null,
        waitMs: wait * 1_000,
        // A request that does not wait need not know whether its sender has gone.
        signal: wait > 0 ? signal() : undefined,
      });
      if (!items) return cursorExpired(after);
      return { status: 200, body: { items, next: items.at(-1)?.metadata.id ?? (after || null) } };
    },
  };
}

const notTracked = (key: string): Refusal => refuse('not_found', `${key} is not tracked.`);

const cursorExpired = (after: string): Refusal =>
  refuse(
    'cursor_expired',
    `The event ${after} is not kept, or this token does not see it, so events behind it may be missing. ` +
      "Leave 'after' empty to begin with the oldest event that is kept, or leave it out for the newest.",
  );

const toSpec = ({ deadlineAt, ...spec }: TrackSpec, projectId: string | undefined): object => ({
  ...spec,
  ...(projectId !== undefined && { projectId }),
  ...(deadlineAt !== undefined && { deadlineAt: Date.parse(deadlineAt) }),
});

const at = (many: boolean, i: number): string => (many ? `jobs[${i}].projectId` : 'projectId');

function forbidden(fields: readonly string[]): Refusal {
  const problem = 'is a project that the token does not see';
  const fix = 'Use a token for this project.';
  const errors = fields.slice(0, 20).map((field): FieldProblem => ({ in: 'body', field, problem, fix }));
  return refuse('forbidden', `The token is limited to other projects: ${fields[0]}.`, { errors });
}

type Result = Tracked | { outcome: 'refused'; problems: NotifyProblem[] };

function resultOf(result: Result, ofOrigin: string, token: Token): TrackResult {
  if (result.outcome === 'refused') {
    const problems = result.problems.slice(0, 3);
    return {
      outcome: 'refused',
      problems: problems.map((problem) => ({ fix: FIXES[problem.field] ?? ofOrigin, ...problem })),
    };
  }
  const { outcome, job } = result;
  const { key, state } = job;
  const group = job.group && { group: job.group };
  if (outcome === 'tracked') return { outcome, key, state, ...group };
  const { added, differs } = result;
  return {
    outcome,
    key,
    state,
    ...group,
    ...(added.length > 0 && { added }),
    ...(differs.length > 0 && { warnings: differs.map((it) => warningOf(it, token)) }),
  };
}

/** What others said of the job is for those who may read. */
const warningOf = ({ field, stays }: Difference, token: Token) => ({
  field,
  problem: hasScope(token, 'read')
    ? `differs; the job was tracked before and ${stays === null ? 'keeps none' : `keeps ${stays}`}`
    : 'differs; the job was tracked before and stays as it was',
  fix: 'Nothing need be done. Where it matters, remove the job and track it again.',
});

const FIXES: Record<string, string> = {
  projectId: 'Leave it out: the project of the origin is taken.',
  notify: `Write ${SUBSCRIPTION_FORMS} of a subscription, or https://HOST/PATH.`,
};

function one(result: TrackResult) {
  if (result.outcome === 'refused') return invalid(result.problems.map((it) => ({ in: 'body', ...it })));
  return result.outcome === 'tracked'
    ? { status: 201 as const, body: result, headers: { location: `/v1/jobs/${result.key}` } }
    : { status: 200 as const, body: result };
}
