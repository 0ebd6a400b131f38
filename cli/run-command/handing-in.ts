import { ApiError } from '../../client/api-error.ts';
import type { IntakeResult, TrackResult } from '../../client/index.ts';
import type { Call } from '../../lib/core/jobs/call-log.ts';

/** What is said of all jobs of a run. */
export interface Said {
  group?: string;
  name?: string;
  labels?: Record<string, string>;
  /** Of jobs that are named without a URL. */
  origin?: string;
}

/** How jobs reach the service. */
export interface Service {
  intake(body: Record<string, unknown>): Promise<IntakeResult>;
  track(jobs: readonly object[]): Promise<TrackResult[]>;
}

/** A call to a cloud, or an id that was printed. */
export type Found = Call | { jobId: string; projectId?: string };

export interface HandIn {
  /** Each is handed in once. */
  add(found: readonly Found[]): void;
  /** Hands in what waits; false: not all of it was taken, and it goes on to wait. */
  flush(): Promise<boolean>;
  /** Says of what was taken, but for these job ids, that nobody waits for it any more. */
  leave(ended: ReadonlySet<string>): Promise<boolean>;
  /** Keys of the jobs that were taken. */
  keys(): string[];
  left(): Found[];
  /** Hosts that named jobs and that no origin asks. */
  unknown(): string[];
  refused(): string[];
}

/** As many as one request takes with ease. */
const BATCH = 200;

/** Hands in what was found, in order. What the service does not take now waits for the next time. */
export function handingIn(service: Service, { origin, ...said }: Said): HandIn {
  const seen = new Set<string>();
  const taken = new Set<string>();
  const unknown = new Set<string>();
  const refused = new Set<string>();
  let waiting: Found[] = [];
  let sending: Promise<boolean> | null = null;

  async function send(batch: readonly Found[], more: object = {}): Promise<void> {
    const calls = batch.filter((one) => 'url' in one);
    const ids = batch.filter((one) => 'jobId' in one);
    const answer: Partial<IntakeResult> =
      calls.length > 0 ? await service.intake({ ...said, ...more, calls: calls.map(callOf) }) : {};
    for (const host of answer.unknown ?? []) unknown.add(host);
    const tracked =
      ids.length > 0 ? await service.track(ids.map((one) => ({ ...said, ...more, origin, ...one }))) : [];
    for (const result of [...(answer.results ?? []), ...tracked])
      if (result.outcome === 'refused')
        for (const { field, problem } of result.problems) refused.add(`${field} ${problem}`);
      else taken.add(result.key);
  }

  async function sendAll(): Promise<boolean> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await send(batch);
      } catch (error) {
        const why = problemOf(error);
        // What is wrong with these very jobs does not go away, and must not keep the others out.
        if (why === null || why.status < 400 || ![400, 409, 413, 422].includes(why.status)) {
          refused.add((error as Error).message);
          return false;
        }
        refused.add(why.problem.detail);
      }
      waiting = waiting.slice(batch.length);
    }
    refused.delete('');
    return true;
  }

  return {
    add(found) {
      for (const one of found) {
        const key = JSON.stringify(one);
        if (!seen.has(key)) waiting.push(one);
        seen.add(key);
      }
    },
    async flush() {
      // One at a time, so that the order stays.
      await sending;
      sending = sendAll().finally(() => (sending = null));
      return sending;
    },
    async leave(ended) {
      const jobs = [...taken].map((key) => key.split('/')).filter(([, , id = '']) => !ended.has(id));
      if (jobs.length === 0) return true;
      try {
        const specs = jobs.map(([name, projectId, jobId]) => ({
          origin: name,
          projectId,
          jobId,
          outlived: true,
        }));
        for (let at = 0; at < specs.length; at += BATCH) await service.track(specs.slice(at, at + BATCH));
        return true;
      } catch {
        return false;
      }
    },
    keys: () => [...taken],
    left: () => [...waiting],
    unknown: () => [...unknown],
    refused: () => [...refused],
  };
}

/** What the API said, also where that was put into words for people. Null: it has not answered. */
function problemOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  return error instanceof Error && error.cause instanceof ApiError ? error.cause : null;
}

/** Of an answer nothing leaves this machine but ids. */
export const callOf = ({ method, url, jobIds }: Call): object => ({
  method,
  url,
  ...(jobIds.length > 0 && { body: { jobs: jobIds.map((id) => ({ job_id: id })) } }),
});
