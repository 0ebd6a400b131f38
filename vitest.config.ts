import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { Tally } from './tests/tally/tally.ts';

const ROOT = import.meta.dirname;

/** What runs real processes or builds what is deployed. */
const SLOW = [
  // They wait for what people would: at the beginning of a check others have work meanwhile.
  'tests/kill/**/*.test.ts',
  'tests/cli/{reload,run}.test.ts',
  'tests/wire/aws/template.test.ts',
  'tests/cli/examples.test.ts',
  'tests/adapters/console/browser.test.ts',
  'tests/site.test.ts',
  'tests/deploy/container.test.ts',
  'tests/cli/{listen,pipelines,start}.test.ts',
  'tests/receiver/{docs,examples}.test.ts',
  'tests/hooks/hooks.test.ts',
  'tests/adapters/channels/recipe.test.ts',
  'tests/adapters/simulator/{command,walk}.test.ts',
  'tests/adapters/store/sqlite/{lock,processes}.test.ts',
  'tests/tally/**/*.test.ts',
];
/** The longest first, so that none is left over at the end alone, and what waits beside what computes. */
const ORDER = [
  ...SLOW,
  'tests/adapters/store/dynamodb/contract.test.ts',
  'tests/cli/subscriptions.test.ts',
  'tests/adapters/store/dynamodb/crash.test.ts',
  'tests/cli/again.test.ts',
  'tests/day.test.ts',
  'tests/cli/remote.test.ts',
  'tests/crash.test.ts',
  'tests/adapters/channels/email.test.ts',
  'tests/app/sweep/outages.test.ts',
  'tests/cli/stage.test.ts',
  'tests/adapters/api/{access,fuzz}.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = ORDER.findIndex((glob) => path.matchesGlob(path.relative(ROOT, moduleId), glob));
      return at === -1 ? ORDER.length : at;
    };
    const sorted = await super.sort(files); // oxlint-disable-line unicorn/no-array-sort
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // One more than processors of the gate: with two, both were idle for a quarter of the time, since the slow files wait.
    maxWorkers: 3,
    // As the command has it: a process that a test starts loads what another has compiled.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache') },
    reporters: ['default', new Tally()],
    sequence: { sequencer: LongestFirst },
    projects: [
      // Files share a process, one after the other: who changes what is everybody's puts it back.
      {
        extends: true,
        test: { name: 'unit', include: ['tests/**/*.test.ts'], exclude: SLOW, isolate: false },
      },
      { extends: true, test: { name: 'slow', include: SLOW } },
    ],
  },
});
