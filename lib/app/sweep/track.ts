import { change, stop } from '../../core/change.ts';
import { differences, type Difference } from '../../core/jobs/differences.ts';
import { spread } from '../../core/jobs/due.ts';
import type { GroupWish } from '../../core/jobs/group.ts';
import { jobKey, newJob, type GroupRef, type Job, type JobSpec, type Named } from '../../core/jobs/job.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { checkSpec, MAX_NOTIFY, type SpecProblem } from '../../core/jobs/spec.ts';
import { idOfNamed, shownNotify, toNamed, type Seal } from '../../core/notify/notify.ts';
import type { Clock, Clouds, JobStore, Store, Telemetry } from '../../ports.ts';
import { joinGroup } from './join-group.ts';
import { tellGroup } from './tell-group.ts';

export interface TrackDeps {
  jobs: JobStore;
  clouds: Pick<Clouds, 'describe'>;
  clock: Clock;
  policy: Policy;
  telemetry: Telemetry;
  /** When the jobs were handed in, where that was before now: their deadline was to come then. Epoch milliseconds. */
  handedInAt?: number;
  /** What is wrong with a target that a job names; null: nothing. Without it, jobs name none. */
  notifyProblem?: (target: string) => Promise<string | null>;
  /** For URLs that jobs name. Null or left out: none can be kept. */
  seal?: Seal | null;
  /** Where groups are kept. Left out: jobs name none. */
  groups?: Pick<Store, 'groups' | 'members'>;
  /** The projects that names of groups are unique in: those that the submitter is limited to. Left out or null: all. */
  projects?: readonly string[] | null;
  /** Sends the end of a job to the targets that were named after it. */
  deliverEnd?: (job: Job, notify: Named[]) => Promise<void>;
}

export type Tracked =
  | { outcome: 'tracked'; job: Job }
  /** `added`: targets that get its messages from now on, too. `differs`: what this request says otherwise, and what stays. */
  | { outcome: 'already_tracked'; job: Job; added: string[]; differs: Difference[] }
  | { outcome: 'refused'; problems: SpecProblem[] };

/**
 * Takes jobs into the table. One that is tracked already gets the further targets of this request, which get the message of its
 * end also where it has ended before, and the group if it has none; all else of it stays, so submitting the same id again is
 * harmless. Answers in order; one refused spec does not keep the others out.
 */
export async function track(deps: TrackDeps, raws: readonly unknown[]): Promise<Tracked[]> {
  const checked = await grouped(deps, await Promise.all(raws.map((raw) => admit(deps, raw))));
  const admitted = checked.flatMap((c) => (c.outcome === 'admitted' ? [c.job] : []));
  const stored = await deps.jobs.create(admitted);
  const answers: Tracked[] = [];
  let next = 0;
  // One after the other: the same job may be there twice, and changes to one row do not go side by side.
  for (const c of checked) {
    if (c.outcome === 'refused') {
      answers.push(c);
      continue;
    }
    const { outcome, row } = stored[next++]!;
    if (outcome === 'existed') {
      answers.push(await again(deps, c, row));
      continue;
    }
    deps.telemetry.line('info', 'job.tracked', {
      job: row.key,
      name: row.name,
      ...(row.group && { group: row.group.key }),
      nextCheckAt: row.nextCheckAt,
    });
    answers.push({ outcome: 'tracked', job: row });
  }
  return answers;
}

/** New jobs join their groups before they are stored, all of one group together. */
async function grouped(deps: TrackDeps, all: readonly Admission[]): Promise<Admission[]> {
  const wishes = new Map<string, GroupWish>();
  const wanting = new Map<string, string[]>();
  for (const one of all) {
    if (one.outcome === 'refused' || !one.wish || (await deps.jobs.get(one.job.key))) continue;
    const { name } = one.wish;
    wishes.set(name, { ...wishes.get(name), ...one.wish });
    wanting.set(name, [...(wanting.get(name) ?? []), one.job.key]);
  }
  const joined = new Map<string, GroupRef>();
  for (const [name, wish] of wishes) {
    const keys = [...new Set(wanting.get(name))];
    const ref = await joinGroup(groupDeps(deps), wish, keys);
    for (const key of keys) joined.set(key, ref);
  }
  return all.map((one) => {
    const group = one.outcome === 'admitted' ? joined.get(one.job.key) : undefined;
    return one.outcome === 'admitted' && group ? { ...one, job: { ...one.job, group } } : one;
  });
}

const groupDeps = ({ groups, clock }: TrackDeps) => ({ ...groups!, clock });

/**
 * 1. puts the group and the targets into the row that it does not name yet, by a conditional write;
 * 2. sends them the end of the job, if it has ended. Killed in between, the next submission does it: it sends to all targets
 *    that `given` names, and none gets the message twice.
 */
