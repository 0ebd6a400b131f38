import type { SmnMessage } from '../../core/intake/smn-message.ts';
import { DEFAULT_ACCOUNT, SECOND_ACCOUNT, type Account } from './accounts.ts';
import { createGate } from './auth.ts';
import { createControlApi } from './control-api.ts';
import { createControls, type Controls, type JobView } from './controls.ts';
import { gateway, unknownApi, type Answer, type Call } from './exchange.ts';
import { parse } from './invalid.ts';
import { createFaults, type Fault, type FaultInput } from './faults.ts';
import { createIam } from './iam.ts';
import { createIds } from './ids.ts';
import { createJobBook } from './jobs.ts';
import { createKeys } from './keys.ts';
import { RETENTION, type Retention } from './life.ts';
import { createJobQuery, parsePath, type Asked } from './query.ts';
import { createQuotas, type QuotaInput } from './quotas.ts';
import { createHttpServer, type HttpServer, type Received } from './server.ts';
import { createSmn, smnOrder, type SmnOrder } from './smn.ts';
import { createStatistics, type Requests, type Statement } from './statistics.ts';
import type { JobInput } from './submission.ts';
import { createSubmissions } from './submit-call.ts';
import { isSystem, SERVED, SYSTEM_NAMES, SYSTEMS, type Served, type SystemName } from './systems.ts';
import { createTokens } from './tokens.ts';
import { createTraceQuery } from './trace-query.ts';
import type { TraceInput } from './trace-script.ts';
import { createTraceBook } from './traces.ts';
import { TRANSFORMS } from './transforms.ts';

export { DEFAULT_ACCOUNT, SECOND_ACCOUNT, SYSTEM_NAMES };
export type {
  Account,
  FaultInput,
  JobInput,
  TraceInput,
  JobView,
  QuotaInput,
  Requests,
  Statement,
  SystemName,
};

export interface SimulatorOptions {
  /** Epoch milliseconds; the system's clock by default. Only slow answers wait in real time. */
  clock?: () => number;
  accounts?: readonly Account[];
  tokenLifeMs?: number;
  /** Of every system; without it, that of its reference. */
  retention?: Partial<Retention>;
  /** Those in force from the beginning. */
  quotas?: readonly QuotaInput[];
  /** Take signatures of the older form (`Credential=`) too. */
  olderSignature?: boolean;
  /** The same seed, clock and calls give the same ids. */
  seed?: string;
}

/**
 * The job queries of many systems and the calls of IAM that open them on one port: `/huawei-ecs`, `/otc-rds` and `/iam`
 * are what endpoints are on the real clouds. `/_simulator` does over HTTP what the other verbs here do.
 */
export interface Simulator extends Omit<Controls, 'submitJob' | 'setFault' | 'setQuota' | 'addTrace'> {
  listen(port?: number, host?: string): ReturnType<HttpServer['listen']>;
  close(): Promise<void>;
  /** Answers the job id. Throws InvalidInput. */
  submit(job: JobInput): string;
  /** Throws InvalidInput. */
  fault(fault: FaultInput): void;
  /** Simple Message Notification: messages as it would post them, and the certificate of its authority. */
  smn: {
    ca(): string;
    confirmed(): string[];
    /** Throws InvalidInput. */
    message(order: SmnOrder): SmnMessage;
  };
  /** Throws InvalidInput. */
  quota(quota: QuotaInput): void;
  /** Throws InvalidInput. */
  trace(trace: TraceInput): void;
}

