import { setTimeout as sleep } from 'node:timers/promises';
import { bench } from './harness/bench.ts';
import { inChild } from './harness/child.ts';

interface Size {
  jobs: number;
  inFlight: number;
  latencyMs: number;
}

let tracked = 0;
/** Of the jobs of the stand-in every fourth has ended. */
const endedJob = (): string => (4 * tracked++).toString(16).padStart(32, '0');

const sizeAt = (quick: boolean, latencyMs: number): Size => ({
  jobs: quick ? 200 : 10_000,
  inFlight: quick ? 32 : 256,
  latencyMs,
});

export default bench<Size>({
  about:
    'The service, from its configuration, has jobs to check that have ended, at a cloud that takes a fixed time for each answer; each end and its event are on disk. The ideal is jobs x latency / concurrency. `concurrency` is what limits it, and not `rate`.',
  unit: 'job',
  cases: (quick) => ({ '50 ms': sizeAt(quick, 50), ...(!quick && { '200 ms': sizeAt(quick, 200) }) }),
  async stage({ latencyMs }) {
    const cloud = await inChild(new URL('check/cloud.ts', import.meta.url));
    return { at: await cloud.call('start', { latencyMs }), close: () => cloud.stop() };
  },
  contenders: {
    jobchime: {
      title: 'Jobchime, the service',
      async open({ jobs, inFlight }, port: number) {
        const { openService, originAt } = await import('./service/opened.ts');
        // The most that this concurrency may have: what limits is the concurrency.
        const rate = 20 * inFlight;
        const origin = originAt('bench', port, `rate: ${rate}, concurrency: ${inFlight}`);
        let opened: ReturnType<typeof openService> | undefined;
        return {
          async prepare() {
            await opened?.close();
            opened = openService(`origins:\n${origin}\npolicy: { first_check: 10ms }\n`);
            await opened.track('bench', Array.from({ length: jobs }, endedJob));
            await sleep(100);
          },
          async round() {
            const { service, allEnded } = opened!;
            await service.start();
            await allEnded('bench');
            // What is in hand is on disk.
            await service.stop();
            return { units: jobs, counters: { ended: jobs } };
          },
          close: async () => opened?.close(),
        };
      },
    },
    ideal: {
      title: 'ideal: jobs x latency / concurrency',
      open: ({ jobs, inFlight, latencyMs }) => ({
        round: async () => ({
          units: jobs,
          counters: { ended: jobs },
          wallMs: (jobs * latencyMs) / inFlight,
          cpuUs: 0,
        }),
      }),
    },
  },
  goals: [
    { of: 'jobchime', to: 'ideal', figure: 'wallMs', max: 1.5, cases: ['50 ms'] },
    { of: 'jobchime', to: 'ideal', figure: 'wallMs', max: 1.15, cases: ['200 ms'] },
  ],
  plot: ['perSecond', 'cpuUs'],
});
