import type { EventKind } from '../../lib/core/jobs/event.ts';
import type { JobInput } from '../../lib/adapters/simulator/simulator.ts';

export interface Scene {
  origin: JobInput['system'];
  name: string;
  team: 'web' | 'data';
  jobType: string;
  /** What the cloud makes of it, in words. */
  story: string;
  life: JobInput['life'];
  /** Milliseconds after tracking. */
  deadline?: number;
  /** What must be announced of it, in this order. */
  announces: EventKind[];
}

const quota = JSON.stringify({
  forbidden: { code: 403, message: 'Quota exceeded for cores: Requested 8, but already used 24 of 24 cores' },
});

/** A dozen jobs over the three systems. Milliseconds here are minutes in earnest. */
export const SCENES: readonly Scene[] = [
  {
    origin: 'huawei-ecs',
    name: 'web-1',
    team: 'web',
    jobType: 'createServer',
    story: 'succeeds',
    life: { end: 'SUCCESS', initMs: 500, runMs: 2_500, subJobs: [{ end: 'SUCCESS' }] },
    announces: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'web-2',
    team: 'web',
    jobType: 'createServer',
    story: 'fails; only a sub-job knows why',
    life: {
      end: 'FAIL',
      runMs: 4_000,
      subJobs: [
        { end: 'SUCCESS' },
        {
          end: 'FAIL',
          error: { code: 'Ecs.0204', reason: 'CreateServerTask-fail: create server failed' },
          errorcodeMessage: quota,
        },
      ],
    },
    announces: ['job.failed'],
  },
  {
    origin: 'huawei-ecs',
    name: 'nightly-start',
    team: 'data',
    jobType: 'batchStartServers',
    story: 'succeeds, though one of three sub-jobs fails',
    life: {
      end: 'SUCCESS',
      runMs: 5_000,
      subJobs: [
        { jobType: 'startServer', end: 'SUCCESS' },
        { jobType: 'startServer', end: 'SUCCESS' },
        {
          jobType: 'startServer',
          end: 'FAIL',
          error: { code: 'Ecs.0611', reason: 'The server is locked' },
        },
      ],
    },
    announces: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'reserved-db',
    team: 'data',
    jobType: 'createServer',
    story: 'waits for a payment that does not come',
    life: { end: 'PENDING_PAYMENT' },
    announces: ['job.payment_pending'],
  },
  {
    origin: 'huawei-ecs',
    name: 'data-disk',
    team: 'data',
    jobType: 'attachVolume',
    story: 'succeeds',
    life: { end: 'SUCCESS', runMs: 6_000 },
    announces: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'old-report',
    team: 'data',
    jobType: 'deleteVMs',
    story: 'vanishes while nobody looks',
    life: { end: 'never', vanishAfterMs: 3_000 },
    announces: ['job.lost'],
  },
  {
    origin: 'huawei-elb',
    name: 'edge',
    team: 'web',
    jobType: 'createELB',
    story: 'succeeds',
    life: { end: 'SUCCESS', runMs: 2_000 },
    announces: ['job.succeeded'],
  },
  {
    origin: 'huawei-elb',
    name: 'edge-old',
    team: 'web',
    jobType: 'deleteELB',
    story: 'fails',
    life: {
      end: 'FAIL',
      runMs: 3_500,
      error: { code: 'ELB.7014', reason: 'The load balancer still has listeners' },
    },
    announces: ['job.failed'],
  },
  {
    origin: 'huawei-elb',
    name: 'internal',
    team: 'web',
    jobType: 'createELB',
    story: 'succeeds',
    life: { end: 'SUCCESS', runMs: 5_500, subJobs: [{ end: 'SUCCESS' }] },
    announces: ['job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-1',
    team: 'data',
    jobType: 'createServer',
    story: 'succeeds',
    life: { end: 'SUCCESS', runMs: 3_000, subJobs: [{ end: 'SUCCESS' }] },
    announces: ['job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-2',
    team: 'data',
    jobType: 'resizeServer',
    story: 'succeeds, but past its deadline',
    life: { end: 'SUCCESS', runMs: 9_000 },
    deadline: 5_000,
    announces: ['job.overdue', 'job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-3',
    team: 'data',
    jobType: 'changeOS',
    story: 'fails',
    life: {
      end: 'FAIL',
      runMs: 6_500,
      error: { code: 'Ecs.0319', reason: 'The image does not exist' },
    },
    announces: ['job.failed'],
  },
];

/** For a while one cloud answers 429 to everything. Its jobs wait, and nothing is announced about them. */
export const THROTTLED = {
  system: 'otc-ecs',
  afterMs: 2_500,
  forMs: 2_000,
  limit: 2,
  per: 'second',
} as const;
