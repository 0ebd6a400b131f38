import type { Observation, Report } from '../../lib/core/jobs/observation.ts';
import type { Clouds } from '../../lib/ports.ts';
import { LATENCY } from './latency.ts';
import type { VirtualTime } from './time.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
/** A job runs for four minutes, give or take half a one. */
export const RUNS_MS = 240_000;
const SPREAD_MS = 60_000;
/** Checks a second that an origin allows. */
export const RATE = 5;

/** With its labels and its name, a job's row has 1 KB. */
export const REPORT: Report = {
  jobType: 'createServer',
  beganAt: '2026-03-01T12:00:01.000Z',
  endedAt: null,
  error: null,
  subJobs: { total: 1, succeeded: 0, failed: 0, running: 1 },
  entities: {
    server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d',
    ids: Array.from({ length: 6 }, (_, n) => `${n}e6a1c0f-27c5-4f0b-8d7f-03bd2c1e4a5${n}`),
  },
};

/** What is handed in as the job number `n`. */
export const submission = (n: number, origins: number) => ({
  origin: `hwc-ecs-${n % origins}`,
  projectId: PROJECT,
  jobIds: [(n + 1).toString(16).padStart(32, '0')],
  name: 'web-01',
  labels: { team: 'platform', stage: 'production', ticket: 'OPS-4711' },
});

/** Jobs begin when they are first heard of, and succeed. `seen` hears how long after its end each was found to have ended. */
export function createCloud(
  time: VirtualTime,
  seen: (lateMs: number | null) => void,
): Clouds & { begin(id: string, at?: number): void } {
  const ends = new Map<string, number>();
  return {
    begin(id, at = time.now()) {
      // Multiples of the golden ratio lie evenly between 0 and 1.
      const fraction = (Number.parseInt(id, 16) * 0.618_034) % 1;
      ends.set(id, at + RUNS_MS + (fraction - 0.5) * SPREAD_MS);
    },
    describe: (origin) => ({
      info: {
        origin,
        service: 'ecs',
        cloud: 'huawei',
        region: 'eu-west-101',
        consoleUrl: 'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/vmList',
      },
      projectId: PROJECT,
      credentials: 'keys',
      account: origin,
      concurrency: 4,
      rate: RATE,
    }),
    async check({ jobId }): Promise<Observation> {
      await time.sleep(LATENCY.cloud);
      const end = ends.get(jobId)!;
      const late = time.now() - end;
      seen(late < 0 ? null : late);
      if (late < 0) return { kind: 'running', status: 'RUNNING', report: REPORT };
      const report = { ...REPORT, endedAt: new Date(end).toISOString() };
      return { kind: 'succeeded', status: 'SUCCESS', report };
    },
  };
}
