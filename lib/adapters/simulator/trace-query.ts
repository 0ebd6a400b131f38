import type { Gate } from './auth.ts';
import { coded, json, throttled, unknownApi, type Answer, type Call } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { Quotas } from './quotas.ts';
import type { TraceName } from './systems.ts';
import type { TraceBook } from './traces.ts';
import { TRANSFORMS } from './transforms.ts';

interface Parts {
  gate: Gate;
  quotas: Quotas;
  traces: TraceBook;
  clock: () => number;
}

const PATH = /^\/v3\/([A-Za-z0-9-]+)\/traces$/;
const LIMIT = { usual: 10, most: 200 };
const HOUR = 3_600_000;
const MS = /^\d{13}$/;

/** The records of a project, page by page: the newest first, and none that is exactly at a bound. */
export function createTraceQuery({ gate, quotas, traces, clock }: Parts) {
  return (system: TraceName, call: Call, path: string, fault: Fault | null): Answer => {
    const projectId = PATH.exec(path)?.[1];
    if (call.method !== 'GET' || projectId === undefined) return unknownApi(call);
    const skew = fault ? (TRANSFORMS[fault.fault].skew?.(fault) ?? 0) : 0;
    const admission = gate(call, skew);
    if (!admission.admitted) return admission.answer;
    const rule = quotas.count(system, admission.account.user);
    if (rule) return throttled(call, rule);
    if (!admission.projects.includes(projectId))
      return coded(403, 'CTS.0013', 'No permission for the project.');
    const query = new URLSearchParams(call.query);
    const limit = Number(query.get('limit') ?? LIMIT.usual);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT.most)
      return coded(400, 'CTS.0208', 'The limit is invalid.');
    if (query.get('trace_type') !== 'system') return coded(400, 'CTS.0209', 'The trace type is invalid.');
    const [from, to] = [query.get('from'), query.get('to')];
    if ((from === null) !== (to === null) || [from, to].some((at) => at !== null && !MS.test(at)))
      return coded(400, 'CTS.0212', 'The time range is invalid.');
    const until = to === null ? clock() : Number(to);
    const since = from === null ? until - HOUR : Number(from);
    const all = traces.of(system, projectId, since, until);
    const marker = query.get('next');
    const after = marker === null ? 0 : all.findLastIndex(({ body }) => body.trace_id === marker) + 1;
    const page = all.slice(after, after + limit);
    // Also on a last page that is full: only the next one, which is empty, shows that it was the last.
    const next = page.length === limit ? page.at(-1)!.body.trace_id : null;
    return json(200, {
      traces: page.map(({ body }) => body),
      meta_data: { count: page.length, marker: next },
    });
  };
}
