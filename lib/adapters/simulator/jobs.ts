import { uuidOf, type Ids } from './ids.ts';
import { invalid } from './invalid.ts';
import type { Life, Submission, SubJobScript } from './submission.ts';
import { submitsOf } from './submits.ts';
import { SYSTEMS, type SystemName } from './systems.ts';
import type { Body } from './systems/system.ts';
import type { TraceScript } from './trace-script.ts';

/** A submitted job: its script with everything filled in. Where it stands is computed, never stored. */
export interface SimulatedJob {
  system: SystemName;
  projectId: string;
  jobId: string;
  jobType: string;
  /** Epoch milliseconds. */
  submittedAt: number;
  life: Life;
  subJobs: SimulatedSubJob[];
  trace: TraceScript;
  /** To the call that started it. */
  answer: Body;
}
export interface SimulatedSubJob extends Omit<SubJobScript, 'subJobs'> {
  jobId: string;
  jobType: string;
  subJobs: SimulatedSubJob[];
}

export interface JobBook {
  /** Throws InvalidInput for a project that no account has, or an id that is taken. */
  submit(job: Submission): SimulatedJob;
  find(system: SystemName, projectId: string, jobId: string): SimulatedJob | undefined;
  all(): SimulatedJob[];
  clear(): void;
}

export function createJobBook(ids: Ids, projects: readonly string[], clock: () => number): JobBook {
  const jobs = new Map<string, SimulatedJob>();

  return {
    submit({ system, projectId = projects[0]!, jobId, jobType, life, trace }) {
      const now = clock();
      const kind = SYSTEMS[system];
      const next = (at: number): string => FORMS[kind.ids](ids.job(at));
      const own = jobId ?? next(now);
      const key = keyOf(system, projectId, own);
      if (!projects.includes(projectId)) {
        throw invalid('projectId', `no account has this project; use one of ${projects.join(', ')}`);
      }
      if (jobs.has(key)) throw invalid('jobId', `${own} is taken on ${system}; choose another or none`);
      const named = (sub: SubJobScript): SimulatedSubJob => ({
        ...sub,
        jobId: sub.jobId ?? next(now + life.initMs),
        jobType: sub.jobType ?? kind.subJobType,
        subJobs: sub.subJobs.map(named),
      });
      const job: SimulatedJob = {
        system,
        projectId,
        jobId: own,
        jobType: jobType ?? kind.jobType,
        submittedAt: now,
        life: { ...life, unknownForMs: life.unknownForMs ?? kind.unknownForMs ?? 0 },
        subJobs: life.subJobs.map(named),
        trace,
        answer: submitsOf(system)[0]?.answer(own, trace.name ?? '') ?? { job_id: own },
      };
      jobs.set(key, job);
      return job;
    },
    find: (system, projectId, jobId) => jobs.get(keyOf(system, projectId, jobId)),
    all: () => [...jobs.values()],
    clear: () => jobs.clear(),
  };
}

const FORMS = { hex: (id: string) => id, uuid: (id: string) => uuidOf('job', id) };

/** Ids are unique only within one system and project. */
const keyOf = (...parts: [SystemName, projectId: string, jobId: string]): string => parts.join('/');
