import type { Answer } from './exchange.ts';
import { SERVED, type Served } from './systems.ts';

/** Calls since the start or the last reset; those of the control API are not counted. */
export interface Requests {
  total: number;
  systems: Record<Served, number>;
  /** By what went out: an HTTP status, `truncated` or `reset`. */
  answers: Record<Served, Record<string, number>>;
  /** By `system/jobId`, whether or not the job exists. */
  jobs: Record<string, number>;
}

/** With those that a quota refused, by `system/user`. */
export type Statement = Requests & { refused: Record<string, number> };

export interface Statistics {
  count(system: Served, jobId: string | null, answer: Answer): void;
  requests(): Requests;
  clear(): void;
}

export function createStatistics(): Statistics {
  let seen = empty();
  return {
    count(system, jobId, answer) {
      seen.total += 1;
      seen.systems[system] += 1;
      add(seen.answers[system], answer.send === 'whole' ? String(answer.status) : answer.send);
      if (jobId !== null) add(seen.jobs, `${system}/${jobId}`);
    },
    requests: () => structuredClone(seen),
    clear: () => {
      seen = empty();
    },
  };
}

const add = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

const perSystem = <T>(value: () => T): Record<Served, T> =>
  Object.fromEntries(SERVED.map((name) => [name, value()])) as Record<Served, T>;

const empty = (): Requests => ({
  total: 0,
  systems: perSystem(() => 0),
  answers: perSystem(() => ({})),
  jobs: {},
});
