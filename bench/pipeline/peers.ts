import { inLanes, jobIdOf, PROJECT } from '../check/world.ts';
import { peer } from '../harness/peers.ts';
import type { Runner } from '../harness/bench.ts';
import { arrived, countsAt } from './sink.ts';
import { startPostgres, startRedis } from './servers.ts';

/** What all peers do for a job: they check it, and when it has ended they post. */
async function pollAndPost(port: number, n: number): Promise<void> {
  const jobId = jobIdOf(n);
  const answer = await fetch(`http://127.0.0.1:${port}/v1/${PROJECT}/jobs/${jobId}`);
  const job = (await answer.json()) as { status: string };
  if (job.status !== 'SUCCESS') throw new Error(`${jobId} is ${job.status}`);
  const body = JSON.stringify({
    id: `${n}`,
    type: 'job.succeeded',
    timestamp: new Date().toISOString(),
    data: job,
  });
  const posted = await fetch(`http://127.0.0.1:${port}/hook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await posted.arrayBuffer();
  if (!posted.ok) throw new Error(`${posted.status}`);
}

export interface Size {
  jobs: number;
  inFlight: number;
}
/** Every job of a process has a number of its own, far from those of other processes. */
let next = process.pid * 1_000_000;
const numbers = (count: number): number[] => Array.from({ length: count }, () => next++);

const round = async ({ jobs }: Size, port: number, work: () => Promise<unknown>) => {
  const { announced: before } = await countsAt(port);
  await Promise.all([work(), arrived(port, before, jobs)]);
  return { units: jobs, counters: { announced: jobs } };
};

export function naive(size: Size, port: number): Runner {
  return {
    round: () => {
      const todo = numbers(size.jobs);
      return round(size, port, () => inLanes(size.jobs, size.inFlight, (i) => pollAndPost(port, todo[i]!)));
    },
  };
}

// What is used of the peers, whose types are not there without them.
interface BullQueue {
  addBulk(jobs: { name: string; data: { n: number } }[]): Promise<unknown>;
  obliterate(options: { force: boolean }): Promise<unknown>;
  close(): Promise<void>;
}
interface BullWorker {
  run(): Promise<void>;
  close(): Promise<void>;
}
interface Bull {
  Queue: new (name: string, options: object) => BullQueue;
  Worker: new (
    name: string,
    work: (job: { data: { n: number } }) => Promise<void>,
    options: object,
  ) => BullWorker;
}

export async function bullmq(size: Size, port: number): Promise<Runner> {
  const redis = await startRedis();
  const { Queue, Worker } = await peer<Bull>('bullmq');
  const connection = { host: '127.0.0.1', port: redis.port };
  let name = '';
  return {
    async prepare() {
      name = `jobs-${next}`;
      const queue = new Queue(name, { connection });
      await queue.addBulk(numbers(size.jobs).map((n) => ({ name: 'job', data: { n } })));
      await queue.close();
    },
    async round() {
      const options = {
        connection,
        concurrency: size.inFlight,
        autorun: false,
        removeOnComplete: { count: 0 },
      };
      const worker = new Worker(name, ({ data }) => pollAndPost(port, data.n), options);
      const done = await round(size, port, async () => void worker.run());
      await worker.close();
      return done;
    },
    close: () => redis.stop(),
  };
}

interface Boss {
  start(): Promise<unknown>;
  stop(options: object): Promise<void>;
  createQueue(name: string): Promise<void>;
  insert(name: string, jobs: { data: { n: number } }[]): Promise<unknown>;
  work(
    name: string,
    options: object,
    work: (jobs: { data: { n: number } }[]) => Promise<void>,
  ): Promise<string>;
  offWork(name: string, options?: object): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): void;
}

export async function pgBoss(size: Size, port: number): Promise<Runner> {
  const postgres = await startPostgres();
  const { PgBoss } = await peer<{ PgBoss: new (url: string) => Boss }>('pg-boss');
  const boss = new PgBoss(`postgres://bench@127.0.0.1:${postgres.port}/postgres`);
  boss.on('error', (error) => console.error(error));
  await boss.start();
  let name = '';
  return {
    async prepare() {
      name = `jobs-${next}`;
      await boss.createQueue(name);
      const all = numbers(size.jobs).map((n) => ({ data: { n } }));
      for (let i = 0; i < all.length; i += 1_000) await boss.insert(name, all.slice(i, i + 1_000));
    },
    async round() {
      const options = { batchSize: 500, pollingIntervalSeconds: 0.5 };
      const work = (jobs: { data: { n: number } }[]) =>
        inLanes(jobs.length, size.inFlight, (i) => pollAndPost(port, jobs[i]!.data.n));
      const done = await round(size, port, () => boss.work(name, options, work));
      await boss.offWork(name);
      return done;
    },
    async close() {
      await boss.stop({ graceful: false });
      await postgres.stop();
    },
  };
}

interface Graphile {
  Logger: new (factory: () => () => void) => object;
  run(options: object): Promise<{ stop(): Promise<void>; promise: Promise<void> }>;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJobs(jobs: { identifier: string; payload: object }[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
}

export async function graphile(size: Size, port: number): Promise<Runner> {
  const postgres = await startPostgres();
  const { run, makeWorkerUtils, Logger } = await peer<Graphile>('graphile-worker');
  const logger = new Logger(() => () => {});
  const connectionString = `postgres://bench@127.0.0.1:${postgres.port}/postgres`;
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  return {
    async prepare() {
      const all = numbers(size.jobs).map((n) => ({ identifier: 'job', payload: { n } }));
      for (let i = 0; i < all.length; i += 1_000) await utils.addJobs(all.slice(i, i + 1_000));
    },
    async round() {
      const runner = await run({
        preset: {
          worker: {
            connectionString,
            concurrentJobs: size.inFlight,
            maxPoolSize: 10,
            localQueue: { size: 500 },
            completeJobBatchDelay: 0,
            logger,
          },
        },
        noHandleSignals: true,
        taskList: { job: ({ n }: { n: number }) => pollAndPost(port, n) },
      });
      const done = await round(size, port, async () => {});
      await runner.stop();
      return done;
    },
    async close() {
      await utils.release();
      await postgres.stop();
    },
  };
}