const TOKEN_LIFE = 86_400_000;

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const {
    clock = Date.now,
    accounts = [DEFAULT_ACCOUNT, SECOND_ACCOUNT],
    tokenLifeMs = TOKEN_LIFE,
    olderSignature = false,
    seed = 'jobchime',
  } = options;
  const retention = (system: SystemName): Retention => {
    const { endedMs = RETENTION.endedMs } = SYSTEMS[system];
    return { ...RETENTION, endedMs, ...options.retention };
  };
  const projects = accounts.flatMap((account) => account.projects.map(({ id }) => id));
  const users = accounts.map(({ user }) => user);
  const ids = createIds(seed);
  const tokens = createTokens(ids, tokenLifeMs, clock);
  const keys = createKeys(accounts, ids, clock);
  const gate = createGate({ keys, tokens, olderSignature, clock });
  const jobs = createJobBook(ids, projects, clock);
  const faults = createFaults(clock);
  const quotas = createQuotas(options.quotas ?? [], clock);
  const statistics = createStatistics();
  const ownerOf = (projectId: string): Account =>
    accounts.find(({ projects: own }) => own.some(({ id }) => id === projectId)) ?? accounts[0]!;
  const traces = createTraceBook({ jobs, projects, ownerOf, retention, clock });
  const parts = { jobs, faults, quotas, tokens, keys, statistics, traces, users, retention, clock };
  const controls = createControls(parts);
  const smn = createSmn(ids, clock);
  let base = 'http://127.0.0.1';
  const pushed = (order: unknown) => smn.message(parse(smnOrder, order), base);
  const controlApi = createControlApi(controls, { ...smn, message: pushed });
  const iam = createIam({ accounts, tokens, keys, gate });
  const query = createJobQuery({ gate, quotas, jobs, retention, clock });
  const traceQuery = createTraceQuery({ gate, quotas, traces, clock });
  const submitting = createSubmissions({ gate, jobs, traces });

  function answerTo(received: Received): Answer {
    const call: Call = { ...received, body: received.body ?? Buffer.alloc(0), id: ids.request() };
    if (received.body === null) return gateway(call, 413, 'APIGW.0201', 'Request entity too large.');
    const [named = ''] = (call.headers.host ?? '').split('.');
    // For clients that leave out the path of an endpoint: as on the clouds, the host says it.
    if (isServed(named)) return answerAs(named, call, call.path);
    const [, prefix = '', path = ''] = /^\/([^/]*)(.*)$/s.exec(call.path) ?? [];
    if (prefix === '_simulator') return controlApi(call, path);
    if (prefix === 'smn') return smn.answer(call, path);
    return isServed(prefix) ? answerAs(prefix, call, path) : unknownApi(call);
  }

  function answerAs(name: Served, call: Call, path: string): Answer {
    const asked = isSystem(name) ? parsePath(name, path, call.query) : null;
    const jobId = asked?.jobId ?? null;
    const fault = faults.take(name, jobId);
    const normal = normalAnswer(name, call, path, { asked, fault });
    const answer = (fault && TRANSFORMS[fault.fault].answer?.(normal, call, fault)) ?? normal;
    statistics.count(name, jobId, answer);
    return answer;
  }

  function normalAnswer(
    name: Served,
    call: Call,
    path: string,
    { asked, fault }: { asked: Asked | null; fault: Fault | null },
  ): Answer {
    if (name === 'iam') return iam(call, path);
    if (!isSystem(name)) return traceQuery(name, call, path, fault);
    return submitting(name, call, path) ?? query(name, call, asked, fault);
  }

  const server = createHttpServer(answerTo);
  const { submitJob, setFault, setQuota, addTrace, ...rest } = controls;
  return {
    ...rest,
    async listen(port = 0, host = '127.0.0.1') {
      const listening = await server.listen(port, host);
      base = listening.url;
      return listening;
    },
    close: server.close,
    smn: { ca: smn.ca, confirmed: smn.confirmed, message: (order: SmnOrder) => pushed(order) },
    submit: (job) => submitJob(job).jobId,
    fault: (fault) => void setFault(fault),
    quota: (quota) => void setQuota(quota),
    trace: (trace) => void addTrace(trace),
  };
}

const isServed = (prefix: string): prefix is Served => (SERVED as readonly string[]).includes(prefix);
