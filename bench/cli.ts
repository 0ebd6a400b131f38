import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../tests/bundled.ts';
import { bench, type Contender } from './harness/bench.ts';
import { ENV, newFolder } from './start/folder.ts';
import { timed } from './start/timed.ts';

interface Size {
  starts: number;
}
interface At {
  command: string;
  folder: string;
}

const CHECKOUT = join(import.meta.dirname, '../cli/jobchime.mjs');
const environment = { ...(process.env as Record<string, string>), ...ENV };

const starting = (title: string, wordsOf: (at: At) => string[]): Contender<Size> => ({
  title,
  open: ({ starts }, { command, folder }: At) => ({
    async round() {
      const words = [process.execPath, ...wordsOf({ command, folder })];
      const cpuUs = await timed(words, starts, { cwd: folder, env: environment });
      return { units: starts, counters: { starts }, cpuUs };
    },
  }),
});

export default bench<Size>({
  about:
    'Short commands from their start to their end: the processor time of the whole process, beside Node that does nothing. The store is a file with no jobs in it.',
  unit: 'start',
  cases: (quick) => ({ 'a command': { starts: quick ? 1 : 10 } }),
  async stage() {
    const { command } = await bundled();
    const folder = newFolder('https://ecs.eu-west-101.myhuaweicloud.com');
    return {
      at: { command, folder },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  contenders: {
    jobs: starting('jobchime jobs, of the package', ({ command }) => [command, 'jobs']),
    version: starting('jobchime --version, of the package', ({ command }) => [command, '--version']),
    help: starting('jobchime --help, of the package', ({ command }) => [command, '--help']),
    'checkout-jobs': starting('jobchime jobs, in a checkout', () => [CHECKOUT, 'jobs']),
    'checkout-version': starting('jobchime --version, in a checkout', () => [CHECKOUT, '--version']),
    node: starting('node alone', () => ['-e', '0']),
  },
  goals: [
    { of: 'jobs', figure: 'cpuUs', max: 200_000 },
    { of: 'version', figure: 'cpuUs', max: 200_000 },
    { of: 'help', figure: 'cpuUs', max: 200_000 },
  ],
});
