import type { Gate } from './auth.ts';
import { json, throttled, unknownApi, type Answer, type Call } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { JobBook, SimulatedJob } from './jobs.ts';
import type { Retention } from './life.ts';
import type { Quotas } from './quotas.ts';
import { render } from './render.ts';
import { knowsNone, projectsOf, SYSTEM_NAMES, SYSTEMS, type SystemName } from './systems.ts';
import type { Body, System } from './systems/system.ts';
import { TRANSFORMS } from './transforms.ts';

export interface Asked {
  projectId: string;
  /** Null: about all jobs of the project. */
  jobId: string | null;
}
type Route = (path: string, query: string) => Asked | null;

const ID = '([A-Za-z0-9-]+)';

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{\w+\}/g, ID).replaceAll('.', '\\.')}$`);

/** Of a job query's path, as `/v1/{project_id}/jobs/{job_id}` or with `?id={job_id}` at its end. */
function routeOf(template: string): Route {
  const [path = '', parameter] = template.split('?');
  const name = parameter?.split('=')[0];
  const pattern = patternOf(path);
  return (asked, query) => {
    const [, projectId, inPath] = pattern.exec(asked) ?? [];
    const jobId = name ? (new URLSearchParams(query).get(name) ?? '') : inPath;
    return projectId === undefined || jobId === undefined ? null : { projectId, jobId };
  };
}

const ROUTES = Object.fromEntries(SYSTEM_NAMES.map((name) => [name, routeOf(SYSTEMS[name].path)]));

/** Null for every path that is neither a job query nor a list to the letter; a trailing slash is enough to miss it. */
export function parsePath(system: SystemName, path: string, query: string): Asked | null {
  const { list }: System = SYSTEMS[system];
  const [, projectId] = list ? (patternOf(list.path).exec(path) ?? []) : [];
  return projectId === undefined ? ROUTES[system]!(path, query) : { projectId, jobId: null };
}

/** Where no limit is given, and the largest there is. */
const PAGE = { usual: 1_000, most: 2_000 };

/** The newest first. */
function listed(all: SimulatedJob[], { query }: Call): SimulatedJob[] {
  const limit = Number(new URLSearchParams(query).get('limit') ?? PAGE.usual);
  return all.toSorted((a, b) => b.submittedAt - a.submittedAt).slice(0, Math.min(limit, PAGE.most));
}

interface Parts {
  gate: Gate;
  quotas: Quotas;
  jobs: JobBook;
  retention: (system: SystemName) => Retention;
  clock: () => number;
}

/** The job query of one system, in the order of the real ones: route, credentials, quota, project, job. */
export function createJobQuery({ gate, quotas, jobs, retention, clock }: Parts) {
  return (name: SystemName, call: Call, asked: Asked | null, fault: Fault | null): Answer => {
    const { error, list }: System = SYSTEMS[name];
    const transform = fault ? TRANSFORMS[fault.fault] : {};
    if (call.method !== 'GET' || !asked) return unknownApi(call);
    const admission = gate(call, fault ? (transform.skew?.(fault) ?? 0) : 0);
    if (!admission.admitted) return admission.answer;
    const rule = quotas.count(name, admission.account.user);
    if (rule) return throttled(call, rule);
    if (!projectsOf(name, admission).includes(asked.projectId)) {
      const message = 'The project ID in the URL is different from that in the token.';
      return error(400, 'Common.0018', message, call);
    }
    const shown = (one: SimulatedJob): Body | null => render(one, clock(), retention(name), transform.show);
    if (asked.jobId === null) {
      const all = jobs.all().filter((one) => one.system === name && one.projectId === asked.projectId);
      return json(
        200,
        list!.show(
          listed(all, call)
            .map(shown)
            .filter((one) => one !== null),
        ),
      );
    }
    const job = jobs.find(name, asked.projectId, asked.jobId);
    const body = job && shown(job);
    return body ? json(200, body) : knowsNone(name, call);
  };
}
