import { bench, type Runner } from './harness/bench.ts';
import { inChild } from './harness/child.ts';
import { ACCESS_KEY, inLanes, jobIdOf, PROJECT, SECRET_KEY } from './check/world.ts';

interface Size {
  checks: number;
  inFlight: number;
}
interface Client {
  ask(jobId: string): Promise<string>;
  close(): Promise<void>;
}

let asked = 0;

function asking({ checks, inFlight }: Size, { ask, close }: Client): Runner {
  return {
    async round() {
      const counters = { checks: 0, running: 0, succeeded: 0 };
      await inLanes(checks, inFlight, async () => {
        const status = (await ask(jobIdOf(asked++))).toLowerCase();
        counters.checks += 1;
        if (status === 'running') counters.running += 1;
        if (status === 'success') counters.succeeded += 1;
      });
      return { units: checks, counters };
    },
    close,
  };
}

const nothing = async (): Promise<void> => {};
const urlOf = (port: number, jobId: string): string => `http://127.0.0.1:${port}/v1/${PROJECT}/jobs/${jobId}`;

export default bench<Size>({
  about:
    'One check: the job query of a cloud is signed, sent over a connection that stays open, answered at once, parsed and validated. The stand-in for the cloud has a process of its own.',
  unit: 'check',
  cases: (quick) => ({
    '64 in flight, no latency': { checks: quick ? 100 : 10_000, inFlight: quick ? 16 : 64 },
  }),
  async stage() {
    const cloud = await inChild(new URL('check/cloud.ts', import.meta.url));
    return { at: await cloud.call('start'), close: () => cloud.stop() };
  },
  contenders: {
    jobchime: {
      title: 'Jobchime, as the service checks',
      async open(size, port: number) {
        const { ours } = await import('./check/ours.ts');
        return asking(size, ours(port));
      },
    },
    'over-ky': {
      title: 'the same with ky before the door',
      async open(size, port: number) {
        const { ours } = await import('./check/ours.ts');
        return asking(size, ours(port, true));
      },
    },
    floor: {
      title: 'undici dispatch, own signer, zod',
      async open(size, port: number) {
        const { floor } = await import('./check/floor.ts');
        return asking(size, floor(port));
      },
    },
    'ky-official': {
      title: 'ky over fetch, official signer, zod',
      async open(size, port: number) {
        const { default: ky } = await import('ky');
        const { AKSKSigner } = await import('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js');
        const { BasicCredentials } = await import('@huaweicloud/huaweicloud-sdk-core');
        const { JOB } = await import('./check/schema.ts');
        const credential = new BasicCredentials()
          .withAk(ACCESS_KEY)
          .withSk(SECRET_KEY)
          .withProjectId(PROJECT);
        const api = ky.create({ retry: 0 });
        const ask = async (jobId: string): Promise<string> => {
          const endpoint = urlOf(port, jobId);
          const request = { method: 'GET', endpoint, headers: { 'X-Project-Id': PROJECT }, queryParams: {} };
          const headers = AKSKSigner.sign(request, credential) as Record<string, string>;
          return JOB.parse(await api.get(endpoint, { headers }).json()).status;
        };
        return asking(size, { ask, close: nothing });
      },
    },
    sdk: {
      title: 'official SDK',
      async open(size, port: number) {
        const { BasicCredentials } = await import('@huaweicloud/huaweicloud-sdk-core');
        const { EcsClient, ShowJobRequest } = await import('@huaweicloud/huaweicloud-sdk-ecs');
        const credential = new BasicCredentials()
          .withAk(ACCESS_KEY)
          .withSk(SECRET_KEY)
          .withProjectId(PROJECT);
        const client = EcsClient.newBuilder()
          .withCredential(credential)
          .withEndpoint(`http://127.0.0.1:${port}`)
          .build();
        const ask = async (jobId: string): Promise<string> =>
          (await client.showJob(new ShowJobRequest().withJobId(jobId))).status ?? '';
        return asking(size, { ask, close: nothing });
      },
    },
  },
  goals: [
    { of: 'jobchime', to: 'sdk', figure: 'cpuUs', max: 0.25 },
    { of: 'jobchime', to: 'ky-official', figure: 'cpuUs', max: 1 / 3 },
    { of: 'jobchime', to: 'floor', figure: 'cpuUs', max: 2.2 },
  ],
  warmUps: 2,
  plot: ['cpuUs', 'perSecond'],
});
