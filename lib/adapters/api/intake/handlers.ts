import { seesProject, type Token } from '../../../core/access/token.ts';
import { IDEMPOTENCY_MS, type IdempotencyRecord } from '../../../core/access/idempotency-record.ts';
import { digest } from '../../../core/jobs/event.ts';
import { pushOf, type Push } from '../../../core/intake/push.ts';
import { smnMessage, topicOf, type SmnMessage } from '../../../core/intake/smn-message.ts';
import { startedIds } from '../../../core/jobs/answered-ids.ts';
import { JOB_QUERY } from '../../../core/jobs/call-log.ts';
import { hasOwn } from '../../../core/is-record.ts';
import { EXPIRE_QUEUE } from '../../../core/row.ts';
import { unauthorized } from '../admission.ts';
import type { TrackResult } from '../jobs/answers.ts';
import { check } from '../checks.ts';
import type { ApiDeps } from '../deps.ts';
import type { Caller, Handlers } from '../handlers.ts';
import { trackSpecs, type TrackSpec } from '../jobs/track.ts';
import { isRefusal, refuse, refuseField, type Refusal } from '../problem.ts';
import { MAX_JOBS } from '../jobs/requests.ts';
import { intakeCalls } from './requests.ts';
import type { Output } from '../routes.ts';

type Body = Readonly<Record<string, unknown>>;
type Answer = Output<'intake'> | Refusal;

/**
 * What something outside says has happened: told apart by shape, and believed as far as it goes. Calls to a cloud name jobs, which
 * are tracked. All else is a doorbell: the cloud itself is asked, now.
 */
export function intakeHandlers(deps: ApiDeps): Handlers<'intake'> {
  const { store, origins, trails, intake, useCases, clock, telemetry } = deps;

  /** What the cloud knows of these projects is asked for now: how their jobs stand, and which calls were made. */
  async function look(projects: readonly string[], token: Token | null) {
    const isMeant = ({ projectId }: { projectId: string }): boolean =>
      (token === null || seesProject(token, projectId)) &&
      (projects.length === 0 || projects.includes(projectId));
    const accounts = trails.filter(isMeant).map(({ name }) => name);
    const checked = await useCases.checkNow(origins.filter(isMeant).map(({ name }) => name));
    await useCases.discoverNow(accounts);
    return { checked, accounts: accounts.length };
  }

  async function smn(body: Body): Promise<Answer> {
    const read = check(smnMessage(), body, 'body');
    if (isRefusal(read)) return read;
    const message: SmnMessage = read.value;
    const now = clock();
    const doubt = await intake.smn.doubt(message, now);
    if (doubt) {
      telemetry.line('warn', 'intake.refused', { topic: message.topic_urn.slice(0, 200), why: doubt.why });
      if (doubt.passing) return refuse('unavailable', `The message cannot be verified now: ${doubt.why}.`);
      return refuse('forbidden', `The message is not believed: ${doubt.why}.`);
    }
    const key = digest('smn', message.topic_urn, message.message_id);
    if (await store.idempotency.get(key)) return { status: 200, body: { from: 'smn', repeated: true } };
    const done = await believed(message);
    // Last: after a death before this the message is sent once more.
    if (!isRefusal(done)) await store.idempotency.create([seen(key, now)]);
    return done;
  }

  async function believed(message: SmnMessage): Promise<Answer> {
    const { topic_urn: topic, type } = message;
    if (type === 'Notification') {
      return { status: 200, body: { from: 'smn', ...(await look([topicOf(topic).projectId], null)) } };
    }
    if (type === 'SubscriptionConfirmation') {
      const why = await intake.smn.confirm(message);
      telemetry.line(why === null ? 'info' : 'warn', 'intake.confirmed', {
        topic,
        ...(why !== null && { why }),
      });
      if (why !== null) return refuse('unavailable', `The subscription could not be confirmed: ${why}`);
      return { status: 200, body: { from: 'smn', subscription: 'confirmed' } };
    }
    // Its address would subscribe again, so it is left alone.
    telemetry.line('warn', 'intake.unsubscribed', { topic });
    return { status: 200, body: { from: 'smn', subscription: 'removed' } };
  }

  async function push({ from, projects }: Push, token: Token): Promise<Answer> {
    return { status: 200, body: { from, ...(await look(projects, token)) } };
  }

  return {
    async intake({ body }, caller) {
      if (hasOwn(body, 'topic_urn') && hasOwn(body, 'signing_cert_url')) return smn(body);
      const token = caller.token as Token | null;
      if (!token)
        return unauthorized(
          'Send a token: Authorization: Bearer jct_... Only signed messages of SMN come without.',
        );
      if ('url' in body || 'calls' in body) return calls(deps, { ...caller, token }, body);
      const known = pushOf(body);
      return known ? push(known, token) : unknownShape;
    },
  };
}

const unknownShape = refuseField(
  '',
  'is nothing that is known here',
  'Send {"url": ..., "body": ...} of a call, a message of SMN, a trigger of FunctionGraph, a CloudEvent, or a trace.',
);

const seen = (key: string, now: number): IdempotencyRecord => ({
  key,
  version: 0,
  state: 'answered',
  createdAt: now,
  due: { queue: EXPIRE_QUEUE, at: now + IDEMPOTENCY_MS },
  request: '',
  status: 200,
  body: null,
});

/** Hosts of calls that nobody asks for: enough to see what is not configured. */
const MAX_UNKNOWN = 20;

/** The jobs that calls have started, or asked for. */
async function calls(
  deps: ApiDeps,
  caller: Pick<Caller, 'token' | 'traceparent'>,
  body: Body,
): Promise<Answer> {
  const read = check(intakeCalls(), body, 'body');
  if (isRefusal(read)) return read;
  const { origin, ...given } = read.value;
  const all = 'calls' in given ? given.calls : [given];
  const {
    calls: _calls,
    url: _url,
    method: _method,
    body: _body,
    ...same
  } = given as Record<string, unknown>;
  const places = deps.origins.filter(
    ({ name, projectId }) =>
      seesProject(caller.token, projectId) && (origin === undefined || name === origin),
  );
  const specs = new Map<string, TrackSpec>();
  const unknown = new Set<string>();
  let ignored = 0;
  for (const { url, method, body: answer } of all) {
    const place = deps.intake.whoseCall(url, places);
    const isQuery = method?.toUpperCase() === 'GET';
    const started = isQuery ? [] : startedIds(answer);
    const ids = place?.jobId !== undefined ? [place.jobId] : started;
    // A query names its job by its URL alone.
    if (!place && (ids.length > 0 || (isQuery && JOB_QUERY.test(url))))
      unknown.add(URL.parse(url)?.host ?? '');
    if (!place || ids.length === 0) ignored += 1;
    else
      for (const jobId of ids)
        specs.set(`${place.origin}/${jobId}`, { ...same, origin: place.origin, jobId });
  }
  if (specs.size > MAX_JOBS)
    return refuse('too_large', `The calls name more than ${MAX_JOBS} jobs. Send them in several requests.`);
  const results: TrackResult[] | Refusal =
    specs.size === 0 ? [] : await trackSpecs(deps, caller, [...specs.values()], true);
  if (isRefusal(results)) return results;
  const hosts = [...unknown].filter(Boolean).slice(0, MAX_UNKNOWN);
  return {
    status: 200,
    body: { from: 'calls', results, ignored, ...(hosts.length > 0 && { unknown: hosts }) },
  };
}
