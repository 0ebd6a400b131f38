import { ID } from '../../core/jobs/job.ts';
import { lazily } from '../../core/lazily.ts';
import type { Observation, Trouble } from '../../core/jobs/observation.ts';
import type { OriginConfig, TrailConfig } from '../../core/origin-config.ts';
import type { Http, UrlParts } from '../platform/http.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Clock, Clouds, CloudOrigin, Telemetry } from '../../ports.ts';
import type { Auth } from './auth/auth.ts';
import { createAuths } from './auth/auths.ts';
import { withResourcePage } from './console.ts';
import { filledIn, jobUrls, listUrl, type Dialect } from './dialect.ts';
import { dialectFor, infoOf, LIST_FROM } from './info.ts';
import { read, readList } from './parse.ts';
import { scrub } from './scrub.ts';
import { createTrails } from './trails.ts';
import { createQuery, createTransport, type Answered, type Query, type Sent } from './transport.ts';

export interface CloudsDeps {
  http: Pick<Http, 'fetch' | 'whole'>;
  secrets: Secrets;
  clock: Clock;
  telemetry: Telemetry;
}

interface Opened {
  known: CloudOrigin;
  dialect: Dialect;
  endpoint: string;
  urlOf: (jobId: string) => UrlParts;
  auth: Auth;
}

/** A list that cannot be had costs a call each time. */
const LIST_RESTS_MS = 600_000;

/** Throws for a dialect that its cloud does not have. `trails`: where jobs are found. */
export function createClouds(
  configs: readonly OriginConfig[],
  deps: CloudsDeps,
  trails: readonly TrailConfig[] = [],
): Clouds {
  const { secrets, clock, telemetry } = deps;
  const query = createQuery(deps.http, clock);
  const authOf = createAuths({ transport: createTransport(deps.http, clock), secrets, clock });
  const origins = new Map(configs.map((config) => [config.name, open(config, authOf)]));

  const observe = async (
    origin: Opened,
    job: { origin: string; jobId: string },
    signal: AbortSignal | undefined,
  ): Promise<Observation> => {
    try {
      const seen = await requestJob(origin, query, job.jobId, signal);
      if ('clockAheadMs' in seen) {
        telemetry.line('warn', 'clouds.clock', { origin: job.origin, aheadMs: seen.clockAheadMs });
      }
      return seen;
    } catch (error) {
      telemetry.line('error', 'clouds.broken', { origin: job.origin, error });
      return { kind: 'unavailable', detail: `the request could not be sent: ${String(error)}` };
    }
  };

  /** Until when the list of an origin is not requested, because it could not be had. */
  const resting = new Map<string, number>();

  return {
    describe: (name) => origins.get(name)?.known ?? null,
    async check(job, signal) {
      const origin = origins.get(job.origin);
      if (!origin) return { kind: 'misrouted', detail: `origin '${job.origin}' is not configured` };
      const fault = faultOfIds(job, origin.known.projectId);
      const seen = scrub(fault ?? (await observe(origin, job, signal)), secrets.redact);
      return withResourcePage(seen, origin.dialect, origin.known.info);
    },
    async checkAll(name, jobs, signal) {
      const origin = origins.get(name);
      const list = origin?.dialect.list;
      if (!origin || !list || clock() < (resting.get(name) ?? 0)) return null;
      const { dialect, endpoint, known } = origin;
      const sent = await request(origin, query, listUrl(list.path, endpoint, known.projectId), signal);
      if (signal?.aborted) return null;
      const listed = sent.kind === 'answer' ? readList(dialect, list.jobs, sent.answer) : null;
      const found = new Map<string, Observation>();
      for (const { key, projectId, jobId } of jobs) {
        const seen = projectId === known.projectId ? listed?.get(jobId.toLowerCase()) : undefined;
        if (seen) found.set(key, withResourcePage(scrub(seen, secrets.redact), dialect, known.info));
      }
      if (found.size < LIST_FROM) {
        // It cannot be had, and single checks find out more about that, or it is full of others.
        resting.set(name, clock() + LIST_RESTS_MS);
        telemetry.line('warn', 'clouds.list', { origin: name, found: found.size, restsMs: LIST_RESTS_MS });
      }
      return listed && found;
    },
    trails: createTrails(trails, {
      authOf,
      request: (auth, url, signal) => request({ auth }, query, url, signal),
      redact: secrets.redact,
    }),
  };
}

function open(config: OriginConfig, authOf: ReturnType<typeof createAuths>): Opened {
  const dialect = dialectFor(config);
  const auth = authOf(config, dialect);
  const known = infoOf(config, dialect);
  const { endpoint } = config;
  // A mistake in the endpoint is told of with the check that meets it.
  const made = lazily(() =>
    jobUrls(dialect, endpoint, { projectId: known.projectId, region: known.info.region }),
  );
  const urlOf = (jobId: string): UrlParts => made()(jobId);
  return { known, dialect, endpoint, urlOf, auth };
}

/** Ids become part of a URL that is sent with credentials, and a service answers for the project of these alone. */
function faultOfIds(job: { projectId: string; jobId: string }, projectId: string): Trouble | null {
  if (!ID.test(job.projectId) || !ID.test(job.jobId)) {
    return { kind: 'malformed', detail: 'the project id or job id has characters that ids do not have' };
  }
  if (job.projectId === projectId) return null;
  return {
    kind: 'denied',
    detail: `the job is of project ${job.projectId}, the credentials are of project ${projectId}`,
  };
}

async function requestJob(
  origin: Opened,
  query: Query,
  jobId: string,
  signal: AbortSignal | undefined,
): Promise<Observation> {
  const { dialect, known, urlOf } = origin;
  const { method = 'GET', body } = dialect;
  const asked = { projectId: known.projectId, jobId, region: known.info.region };
  const how = body === undefined ? { method } : { method, body: filledIn(body, asked) };
  const sent = await request(origin, query, urlOf(jobId), signal, how);
  return sent.kind === 'answer' ? read(dialect, jobId, sent.answer) : sent;
}

/** One request; a second one where the service refused a token that can be replaced. */
async function request(
  origin: Pick<Opened, 'auth'>,
  query: Query,
  url: UrlParts,
  signal: AbortSignal | undefined,
  how: Sent = { method: 'GET' },
  again = false,
): Promise<Answered> {
  const { auth } = origin;
  const { method, body } = how;
  // Signing takes no time, and waiting for nothing would cost a turn of the loop.
  const proving = auth.prove({ method, url, ...(body !== undefined && { body }), signal });
  const proof = 'then' in proving ? await proving : proving;
  if (proof.kind !== 'proof') return proof;
  const headers =
    body === undefined ? proof.headers : { 'content-type': 'application/json', ...proof.headers };
  const sent = await query(url, headers, signal, how);
  if (sent.kind !== 'answer') return sent;
  const renewable = sent.answer.status === 401 && !again && auth.refused(proof);
  return renewable ? request(origin, query, url, signal, how, true) : sent;
}
