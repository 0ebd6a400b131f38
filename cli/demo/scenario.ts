import type { EventKind } from '../../lib/core/jobs/event.ts';
import type { JobInput } from '../../lib/adapters/simulator/simulator.ts';

export interface Scene {
  origin: JobInput['system'];
  name: string;
  team: 'web' | 'data';
  jobType: string;
  /** What the cloud makes of it, in words. */
  description: string;
  life: JobInput['life'];
  /** Milliseconds after tracking. */
  deadline?: number;
  /** What must be published of it, in this order. */
  emits: EventKind[];
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
    description: 'succeeds',
    life: { end: 'SUCCESS', initMs: 500, runMs: 2_500, subJobs: [{ end: 'SUCCESS' }] },
    emits: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'web-2',
    team: 'web',
    jobType: 'createServer',
    description: 'fails; only a sub-job knows why',
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
    emits: ['job.failed'],
  },
  {
    origin: 'huawei-ecs',
    name: 'nightly-start',
    team: 'data',
    jobType: 'batchStartServers',
    description: 'succeeds, though one of three sub-jobs fails',
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
    emits: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'reserved-db',
    team: 'data',
    jobType: 'createServer',
    description: 'waits for a payment that does not come',
    life: { end: 'PENDING_PAYMENT' },
    emits: ['job.payment_pending'],
  },
  {
    origin: 'huawei-ecs',
    name: 'data-disk',
    team: 'data',
    jobType: 'attachVolume',
    description: 'succeeds',
    life: { end: 'SUCCESS', runMs: 6_000 },
    emits: ['job.succeeded'],
  },
  {
    origin: 'huawei-ecs',
    name: 'old-report',
    team: 'data',
    jobType: 'deleteVMs',
    description: 'vanishes between two checks',
    life: { end: 'never', vanishAfterMs: 3_000 },
    emits: ['job.lost'],
  },
  {
    origin: 'huawei-elb',
    name: 'edge',
    team: 'web',
    jobType: 'createELB',
    description: 'succeeds',
    life: { end: 'SUCCESS', runMs: 2_000 },
    emits: ['job.succeeded'],
  },
  {
    origin: 'huawei-elb',
    name: 'edge-old',
    team: 'web',
    jobType: 'deleteELB',
    description: 'fails',
    life: {
      end: 'FAIL',
      runMs: 3_500,
      error: { code: 'ELB.7014', reason: 'The load balancer still has listeners' },
    },
    emits: ['job.failed'],
  },
  {
    origin: 'huawei-elb',
    name: 'internal',
    team: 'web',
    jobType: 'createELB',
    description: 'succeeds',
    life: { end: 'SUCCESS', runMs: 5_500, subJobs: [{ end: 'SUCCESS' }] },
    emits: ['job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-1',
    team: 'data',
    jobType: 'createServer',
    description: 'succeeds',
    life: { end: 'SUCCESS', runMs: 3_000, subJobs: [{ end: 'SUCCESS' }] },
    emits: ['job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-2',
    team: 'data',
    jobType: 'resizeServer',
    description: 'succeeds, but past its deadline',
    life: { end: 'SUCCESS', runMs: 9_000 },
    deadline: 5_000,
    emits: ['job.overdue', 'job.succeeded'],
  },
  {
    origin: 'otc-ecs',
    name: 'ci-3',
    team: 'data',
    jobType: 'changeOS',
    description: 'fails',
    life: {
      end: 'FAIL',
      runMs: 6_500,
      error: { code: 'Ecs.0032', reason: 'The image does not exist' },
    },
    emits: ['job.failed'],
  },
];

/** For a while one cloud answers 429 to everything. Its jobs wait, and nothing is published about them. */
export const THROTTLED = {
  system: 'otc-ecs',
  afterMs: 2_500,
  forMs: 2_000,
  limit: 2,
  per: 'second',
} as const;
