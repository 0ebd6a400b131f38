import type { Trace } from '../../core/discover/trace.ts';
import type { TracePage } from '../../core/discover/trail.ts';
import { answeredIds, openedJson } from '../../core/jobs/answered-ids.ts';
import { digest } from '../../core/jobs/event-id.ts';
import type { Trouble } from '../../core/jobs/observation.ts';
import { isRecord } from '../../core/is-record.ts';
import { faultOf, type Answer } from './fault.ts';
import { parseExactly, textOf } from './json.ts';
import { parseTime } from './times.ts';

/** Whose traces are read, and which origins speak the job formats of their services. */
export interface TraceReader {
  projectId: string;
  /** The account's id, where it is known. */
  accountId?: string;
  /** The origin for a service, as the cloud names it in capitals, and the version of its API; null where none is known. */
  originOf(service: string, apiVersion: string | null): string | null;
  /** The jobs of which an answer tells how they stand, in the job format of its service. */
  reportedIn(service: string, apiVersion: string | null, answer: unknown): readonly string[];
  redact(text: string): string;
}

/** What one query takes at most, and what the cloud gives at most. */
export const PAGE = 200;

export interface TraceQuery {
  /** Epoch milliseconds; a trace exactly at a bound may be left out. */
  from: number;
  to: number;
  /** Marker of the page; null: the newest one. */
  marker: string | null;
}

/** The documented name of the one tracker of calls; those of data are no jobs. */
export function tracesUrl(
  endpoint: string,
  projectId: string,
  { from, to, marker }: TraceQuery,
  limit = PAGE,
): URL {
  const url = new URL(`${endpoint.replace(/\/+$/, '')}/v3/${projectId}/traces`);
  const query = { trace_type: 'system', limit, from, to, ...(marker !== null && { next: marker }) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

/** A page as the cloud answers it; trouble where it is none. */
export function readTraces(answer: Answer, reader: TraceReader): TracePage | Trouble {
  const body = answer.status === 200 ? parseExactly(answer.body) : undefined;
  const list = isRecord(body) ? openedJson(body.traces) : undefined;
  if (!isRecord(body) || (list !== null && !Array.isArray(list))) return troubleOf(answer);
  const meta = openedJson(body.meta_data);
  const traces = (list ?? [])
    .map((one) => readTrace(openedJson(one), reader))
    .filter((trace) => trace !== null);
  return { traces, next: isRecord(meta) ? textOf(meta.marker) : null };
}

/** An address that is not there says nothing of a job here. */
function troubleOf(answer: Answer): Trouble {
  const fault = faultOf(answer);
  return fault.kind === 'not_found' ? { kind: 'misrouted', detail: fault.detail } : fault;
}

/** The names of services: what is none says nothing of a job. */
const SERVICE = /^[A-Z][A-Z0-9 _-]{0,39}$/;

/** Every field in each of the types that it was met in; null for what is no trace of a service. */
export function readTrace(value: unknown, reader: TraceReader): Trace | null {
  if (!isRecord(value)) return null;
  const service = textOf(value.service_type)?.toUpperCase() ?? '';
  if (!SERVICE.test(service)) return null;
  const show = (text: string | null): string | null => text && reader.redact(text);
  const version = textOf(value.api_version);
  const response = openedJson(value.response);
  const answered = answeredIds(response);
  // Some services have the id of a job elsewhere than those that start one: the end of it is no call without an id.
  const isNone = answered.submitted.length + answered.reported.length === 0;
  const jobs = isNone ? { ...answered, reported: reader.reportedIn(service, version, response) } : answered;
  return {
    id: textOf(value.trace_id) ?? digest(JSON.stringify(value)),
    at: timeOf(value.time) ?? timeOf(value.record_time),
    service,
    operation: textOf(value.trace_name) ?? '',
    name: show(nameOf(value.resource_name)),
    resourceId: nameOf(value.resource_id),
    user: show(userOf(value.user)),
    origin: reader.originOf(service, version),
    jobs: isRefused(value) ? { submitted: [], reported: jobs.reported } : jobs,
    passedOver: isRead(value) || service === 'CTS' || isOfOthers(value, reader),
  };
}

/** Once an object was sent where the name of the resource belongs. */
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? textOf(value) : null;

/** An object, or JSON in a text; a bare name has been met in no document, and is one. */
function userOf(value: unknown): string | null {
  const user = openedJson(value);
  if (!isRecord(user)) return nameOf(user);
  return nameOf(user.name) ?? nameOf(user.user_name) ?? nameOf(user.id);
}

const isRead = ({ read_only: readOnly }: Record<string, unknown>): boolean =>
  readOnly === true || readOnly === 'true';

/** What was refused started nothing, whatever its answer names. */
const isRefused = ({ code }: Record<string, unknown>): boolean => {
  const status = Number(textOf(code) ?? 0);
  return status >= 400 && status < 600;
};

/**
 * A call that concerns another account's resource is recorded in both accounts, and its job is of that one's project. Whose
 * records these are says the configuration, else the trace.
 */
function isOfOthers(value: Record<string, unknown>, { projectId, accountId }: TraceReader): boolean {
  const project = textOf(value.project_id);
  if (project !== null && project !== projectId) return true;
  const owner = textOf(value.resource_account_id);
  const own = accountId ?? textOf(value.domain_id) ?? domainOf(value.user);
  return owner !== null && own !== null && owner !== own;
}

function domainOf(value: unknown): string | null {
  const user = openedJson(value);
  const domain = isRecord(user) ? openedJson(user.domain) : null;
  return isRecord(domain) ? textOf(domain.id) : null;
}

/** In milliseconds, as documented; or in seconds, micro- or nanoseconds, or as the console writes it. */
function timeOf(value: unknown): number | null {
  const text = textOf(value) ?? '';
  if (/^\d{10,19}$/.test(text)) return Math.floor(Number(text.slice(0, 13).padEnd(13, '0')));
  const slashed = SLASHED.exec(text)?.groups;
  const iso = slashed
    ? `${slashed['y1'] ?? slashed['y2']}-${slashed['m1'] ?? slashed['m2']}-${slashed['d1'] ?? slashed['d2']}T${slashed['time']}${zoneOf(slashed)}`
    : text;
  const time = parseTime(iso);
  return time === null ? null : Date.parse(time);
}

/** `2016/12/08 11:07:28 GMT+08:00` and `12/01/2016 11:07:28 GMT+08:00` */
const SLASHED =
  /^(?:(?<y1>\d{4})\/(?<m1>\d{2})\/(?<d1>\d{2})|(?<m2>\d{2})\/(?<d2>\d{2})\/(?<y2>\d{4})) (?<time>\d{2}:\d{2}:\d{2})(?: (?:GMT|UTC)(?<sign>[+-])?(?<h>\d{2})?:?(?<min>\d{2})?)?$/;
const zoneOf = ({ sign, h, min }: Record<string, string | undefined>): string =>
  sign && h ? `${sign}${h}${min ?? '00'}` : '+0000';
