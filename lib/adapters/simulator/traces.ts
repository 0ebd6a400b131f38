import { uuidOf } from './ids.ts';
import { invalid } from './invalid.ts';
import type { JobBook, SimulatedJob } from './jobs.ts';
import { standing, type Retention } from './life.ts';
import { render } from './render.ts';
import { cloudOf, recordedAs, serviceOf, submitsOf } from './submits.ts';
import { SYSTEMS, type SystemName, type TraceName } from './systems.ts';
import type { Body } from './systems/system.ts';
import type { TraceRaw, TraceScript } from './trace-script.ts';

interface Recorded {
  at: number;
  shownAt: number;
  body: Body;
}

export interface TraceBook {
  /** Throws InvalidInput for a project that no account has. */
  add(input: TraceRaw): Body;
  /** What is shown of a project now and happened between the two, the newest first. */
  of(system: TraceName, projectId: string, after: number, before: number): Recorded[];
  clear(): void;
}

interface Parts {
  jobs: JobBook;
  projects: readonly string[];
  /** Who has a project: the user whose calls those without a name are, and the account's id. */
  ownerOf(projectId: string): { user: string; domain: string };
  retention: (system: SystemName) => Retention;
  clock: () => number;
}

type IsShown = (at: number, shownAt: number) => boolean;

/** The cloud keeps traces for so long. */
const KEPT = 7 * 86_400_000;

/** What the Cloud Trace Service of each cloud has recorded. */
export function createTraceBook({ jobs, projects, ownerOf, retention, clock }: Parts): TraceBook {
  let added: (Recorded & { system: TraceName; projectId: string })[] = [];

  return {
    add({ system, projectId = projects[0]!, delayMs, trace }) {
      if (!projects.includes(projectId))
        throw invalid('projectId', `no account has this project; use one of ${projects.join(', ')}`);
      const now = clock();
      const at = typeof trace.time === 'number' ? trace.time : now;
      const body = { trace_id: uuidOf('trace', String(added.length)), time: now, ...trace };
      added.push({ system, projectId, at, shownAt: now + delayMs, body });
      return body;
    },
    of(system, projectId, after, before) {
      const now = clock();
      const isShown: IsShown = (at, shownAt) =>
        shownAt <= now && at > Math.max(after, now - KEPT) && at < before;
      const own = jobs
        .all()
        .filter((job) => cloudOf(job.system) === cloudOf(system) && job.projectId === projectId)
        .flatMap((job) => tracesOf(job, now, isShown));
      const others = added
        .filter((one) => one.system === system && one.projectId === projectId)
        .filter(({ at, shownAt }) => isShown(at, shownAt));
      return [...others, ...own].toSorted((a, b) => b.at - a.at);
    },
    clear: () => void (added = []),
  };

  /** Both traces of one call; the second once the job has ended, with the state of a sub-job where the service does it so. */
  function tracesOf(job: SimulatedJob, now: number, isShown: IsShown): Recorded[] {
    const { trace: script, submittedAt } = job;
    if (!script?.recorded) return [];
    const { delayMs, resultDelayMs = delayMs, copies } = script;
    const both: Recorded[] = [];
    // Only what is shown is written down: there may be thousands of jobs.
    const add = (at: number, late: number, responseOf: () => Body | null, rating: string): void => {
      const response = isShown(at, at + late) ? responseOf() : null;
      if (response) both.push({ at, shownAt: at + late, body: record(job, script, at, response, rating) });
    };
    add(submittedAt, delayMs, () => job.answer, 'normal');
    const endedAt = standing(job.life, submittedAt, now, FOR_EVER)?.endedAt ?? null;
    if (endedAt !== null) add(endedAt, resultDelayMs, () => resultOf(job, endedAt), ratingOf(job));
    return both.flatMap((one) => Array.from({ length: copies }, () => one));
  }

  function resultOf(job: SimulatedJob, endedAt: number): Body | null {
    const shown = render(job, endedAt, retention(job.system));
    if (!shown || serviceOf(job.system) !== 'ecs') return shown;
    return { ...shown, job_id: job.jobId.replace(/.{4}$/, 'ffff'), job_type: SYSTEMS[job.system].subJobType };
  }

  function record(job: SimulatedJob, script: TraceScript, at: number, response: Body, rating: string): Body {
    const { jobId, system, projectId } = job;
    const owner = ownerOf(projectId);
    const name = script.user ?? owner.user;
    const domain = { id: uuidOf('domain', owner.domain).replaceAll('-', ''), name: owner.domain };
    const user = { id: uuidOf('user', name).replaceAll('-', ''), name, domain };
    const [submit] = submitsOf(system);
    const written = (value: Body): unknown => (script.form === 'text' ? JSON.stringify(value) : value);
    return {
      trace_id: uuidOf('trace', jobId, String(at)),
      trace_name: script.operation ?? submit?.operation ?? 'createResource',
      trace_rating: rating,
      trace_type: 'ConsoleAction',
      service_type: recordedAs(system),
      resource_type: submit?.resourceType ?? 'resource',
      resource_name: script.name ?? '',
      resource_id: '',
      api_version: /^\/(v[\d.]+)\//.exec(submit?.path ?? '')?.[1] ?? '1.0',
      source_ip: '192.0.2.7',
      code: '200',
      request: script.form === 'text' ? '' : {},
      ...(script.response && { response: written(response) }),
      request_id: 'null',
      time: at,
      record_time: at,
      user: written(user),
      project_id: projectId,
      domain_id: domain.id,
      read_only: false,
    };
  }
}

const FOR_EVER: Retention = { endedMs: Infinity, unpaidMs: Infinity };
const ratingOf = ({ life }: SimulatedJob): string => (life.end === 'FAIL' ? 'warning' : 'normal');
