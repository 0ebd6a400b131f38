import { parseJson } from '../../core/parse-json.ts';
import type { Controls } from './controls.ts';
import { json, type Answer, type Call } from './exchange.ts';
import { InvalidInput, invalid } from './invalid.ts';
import type { SimulatedJob } from './jobs.ts';
import { SYSTEMS } from './systems.ts';

/** Messages of SMN, which the test that orders them posts itself. */
interface Pushes {
  ca(): string;
  confirmed(): string[];
  message(order: unknown): object;
}

type Route = (body: unknown) => Answer;
const done = (): Answer => json(200, {});

/** The controls over HTTP, under `/_simulator`; `path` is without that prefix. */
export function createControlApi(controls: Controls, smn: Pushes) {
  const routes: Record<string, Route> = {
    'POST /jobs': (body) => json(201, submitted(controls.submitJob(body))),
    'GET /jobs': () => json(200, { jobs: controls.jobs() }),
    'POST /faults': (body) => json(201, controls.setFault(body)),
    'GET /faults': () => json(200, { faults: controls.faults() }),
    'DELETE /faults': () => (controls.clearFaults(), done()),
    'POST /quotas': (body) => json(201, controls.setQuota(body)),
    'GET /quotas': () => json(200, { quotas: controls.quotas() }),
    'DELETE /quotas': () => (controls.liftQuotas(), done()),
    'POST /traces': (body) => json(201, controls.addTrace(body)),
    'DELETE /tokens': () => json(200, { revoked: controls.revokeTokens() }),
    'POST /smn': (body) => json(201, smn.message(body)),
    'GET /smn': () => json(200, { ca: smn.ca(), confirmed: smn.confirmed() }),
    'GET /requests': () => json(200, controls.requests()),
    'POST /reset': () => (controls.reset(), done()),
  };
  const known = Object.keys(routes).join(', ');

  return (call: Call, path: string): Answer => {
    const route = routes[`${call.method} ${path}`];
    if (!route) return json(404, { error: `no ${call.method} ${path} under /_simulator, only ${known}` });
    try {
      return route(bodyOf(call));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return json(400, { error: 'invalid input', problems: error.problems });
    }
  };
}

/** As the clouds answer a submit call. */
export function submitted({ system, jobId, projectId }: SimulatedJob): Record<string, string> {
  const uri = SYSTEMS[system].submitUri?.(jobId, projectId);
  return { job_id: jobId, ...(uri ? { uri } : {}) };
}

/** Undefined: there is none. */
function bodyOf({ body }: Call): unknown {
  const value = parseJson(body.toString());
  if (value === undefined && body.length > 0) throw invalid('(body)', 'is not JSON');
  return value;
}