async function again(deps: TrackDeps, { job: given, wish }: Admitted, there: Job): Promise<Tracked> {
  const wanted = given.notify ?? [];
  // One that is in a group stays there.
  const isNew = wish && !there.group;
  const group = isNew ? (given.group ?? (await joinGroup(groupDeps(deps), wish, [there.key]))) : undefined;
  let added: Named[] = [];
  const naming = (row: Job | null) => {
    // Somebody removed it meanwhile.
    if (!row) return given;
    const named = row.notify ?? [];
    const known = new Set(named.map(idOfNamed));
    added = wanted.filter((one) => !known.has(idOfNamed(one)));
    // Of one that has ended everybody has heard.
    const outlived = given.outlived && row.state === 'outstanding' ? { outlived: given.outlived } : {};
    const isSame = !('outlived' in outlived) || row.outlived === outlived.outlived;
    const marked = isSame ? row : { ...row, ...outlived };
    const joining = group && !marked.group ? { ...marked, group } : marked;
    if (added.length === 0) return joining;
    if (named.length + added.length > MAX_NOTIFY) return stop(tooMany(named.length));
    return { ...joining, notify: [...named, ...added] };
  };
  const changed = await change(deps.jobs, given.key, naming, there);
  if (changed.outcome === 'stopped') return refuse('notify', changed.why);
  if (changed.outcome !== 'saved' && changed.outcome !== 'unchanged')
    throw new Error(`${given.key} is changed by others all the time; hand it in again`);
  const row = changed.row!;
  if (changed.outcome === 'saved' && !changed.before) return { outcome: 'tracked', job: row };
  if (group && row.group?.key === group.key && row.emitted.length > 0) await tellGroup(groupDeps(deps), row);
  if (wanted.length > 0 && row.state !== 'outstanding') await deps.deliverEnd?.(row, wanted);
  if (added.length > 0)
    deps.telemetry.line('info', 'job.notify_added', { job: row.key, added: added.length });
  return {
    outcome: 'already_tracked',
    job: row,
    added: added.map(shownNotify),
    differs: differences(given, row, wish?.name),
  };
}

const tooMany = (there: number): string =>
  `would name more than ${MAX_NOTIFY} for this job, which is tracked already and names ${there}`;

type Admitted = { outcome: 'admitted'; job: Job; wish?: GroupWish };
type Admission = Admitted | { outcome: 'refused'; problems: SpecProblem[] };

async function admit(deps: TrackDeps, raw: unknown): Promise<Admission> {
  const checked = checkSpec(raw);
  if (!checked.ok) return { outcome: 'refused', problems: checked.problems };
  const origin = deps.clouds.describe(checked.spec.origin);
  if (!origin) return refuse('origin', `'${checked.spec.origin}' is not configured`);
  const {
    notify = [],
    group,
    expect,
    ...spec
  } = {
    ...checked.spec,
    projectId: checked.spec.projectId ?? origin.projectId,
  };
  if (spec.projectId !== origin.projectId) {
    return refuse(
      'projectId',
      `'${spec.origin}' asks for project ${origin.projectId}; its credentials see no other`,
    );
  }
  if (group === undefined && expect !== undefined)
    return refuse('expect', 'is said without a group; write the name of one, or leave it out');
  if (group !== undefined && !deps.groups) return refuse('group', 'cannot be given here');
  const problems = await notifyProblems(deps, notify);
  if (problems.length > 0) return { outcome: 'refused', problems };
  const now = deps.clock();
  const late = await lateDeadline(deps, spec, Math.min(deps.handedInAt ?? now, now));
  if (late) return refuse('deadlineAt', late);
  const key = `${spec.origin}/${spec.jobId}`;
  const job = newJob(spec, origin.info, now, spread(key, now, deps.policy.firstCheck));
  const wish = group === undefined ? {} : { wish: wishOf(deps, spec, group, expect) };
  if (notify.length === 0) return { outcome: 'admitted', job, ...wish };
  const named = new Map(
    notify.map((text) => namedOf(deps, text, job.key)).map((one) => [idOfNamed(one), one]),
  );
  return { outcome: 'admitted', job: { ...job, notify: [...named.values()] }, ...wish };
}

const wishOf = (
  { projects }: TrackDeps,
  { requestedBy }: Pick<JobSpec, 'requestedBy'>,
  name: string,
  expect: number | undefined,
): GroupWish => ({
  projects: projects ? [...projects] : null,
  name,
  requestedBy: requestedBy ?? null,
  ...(expect !== undefined && { expect }),
});

/** A job whose deadline has passed would be overdue at once. Handing one in again that is tracked stays harmless. */
async function lateDeadline(
  { jobs }: TrackDeps,
  spec: Parameters<typeof jobKey>[0] & { deadlineAt?: number },
  now: number,
): Promise<string | null> {
  if (spec.deadlineAt === undefined || spec.deadlineAt > now || (await jobs.get(jobKey(spec)))) return null;
  const [at, clock] = [spec.deadlineAt, now].map((ms) => new Date(ms).toISOString());
  return `${at} is in the past (it is ${clock}); write a time that is still to come, or leave it out`;
}

function namedOf({ seal }: TrackDeps, text: string, jobKey: string): Named {
  return toNamed(text, jobKey, seal ?? noSeal);
}
/** Never called: `notifyProblem` refuses a URL where no key is configured. */
const noSeal: Seal = () => {
  throw new Error('a URL that a job names cannot be kept without a key');
};

async function notifyProblems(deps: TrackDeps, targets: readonly string[]): Promise<SpecProblem[]> {
  const problems = await Promise.all(targets.map(deps.notifyProblem ?? (async () => 'cannot be given here')));
  return problems.flatMap((problem) => (problem === null ? [] : [{ field: 'notify', problem }]));
}

const refuse = (field: string, problem: string): { outcome: 'refused'; problems: SpecProblem[] } => ({
  outcome: 'refused',
  problems: [{ field, problem }],
});
