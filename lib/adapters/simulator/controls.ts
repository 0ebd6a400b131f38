import { faultInput, type ActiveFault, type Faults } from './faults.ts';
import { invalid, parse } from './invalid.ts';
import type { JobBook, SimulatedJob } from './jobs.ts';
import type { Keys } from './keys.ts';
import { standing, type Retention, type Status } from './life.ts';
import { quotaInput, type QuotaInput, type Quotas } from './quotas.ts';
import type { Statement, Statistics } from './statistics.ts';
import { submission } from './submission.ts';
import type { SystemName } from './systems.ts';
import type { Tokens } from './tokens.ts';
import { traceInput } from './trace-script.ts';
import type { TraceBook } from './traces.ts';

export interface JobView {
  system: SystemName;
  projectId: string;
  jobId: string;
  jobType: string;
  submittedAt: string;
  /** Null when the cloud does not know the job yet or any more. */
  status: Status | null;
  /** Calls about it so far. */
  requests: number;
}

/** What can be done to a simulator besides asking it as a cloud; the same from a program and over HTTP. */
export interface Controls {
  /** Throws InvalidInput. */
  submitJob(input: unknown): SimulatedJob;
  jobs(): JobView[];
  /** Throws InvalidInput. */
  setFault(input: unknown): ActiveFault;
  faults(): ActiveFault[];
  clearFaults(): void;
  /** Throws InvalidInput. */
  setQuota(input: unknown): QuotaInput;
  quotas(): QuotaInput[];
  liftQuotas(): void;
  /** Puts a trace among the records of calls, in any shape. Throws InvalidInput. */
  addTrace(input: unknown): Record<string, unknown>;
  revokeTokens(): number;
  requests(): Statement;
  /** Forgets jobs, faults, tokens, temporary keys and counters; quotas are those of the beginning. */
  reset(): void;
}

interface Parts {
  jobs: JobBook;
  faults: Faults;
  quotas: Quotas;
  tokens: Tokens;
  keys: Keys;
  statistics: Statistics;
  traces: TraceBook;
  users: readonly string[];
  retention: (system: SystemName) => Retention;
  clock: () => number;
}

export function createControls(parts: Parts): Controls {
  const { jobs, faults, quotas, tokens, keys, statistics, traces, users, retention, clock } = parts;
  return {
    submitJob: (input) => jobs.submit(parse(submission, input)),
    jobs() {
      const requests = statistics.requests().jobs;
      return jobs.all().map(({ system, projectId, jobId, jobType, submittedAt, life }) => ({
        system,
        projectId,
        jobId,
        jobType,
        submittedAt: new Date(submittedAt).toISOString(),
        status: standing(life, submittedAt, clock(), retention(system))?.status ?? null,
        requests: requests[`${system}/${jobId}`] ?? 0,
      }));
    },
    setFault: (input) => faults.set(parse(faultInput, input)),
    faults: faults.active,
    clearFaults: faults.clear,
    setQuota(input) {
      const quota = parse(quotaInput, input);
      if (quota.user !== undefined && !users.includes(quota.user)) {
        throw invalid('user', `no account has this user; use one of ${users.join(', ')}`);
      }
      quotas.set(quota);
      return quota;
    },
    quotas: quotas.all,
    liftQuotas: quotas.lift,
    addTrace: (input) => traces.add(parse(traceInput, input)),
    revokeTokens: tokens.revoke,
    requests: () => ({ ...statistics.requests(), refused: quotas.refused() }),
    reset() {
      for (const part of [jobs, faults, quotas, tokens, keys, statistics, traces]) part.clear();
    },
  };
}
