import { isRecord } from '../../core/is-record.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Gate } from './auth.ts';
import { json, type Answer, type Call } from './exchange.ts';
import { invalid, InvalidInput, parse } from './invalid.ts';
import type { JobBook } from './jobs.ts';
import { submission } from './submission.ts';
import { cloudOf, findSubmit, recordedAs, type Submit } from './submits.ts';
import { projectsOf, SYSTEMS, type SystemName, type TraceName } from './systems.ts';
import type { TraceBook } from './traces.ts';

interface Parts {
  gate: Gate;
  jobs: JobBook;
  traces: TraceBook;
}

/** What a job does of which nobody says more. */
const LIFE = { end: 'SUCCESS', runMs: 120_000 };
/** Says, as JSON, what else a submitted job has: `life`, `jobType`, `trace`. */
const SCRIPT = 'x-simulator';

/** The calls that start jobs, as far as a client needs them: name and id go in, the job's id comes out. Null: it is none of them. */
export function createSubmissions({ gate, jobs, traces }: Parts) {
  return (system: SystemName, call: Call, path: string): Answer | null => {
    const found = findSubmit(system, call.method, path);
    if (!found) return null;
    const admission = gate(call);
    if (!admission.admitted) return admission.answer;
    const projects = projectsOf(system, admission);
    const projectId = found.projectId ?? projects[0] ?? '';
    if (!projects.includes(projectId)) {
      const message = 'The project ID in the URL is different from that in the token.';
      return SYSTEMS[system].error(400, 'Common.0018', message, call);
    }
    const { submit } = found;
    const { user } = admission.account;
    const body = parseJson(call.body.toString());
    if (!isRecord(body)) return refused(system, call, submit, { user, projectId });
    const name = nameIn(body);
    try {
      const script = scriptIn(call);
      const trace = { user, operation: submit.operation, name, ...(script.trace as object | undefined) };
      const job = jobs.submit(parse(submission, { life: LIFE, ...script, system, projectId, trace }));
      const uri = SYSTEMS[system].submitUri?.(job.jobId, projectId);
      job.answer = { ...submit.answer(job.jobId, name), ...(uri && { uri }) };
      return json(submit.status, job.answer);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return json(400, { error: `invalid ${SCRIPT}`, problems: error.problems });
    }
  };

  /** It is recorded too: with its error, and without a job. */
  function refused(
    system: SystemName,
    call: Call,
    { operation, resourceType }: Submit,
    { user, projectId }: { user: string; projectId: string },
  ): Answer {
    const answer = SYSTEMS[system].error(400, 'Common.0011', 'The request body is not JSON.', call);
    traces.add({
      system: `${cloudOf(system)}-cts` as TraceName,
      projectId,
      delayMs: 60_000,
      trace: {
        trace_name: operation,
        trace_rating: 'warning',
        trace_type: 'ApiCall',
        service_type: recordedAs(system),
        resource_type: resourceType,
        resource_name: '',
        code: '400',
        response: answer.body,
        user: { name: user },
        project_id: projectId,
      },
    });
    return answer;
  }
}

function scriptIn({ headers }: Call): Record<string, unknown> {
  const text = headers[SCRIPT];
  if (text === undefined) return {};
  const script = parseJson(String(text));
  if (!isRecord(script)) throw invalid(SCRIPT, 'must be a JSON object');
  return script;
}

/** `server.name`, `metadata.name` or `name`: whatever it is called that is to be made. */
function nameIn(body: Record<string, unknown>): string {
  const names = [body, ...Object.values(body).filter(isRecord)].map(({ name }) => name);
  return names.find((name) => typeof name === 'string') ?? '';
}
