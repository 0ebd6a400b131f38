import { hasScope, seesProject, type Token } from '../../../core/access/token.ts';
import type { Difference } from '../../../core/jobs/differences.ts';
import { SUBSCRIPTION_FORMS } from '../../channels/registry.ts';
import type { ApiDeps, Tracked } from '../deps.ts';
import type { Caller } from '../handlers.ts';
import { originFix } from '../origins/unknown-origins.ts';
import { invalid, refuse, type FieldProblem, type Refusal } from '../problem.ts';
import type { Input } from '../routes.ts';
import type { TrackResult } from './answers.ts';
import { notifyProblem, type NotifyProblem } from './notify-problem.ts';

export type TrackSpec = Exclude<Input<'trackJobs'>['body'], { jobs: unknown }>;

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

/** What is answered to one that came alone. */
export function one(result: TrackResult) {
  if (result.outcome === 'refused') return invalid(result.problems.map((it) => ({ in: 'body', ...it })));
  return result.outcome === 'tracked'
    ? { status: 201 as const, body: result, headers: { location: `/v1/jobs/${result.key}` } }
    : { status: 200 as const, body: result };
}
