import { bench, type Runner } from './harness/bench.ts';
import { inChild } from './harness/child.ts';
import { jobIdOf } from './check/world.ts';
import { bullmq, graphile, naive, pgBoss, type Size } from './pipeline/peers.ts';
import { arrived, countsAt } from './pipeline/sink.ts';

let tracked = 0;

async function jobchime({ jobs }: Size, port: number): Promise<Runner> {
  const { opened } = await import('./pipeline/ours.ts');
  let service: ReturnType<typeof opened>;
  return {
    async prepare() {
      service = opened(port);
      const { originOf } = service;
      for (let n = 0; n < jobs; n += 1_000) {
        const length = Math.min(1_000, jobs - n);
        const specs = Array.from({ length }, (_, i) => ({
          origin: originOf(n + i),
          jobId: jobIdOf(tracked++),
        }));
        const answers = await service.service.track(specs);
        const other = answers.find(({ outcome }) => outcome !== 'tracked');
        if (other) throw new Error(`a job was not taken: ${JSON.stringify(other)}`);
      }
    },
    async round() {
      const { announced: before } = await countsAt(port);
      await service.service.start();
      await arrived(port, before, jobs);
      // What is in hand is recorded: every attempt is on disk.
      await service.service.stop();
      const { deliveries } = service.parts.store;
      const { rows } = await deliveries.list({ state: 'delivered', limit: jobs + 1 });
      if (rows.length !== jobs) throw new Error(`${rows.length} of ${jobs} deliveries are recorded`);
      await service.close();
      return { units: jobs, counters: { announced: jobs } };
    },
  };
}

export default bench<Size>({
  about:
    'Jobs that have ended are checked, and each end is sent by a webhook. Jobchime signs both, guards both ways out, and has the end, its event and every attempt on disk (fsync) before it goes on; bullmq keeps all in memory, the peers sign nothing. Stand-ins, Redis and PostgreSQL have processes of their own, which are not counted.',
  unit: 'job',
  cases: (quick) => ({ '64 in flight': { jobs: quick ? 200 : 10_000, inFlight: quick ? 16 : 64 } }),
  async stage() {
    const world = await inChild(new URL('pipeline/world.ts', import.meta.url));
    return { at: await world.call('start'), close: () => world.stop() };
  },
  contenders: {
    jobchime: { title: 'Jobchime, the service', open: jobchime },
    naive: { title: 'a script: p-map and fetch, nothing kept', open: naive },
    bullmq: {
      title: 'bullmq, Redis without a disk',
      needs: ['bullmq', 'ioredis', 'redis-server'],
      open: bullmq,
    },
    'pg-boss': { title: 'pg-boss, batches of 500', needs: ['pg-boss', 'postgres'], open: pgBoss },
    graphile: {
      title: 'graphile-worker, local queue of 500',
      needs: ['graphile-worker', 'postgres'],
      open: graphile,
    },
  },
  goals: [
    { of: 'jobchime', to: 'naive', figure: 'perSecond', min: 1 },
    { of: 'jobchime', to: 'bullmq', figure: 'perSecond', min: 1.5 },
    { of: 'jobchime', to: 'bullmq', figure: 'perSecond', min: 2, stretch: true },
    { of: 'jobchime', to: 'pg-boss', figure: 'perSecond', min: 1.3 },
    { of: 'jobchime', to: 'graphile', figure: 'perSecond', min: 1.3 },
    ...['naive', 'bullmq', 'pg-boss', 'graphile'].map((to) => ({
      of: 'jobchime',
      to,
      figure: 'cpuUs',
      max: 1,
    })),
  ],
  plot: ['perSecond', 'cpuUs'],
});
