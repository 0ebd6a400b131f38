import { faultInput, type ActiveFault, type Faults } from './faults.ts';
import { parse } from './invalid.ts';
import type { JobBook, SimulatedJob } from './jobs.ts';
import { standing, type Retention, type Status } from './life.ts';
import type { Requests, Statistics } from './statistics.ts';
import { submission } from './submission.ts';
import type { SystemName } from './systems.ts';
import type { Tokens } from './tokens.ts';

export interface JobView {
  system: SystemName;
  projectId: string;
  jobId: string;
  jobType: string;
  submittedAt: string;
  /** Null when the cloud does not know the job any more. */
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
  revokeTokens(): number;
  requests(): Requests;
  /** Forgets jobs, faults, tokens and counters. */
  reset(): void;
}

interface Parts {
  jobs: JobBook;
  faults: Faults;
  tokens: Tokens;
  statistics: Statistics;
  retention: Retention;
  clock: () => number;
}

export function createControls({ jobs, faults, tokens, statistics, retention, clock }: Parts): Controls {
  return {
    submitJob: (input) => jobs.submit(parse(submission, input)),
    jobs() {
      const asked = statistics.requests().jobs;
      return jobs.all().map(({ system, projectId, jobId, jobType, submittedAt, life }) => ({
        system,
        projectId,
        jobId,
        jobType,
        submittedAt: new Date(submittedAt).toISOString(),
        status: standing(life, submittedAt, clock(), retention)?.status ?? null,
        requests: asked[`${system}/${jobId}`] ?? 0,
      }));
    },
    setFault: (input) => faults.set(parse(faultInput, input)),
    faults: faults.active,
    clearFaults: faults.clear,
    revokeTokens: tokens.revoke,
    requests: statistics.requests,
    reset() {
      for (const part of [jobs, faults, tokens, statistics]) part.clear();
    },
  };
}
