import { DEFAULT_ACCOUNT, type Account } from './accounts.ts';
import { createGate } from './auth.ts';
import { createControlApi } from './control-api.ts';
import { createControls, type Controls, type JobView } from './controls.ts';
import { gateway, unknownApi, type Answer, type Call } from './exchange.ts';
import { createFaults, type FaultInput } from './faults.ts';
import { createIam } from './iam.ts';
import { createIds } from './ids.ts';
import { createJobBook } from './jobs.ts';
import { RETENTION, type Retention } from './life.ts';
import { createJobQuery, parsePath } from './query.ts';
import { createHttpServer, type HttpServer, type Received } from './server.ts';
import { createStatistics, type Requests, type Served } from './statistics.ts';
import type { JobInput } from './submission.ts';
import { SYSTEM_NAMES, type SystemName } from './systems.ts';
import { createTokens } from './tokens.ts';

export { DEFAULT_ACCOUNT, SYSTEM_NAMES };
export type { Account, FaultInput, JobInput, JobView, Requests, SystemName };

export interface SimulatorOptions {
  /** Epoch milliseconds; the system's clock by default. Only slow answers wait in real time. */
  clock?: () => number;
  accounts?: readonly Account[];
  tokenLifeMs?: number;
  retention?: Partial<Retention>;
  /** The same seed, clock and calls give the same ids. */
  seed?: string;
}

/**
 * The job queries of three systems and the token call of IAM on one port: `/huawei-ecs`, `/huawei-elb`, `/otc-ecs` and
 * `/iam` are what endpoints are on the real clouds. `/_simulator` does over HTTP what the other verbs here do.
 */
export interface Simulator extends Omit<Controls, 'submitJob' | 'setFault'> {
  listen(port?: number, host?: string): ReturnType<HttpServer['listen']>;
  close(): Promise<void>;
  /** Answers the job id. Throws InvalidInput. */
  submit(job: JobInput): string;
  /** Throws InvalidInput. */
  fault(fault: FaultInput): void;
}

const TOKEN_LIFE = 86_400_000;

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const {
    clock = Date.now,
    accounts = [DEFAULT_ACCOUNT],
    tokenLifeMs = TOKEN_LIFE,
    seed = 'jobchime',
  } = options;
  const retention = { ...RETENTION, ...options.retention };
  const projects = accounts.flatMap((account) => account.projects.map(({ id }) => id));
  const ids = createIds(seed);
  const tokens = createTokens(ids, tokenLifeMs, clock);
  const jobs = createJobBook(ids, projects, clock);
  const faults = createFaults(clock);
  const statistics = createStatistics();
  const controls = createControls({ jobs, faults, tokens, statistics, retention, clock });
  const controlApi = createControlApi(controls);
  const iam = createIam(accounts, tokens);
  const query = createJobQuery(createGate(accounts, tokens, clock), jobs, retention, clock);

  function answerTo(received: Received): Answer {
    const call: Call = { ...received, body: received.body ?? Buffer.alloc(0), id: ids.request() };
    if (received.body === null) return gateway(call, 413, 'APIGW.0201', 'Request entity too large.');
    const [, prefix = '', path = ''] = /^\/([^/]*)(.*)$/s.exec(call.path) ?? [];
    if (prefix === '_simulator') return controlApi(call, path);
    return isServed(prefix) ? answerAs(prefix, call, path) : unknownApi(call);
  }

  function answerAs(name: Served, call: Call, path: string): Answer {
    const asked = name === 'iam' ? null : parsePath(path);
    const honest = name === 'iam' ? iam(call, path) : query(name, call, asked);
    const jobId = asked?.jobId ?? null;
    const answer = faults.apply(name, jobId, call, honest);
    statistics.count(name, jobId, answer);
    return answer;
  }

  const server = createHttpServer(answerTo);
  const { submitJob, setFault, ...rest } = controls;
  return {
    ...rest,
    listen: (port = 0, host = '127.0.0.1') => server.listen(port, host),
    close: server.close,
    submit: (job) => submitJob(job).jobId,
    fault: (fault) => void setFault(fault),
  };
}

const isServed = (prefix: string): prefix is Served =>
  ([...SYSTEM_NAMES, 'iam'] as readonly string[]).includes(prefix);
