/**
 * `npm run check`: lint, which reads the types too, and format, one after the other, and beside them the tests, which wait now and
 * then and leave a processor to others. Further steps may be named, each as npm takes it: `npm run check -- 'bench -- --quick'`.
 *
 * A step is heard when it has ended, the tests as they go. The last line is their count; the exit code is 1 where anything failed.
 */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface Ended {
  step: string;
  code: number | null;
  /** Only what the tests print. */
  tally: string | undefined;
}

/** As the tests have it: of dozens of processes one compiles a module, and the others load it. */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

/** Types are read by programs in Go, which would spend a fifth of their time on the collection of garbage to save a seventh of memory. */
const COLLECTED = { GOGC: '400' };

async function run(step: string, isHeardAtOnce = false): Promise<Ended> {
  // As npm runs it, which takes a quarter of a second to start.
  const child = spawn(`"${process.execPath}" --run ${step}`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...COMPILED, ...COLLECTED, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (isHeardAtOnce) for (const from of ['stdout', 'stderr'] as const) child[from].pipe(process[from]);
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = { step, code: await code, tally: /^\d+ passed, \d+ failed$/m.exec(said[0])?.[0] };
  if (!isHeardAtOnce) process.stdout.write(`\n$ npm run ${step}\n${said.join('')}`);
  return ended;
}

async function oneByOne(steps: readonly string[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const step of steps) ended.push(await run(step));
  return ended;
}

const others = oneByOne(['lint', 'format:check', ...process.argv.slice(2)]);
const tests = await run('test', true);
const failed = [...(await others), tests].filter(({ code }) => code !== 0);
for (const { step } of failed) console.log(`\nfailed: npm run ${step}`);
if (tests.tally !== undefined) console.log(`\n${tests.tally}`);
process.exitCode = failed.length > 0 ? 1 : 0;
