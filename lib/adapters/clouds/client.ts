import { ID } from '../../core/jobs/job.ts';
import type { Observation, Trouble } from '../../core/jobs/observation.ts';
import type { Http } from '../platform/http.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Clock, Clouds, CloudOrigin, Telemetry } from '../../ports.ts';
import type { Auth } from './auth/auth.ts';
import { createAuths } from './auth/auths.ts';
import { jobUrl, type Dialect } from './dialect.ts';
import { dialectOf } from './dialects.ts';
import { accountOf, type OriginConfig } from './origin-config.ts';
import { read } from './parse.ts';
import { scrub } from './scrub.ts';
import { createTransport, type Transport } from './transport.ts';

export interface CloudsDeps {
  http: Pick<Http, 'fetch'>;
  secrets: Secrets;
  clock: Clock;
  telemetry: Telemetry;
}

interface Opened {
  info: CloudOrigin;
  dialect: Dialect;
  endpoint: string;
  auth: Auth;
}

/** Unless the configuration says otherwise. Quotas are some requests a second, shared with everybody else of the account. */
const CONCURRENCY = 4;
/** Questions a second. Where less is allowed the cloud says so, and the pace follows. */
const RATE = 5;

/** Throws for a dialect that its cloud does not have. */
export function createClouds(configs: readonly OriginConfig[], deps: CloudsDeps): Clouds {
  const { secrets, clock, telemetry } = deps;
  const transport = createTransport(deps.http, clock);
  const authOf = createAuths({ transport, secrets, clock });
  const origins = new Map(configs.map((config) => [config.name, open(config, authOf(config))]));

  const observe = async (job: Parameters<Clouds['ask']>[0]): Promise<Observation> => {
    const origin = origins.get(job.origin);
    if (!origin) return { kind: 'misrouted', detail: `origin '${job.origin}' is not configured` };
    const fault = faultOfIds(job, origin.info.projectId);
    if (fault) return fault;
    try {
      const seen = await look(origin, transport, job.jobId);
      if ('clockAheadMs' in seen) {
        telemetry.line('warn', 'clouds.clock', { origin: job.origin, aheadMs: seen.clockAheadMs });
      }
      return seen;
    } catch (error) {
      telemetry.line('error', 'clouds.broken', { origin: job.origin, error });
      return { kind: 'unavailable', detail: `the question could not be put: ${String(error)}` };
    }
  };

  return {
    describe: (name) => origins.get(name)?.info ?? null,
    ask: async (job) => scrub(await observe(job), secrets.redact),
  };
}

function open(config: OriginConfig, auth: Auth): Opened {
  const { name, cloud, region, projectId, endpoint, concurrency = CONCURRENCY, rate = RATE } = config;
  const dialect = dialectOf(cloud, config.dialect);
  if (!dialect) throw new Error(`origin '${name}': cloud '${cloud}' has no dialect '${config.dialect}'`);
  return {
    info: {
      origin: name,
      service: dialect.service,
      cloud,
      region,
      projectId,
      account: accountOf(config),
      concurrency,
      rate,
    },
    dialect,
    endpoint,
    auth,
  };
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

/** One question; a second one where the service refused a token that can be replaced. */
async function look(
  origin: Opened,
  transport: Transport,
  jobId: string,
  again = false,
): Promise<Observation> {
  const { dialect, endpoint, info, auth } = origin;
  const url = jobUrl(dialect, endpoint, info.projectId, jobId);
  const proof = await auth.prove('GET', url);
  if (proof.kind !== 'proof') return proof;
  const sent = await transport(url, { method: 'get', headers: proof.headers });
  if (sent.kind !== 'answer') return sent;
  const renewable = sent.answer.status === 401 && !again && auth.refused(proof);
  return renewable ? look(origin, transport, jobId, true) : read(dialect, jobId, sent.answer);
}
