import { ID } from '../../core/jobs/job.ts';
import type { Observation, Trouble } from '../../core/jobs/observation.ts';
import type { OriginConfig } from '../../core/origin-config.ts';
import type { Http } from '../platform/http.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Clock, Clouds, CloudOrigin, Telemetry } from '../../ports.ts';
import type { Auth } from './auth/auth.ts';
import { createAuths } from './auth/auths.ts';
import { withResourcePage } from './console.ts';
import { jobUrl, type Dialect } from './dialect.ts';
import { dialectFor, infoOf } from './info.ts';
import { read } from './parse.ts';
import { scrub } from './scrub.ts';
import { createQuery, createTransport, type Query } from './transport.ts';

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
  auth: Auth;
}

/** Throws for a dialect that its cloud does not have. */
export function createClouds(configs: readonly OriginConfig[], deps: CloudsDeps): Clouds {
  const { secrets, clock, telemetry } = deps;
  const query = createQuery(deps.http, clock);
  const authOf = createAuths({ transport: createTransport(deps.http, clock), secrets, clock });
  const origins = new Map(configs.map((config) => [config.name, open(config, authOf(config))]));

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

  return {
    describe: (name) => origins.get(name)?.known ?? null,
    async check(job, signal) {
      const origin = origins.get(job.origin);
      if (!origin) return { kind: 'misrouted', detail: `origin '${job.origin}' is not configured` };
      const fault = faultOfIds(job, origin.known.projectId);
      const seen = scrub(fault ?? (await observe(origin, job, signal)), secrets.redact);
      return withResourcePage(seen, origin.dialect, origin.known.info);
    },
  };
}

function open(config: OriginConfig, auth: Auth): Opened {
  const dialect = dialectFor(config);
  return { known: infoOf(config, dialect), dialect, endpoint: config.endpoint, auth };
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

/** One request; a second one where the service refused a token that can be replaced. */
async function requestJob(
  origin: Opened,
  query: Query,
  jobId: string,
  signal: AbortSignal | undefined,
  again = false,
): Promise<Observation> {
  const { dialect, endpoint, known, auth } = origin;
  const url = jobUrl(dialect, endpoint, known.projectId, jobId);
  // Signing takes no time, and waiting for nothing would cost a turn of the loop.
  const proving = auth.prove({ method: 'GET', url, signal });
  const proof = 'then' in proving ? await proving : proving;
  if (proof.kind !== 'proof') return proof;
  const sent = await query(url, proof.headers, signal);
  if (sent.kind !== 'answer') return sent;
  const renewable = sent.answer.status === 401 && !again && auth.refused(proof);
  return renewable ? requestJob(origin, query, jobId, signal, true) : read(dialect, jobId, sent.answer);
}
