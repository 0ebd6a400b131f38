/**
 * Runs the benchmarks that are named, or all: npm run bench -- [NAME...] [--quick] [--rounds N]
 *
 * A name is a file of this folder. Its default export is a `Bench` (`harness/bench.ts`), or a function that counts and prints
 * by itself. Results go to `results/NAME.json`; `npm run bench -- report` puts them into docs/performance.md.
 *
 * `--quick` runs little and judges no speed: only that all run, and count the same. The exit code is 1 where contenders
 * disagree, or in a whole run where a goal is missed.
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'oxfmt';
import type { Bench } from './harness/bench.ts';
import { spoken, stamped, type Counted } from './harness/counted.ts';
import { report } from './harness/report.ts';
import { contending, run } from './harness/run.ts';
import { printed } from './harness/text.ts';

/** A benchmark that counts by itself, and keeps what it answers. */
type Counting = (options: { quick: boolean }) => Promise<Counted | void>;

const RESULTS = join(import.meta.dirname, 'results');
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 1 : 5));
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  console.error(`--rounds is '${values.rounds}'; write a number from 1 on.`);
  process.exit(2);
}

const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'index')
  .toSorted();
const unknown = wanted.filter((name) => !names.includes(name) && name !== 'report');
if (unknown.length > 0) {
  console.error(
    `There is no benchmark '${unknown.join("', '")}'. There are: ${names.join(', ')}; and report.`,
  );
  process.exit(2);
}

const shared = quick ? await contending() : undefined;
for (const name of wanted.length > 0 ? wanted : names) {
  if (name === 'report') {
    console.log(`docs/performance.md shows: ${(await report(RESULTS)).join(', ')}`);
    continue;
  }
  const file = join(import.meta.dirname, `${name}.ts`);
  const { default: bench } = (await import(file)) as { default: Bench | Counting };
  if (typeof bench === 'function') {
    // What counts by itself has no contenders that could disagree; some of it has a quick way.
    if (quick && bench.length === 0) continue;
    console.log(`\n# ${name}\n`);
    const counted = await bench({ quick });
    if (!counted) continue;
    await keep(name, stamped(counted));
    console.log(spoken(counted));
    if (!quick && counted.goals.some(({ holds }) => !holds)) process.exitCode = 1;
    continue;
  }
  console.log(`\n# ${name}\n`);
  const result = await run(name, file, bench, {
    quick,
    rounds,
    say: (text) => console.error(text),
    ...(shared && { shared }),
  });
  await keep(name, result);
  console.log(printed(result));
  const goals = Object.values(result.cases).flatMap((one) => one.goals);
  if (!quick && goals.some(({ holds, stretch }) => holds === false && !stretch)) process.exitCode = 1;
}
async function keep(name: string, result: object): Promise<void> {
  const folder = quick ? join(RESULTS, 'quick') : RESULTS;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, (await format(file, JSON.stringify(result), { printWidth: 110 })).code);
}
await shared?.stop();

// Left-over handles of what ran here keep nobody waiting.
process.exit();
