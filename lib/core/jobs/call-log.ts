import { openedJson, startedIds } from './answered-ids.ts';
import { isRecord } from '../is-record.ts';
import { parseJson } from '../parse-json.ts';

/** A call to a cloud that names jobs: by its URL alone, or by its answer, of which nothing but the ids is kept. */
export interface Call {
  method: string;
  url: string;
  jobIds: string[];
}

export interface CallLog {
  /** The calls that are complete with this much more of the log. */
  take(text: string): Call[];
  /** What the log has ended with. */
  end(): Call[];
  /** Jobs that the program has seen to end. */
  ended(): ReadonlySet<string>;
}

/**
 * Both providers of Terraform write it in front of an URL; one of them writes a number that ties an answer to it. Where that ends in 0,
 * as those of some of its clients do, it is nothing but a time, which any other call may have.
 */
const REQUEST =
  /(?:\[\d{6,}-0\] |\[(\d{6,}-\d+)\] )?(?:API|OpenTelekomCloud) Request URL: ([A-Z]+) (https?:\/\/\S+?):?(?:\s|$)/;
const ANSWER = /\[(\d{6,}-\d+)\] API .*?Response Body: (.*)$/s;
/** Of the clients of OpenStack with --debug. They write the call and then its answer, one after the other. */
const OPENSTACK_REQUEST = /\bREQ: curl .*?-X ([A-Z]+) ["']?(https?:\/\/[^\s"']+)/;
const OPENSTACK_ANSWER = /\bRESP BODY: (.*)$/s;
/** Terraform's own head of an entry, and what it puts behind the message. */
const HEAD = /^\d{4}-\d\d-\d\dT\S+ \[\w+\]/;
const TAIL = /: timestamp="?\d{4}-\d\d-\d\dT\S*\s*$/;
/** The query of one job: it is under way, or somebody would not ask for it. */
export const JOB_QUERY = /\/jobs(?:\/|\?id=)[A-Za-z0-9-]+$/;

/** As many calls as are under way at once, and as much of one answer as is kept. */
const MAX_OPEN = 1_000;
const MAX_ENTRY = 1_000_000;

/** Whether a text is such a log. */
export const isCallLog = (text: string): boolean =>
  / Request URL: [A-Z]+ https?:\/\//.test(text) || /\bREQ: curl /.test(text);

/**
 * Reads the log of a program that calls clouds, as it grows: the debug logs of both providers of Terraform, also as JSON, and of
 * the clients of OpenStack. The answer of a call that cannot be told from that of another one is left alone.
 */
export function createCallLog(): CallLog {
  const requests = new Map<string, { method: string; url: string }>();
  const ended = new Set<string>();
  let last: { method: string; url: string } | null = null;
  let line = '';
  /** The lines of an entry that goes on. */
  let entry: string[] = [];
  let size = 0;

  /** An entry may be of a call, of its answer, or of both. */
  function entryOf(text: string): Call[] {
    const message = text.replace(TAIL, '');
    const found: Call[] = [];
    const [, openstackMethod, openstackUrl] = OPENSTACK_REQUEST.exec(message) ?? [];
    if (openstackMethod && openstackUrl) {
      last = { method: openstackMethod, url: openstackUrl };
      found.push(...queryOf(openstackMethod, openstackUrl));
    }
    const [, tie, method, url] = REQUEST.exec(message) ?? [];
    if (method && url) {
      if (tie) remember(tie, { method, url });
      found.push(...queryOf(method, url));
    }
    const [, tied = '', body] = ANSWER.exec(message) ?? [];
    if (body !== undefined) found.push(...answerOf(requests.get(tied), body));
    for (const id of endedIn(message)) ended.add(id);
    const [, plain] = OPENSTACK_ANSWER.exec(message) ?? [];
    if (plain !== undefined && last) found.push(...answerOf(last, plain));
    return found;
  }

  function remember(tie: string, call: { method: string; url: string }): void {
    requests.set(tie, call);
    if (requests.size > MAX_OPEN) requests.delete(requests.keys().next().value!);
  }

  const close = (): Call[] => {
    const text = entry.join('\n');
    entry = [];
    size = 0;
    return text === '' ? [] : entryOf(text);
  };

  function lineOf(text: string): Call[] {
    const told = messageIn(text);
    if (told !== null) return [...close(), ...entryOf(told)];
    // A head begins an entry; what follows without one belongs to it. Other programs write no head, and no entry over lines.
    const begins =
      HEAD.test(text) || REQUEST.test(text) || OPENSTACK_REQUEST.test(text) || / RESP(?: BODY)?: /.test(text);
    const before = begins ? close() : [];
    size += text.length;
    if (size <= MAX_ENTRY) entry.push(text);
    if (TAIL.test(text)) return [...before, ...close()];
    // Told as soon as it is there: the end of the entry may be minutes away.
    return entry.length === 1 ? [...before, ...entryOf(text)] : before;
  }

  return {
    ended: () => ended,
    take(text) {
      const lines = (line + text).split('\n');
      line = lines.pop()!;
      // What never breaks a line is no log.
      if (line.length > MAX_ENTRY) line = '';
      return lines.flatMap((one) => lineOf(one.replace(/\r$/, '')));
    },
    end() {
      const rest = line;
      line = '';
      return [...(rest === '' ? [] : lineOf(rest)), ...close()];
    },
  };
}

/** With TF_LOG=JSON each line is an object. */
function messageIn(text: string): string | null {
  const value = text.startsWith('{"@') ? parseJson(text) : undefined;
  return isRecord(value) && typeof value['@message'] === 'string' ? value['@message'] : null;
}

const queryOf = (method: string, url: string): Call[] =>
  method === 'GET' && JOB_QUERY.test(url) ? [{ method, url, jobIds: [] }] : [];

function answerOf(call: { method: string; url: string } | undefined, body: string): Call[] {
  if (!call || call.method === 'GET') return [];
  const jobIds = startedIds(body.trim());
  return jobIds.length === 0 ? [] : [{ ...call, jobIds }];
}

const ANY_ANSWER = /(?:Response Body|RESP BODY): (.*)$/s;
/** In the words of all services. */
const END = /^(success|succeeded|complete|completed|fail|failed|error|cancel|rollback_fail)$/i;

/** The jobs that an answer says have ended. It names them itself, so it need not be known to which call it belongs. */
function endedIn(message: string): string[] {
  const value = openedJson(ANY_ANSWER.exec(message)?.[1]?.trim());
  if (!isRecord(value)) return [];
  const { job = value, metadata, status } = value;
  const [phase, uid] = isRecord(status) && isRecord(metadata) ? [status.phase, metadata.uid] : [];
  const own = isRecord(job) ? [job.status, job.job_id ?? job.id] : [];
  return [
    [phase, uid],
    [own[0], own[1]],
  ].flatMap(([word, id]) =>
    typeof word === 'string' && END.test(word) && typeof id === 'string' ? [id] : [],
  );
}
