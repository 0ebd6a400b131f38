import type { Gate } from './auth.ts';
import { flat, json, unknownApi, unknownJob, type Answer, type Call } from './exchange.ts';
import type { JobBook } from './jobs.ts';
import type { Retention } from './life.ts';
import { render } from './render.ts';
import { SYSTEMS, type SystemName } from './systems.ts';

export interface Asked {
  version: string;
  projectId: string;
  jobId: string;
}

/** Null for every path that is not a job query to the letter; a trailing slash is enough to miss it. */
export function parsePath(path: string): Asked | null {
  const match = /^\/(v[\d.]+)\/([A-Za-z0-9-]+)\/jobs\/([A-Za-z0-9-]+)$/.exec(path);
  return match && { version: match[1]!, projectId: match[2]!, jobId: match[3]! };
}

/** The job query of one system, in the order of the real ones: route, then credentials, then project, then job. */
export function createJobQuery(gate: Gate, jobs: JobBook, retention: Retention, clock: () => number) {
  return (name: SystemName, call: Call, asked: Asked | null): Answer => {
    if (call.method !== 'GET' || asked?.version !== SYSTEMS[name].version) return unknownApi(call);
    const admission = gate(call);
    if (!admission.admitted) return admission.answer;
    if (!admission.projects.includes(asked.projectId)) {
      return flat(400, 'Common.0018', 'The project ID in the URL is different from that in the token.');
    }
    const job = jobs.find(name, asked.projectId, asked.jobId);
    const body = job && render(job, clock(), retention);
    return body ? json(200, body) : unknownJob();
  };
}
