import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { newJob } from '../lib/core/jobs/job.ts';
import { bundled } from '../tests/bundled.ts';
import { jobIdOf, PROJECT } from './check/world.ts';
import { bench, type Contender } from './harness/bench.ts';
import { firstCheck, firstCheckCloud } from './start/first-check.ts';
import { ENV, newFolder, ORIGIN } from './start/folder.ts';
import { timed } from './start/timed.ts';

interface Size {
  starts: number;
  /** Each has been started and ended once before. */
  warm: boolean;
}
interface At {
  /** Where the bundled command is. */
  command: string;
}

const CHECKOUT = join(import.meta.dirname, '../cli/jobchime.mjs');
const SDK = join(import.meta.dirname, 'start/sdk.mjs');
const INFO = { origin: ORIGIN, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

/** A store with one job that is due. */
async function fill(folder: string): Promise<void> {
  const store = openStore(join(folder, 'jobchime.db'));
  const now = Date.now();
  await store.jobs.create([
    newJob({ origin: ORIGIN, projectId: PROJECT, jobId: jobIdOf(1) }, INFO, now, now),
  ]);
  await store.close();
}

const starting = (
  title: string,
  wordsOf: (at: At) => string[],
  more: Record<string, string> = {},
): Contender<Size> => ({
  title,
  async open({ starts, warm }, at: At) {
    const cloud = await firstCheckCloud();
    const env = { ...(process.env as Record<string, string>), ...ENV };
    const sdk = { ENDPOINT: cloud.url, PROJECT, JOB: jobIdOf(1) };
    const start = async (end?: NodeJS.Signals) => {
      const folder = newFolder(cloud.url);
      await fill(folder);
      const one = await firstCheck(cloud, wordsOf(at), {
        cwd: folder,
        env: { ...env, ...sdk, ...more },
        ...(end && { end }),
      });
      rmSync(folder, { recursive: true, force: true });
      return one;
    };
    // Once to its end, as everything that is installed has run before.
    if (warm) await start('SIGTERM');
    return {
      async round() {
        let [cpuUs, wallMs] = [0, 0];
        for (let n = 0; n < starts; n += 1) {
          const one = await start();
          cpuUs += one.cpuUs;
          wallMs += one.wallMs;
        }
        return { units: starts, counters: { starts }, cpuUs, wallMs, figures: { firstMs: wallMs / starts } };
      },
      close: async () => cloud.close(),
    };
  },
});

/** What a start is made of, as programs that end there: each does what the one before does, and more. */
const step = (title: string, wordsOf: (at: At) => string[]): Contender<Size> => ({
  title,
  open({ starts }, at: At) {
    const folder = newFolder('https://ecs.eu-west-101.myhuaweicloud.com');
    const env = { ...(process.env as Record<string, string>), ...ENV };
    return {
      async round() {
        const cpuUs = await timed([process.execPath, ...wordsOf(at)], starts, { cwd: folder, env });
        return { units: starts, counters: { starts }, cpuUs };
      },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});
const LOAD = `for (const name of ['crypto', 'net', 'tls', 'sqlite']) process.getBuiltinModule('node:' + name)`;

export default bench<Size>({
  about:
    'From the start of the process to its first query of a job: the service with a store in which one job is due, beside a program that asks for that job with the official SDK. Each has been started and ended once before: Node keeps the compiled code of a program that asks for it. The stand-in for the cloud has a process of its own. Needs Linux.',
  unit: 'start',
  cases: (quick) => ({ 'to the first check': { starts: quick ? 1 : 5, warm: !quick } }),
  async stage() {
    const { command } = await bundled();
    return { at: { command }, close: async () => {} };
  },
  contenders: {
    jobchime: starting('jobchime start, of the package', ({ command }) => [command, 'start']),
    first: starting('the same, the first time after it was installed', ({ command }) => [command, 'start'], {
      NODE_DISABLE_COMPILE_CACHE: '1',
    }),
    checkout: starting('jobchime start, in a checkout', () => [CHECKOUT, 'start']),
    sdk: starting('official SDK, as it is installed', () => [SDK]),
    node: step('a part of it: node alone', () => ['-e', '0']),
    modules: step('a part of it: with its modules for keys, connections and SQLite', () => ['-e', LOAD]),
    config: step(
      'a part of it: jobchime config check, which reads and checks the configuration',
      ({ command }) => [command, 'config', 'check'],
    ),
  },
  figures: { firstMs: 'to the first check, ms' },
  goals: [
    { of: 'jobchime', to: 'sdk', figure: 'cpuUs', max: 1 / 2.9 },
    { of: 'jobchime', to: 'sdk', figure: 'firstMs', max: 1 / 2.9 },
  ],
  plot: ['cpuUs', 'firstMs'],
});
