import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ENV } from '../../lib/wire/aws/env.ts';
import { BUNDLING, entryOf, FUNCTIONS, ROOT } from '../../scripts/bundle.ts';
import { floorOf, laterIn, usesOf } from './floor.ts';

/** A function's bundle beside its floor: the same packages, as far as they are used, and nothing of ours. */
export interface Bundle {
  name: string;
  kb: Pair;
  /** Processor time of importing it into a fresh process, in milliseconds. */
  ms: Pair;
}
export interface Pair {
  ours: number;
  floor: number;
  ratio: number;
}

const ROUNDS = 15;

export async function bundles(): Promise<Bundle[]> {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-bundles-'));
  try {
    const files = new Map<string, { ours: string; floor: string }>();
    for (const name of FUNCTIONS) files.set(name, await made(folder, name));
    const times = new Map<string, Timed[]>(FUNCTIONS.map((name) => [name, []]));
    // In turns, so that whatever else the machine does meets all of them.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, { ours, floor }] of files) {
        const env = environmentOf(name as keyof ReturnType<typeof ENV>);
        times.get(name)!.push(
          await inTurn(
            round,
            () => importTime(ours, env),
            () => importTime(floor, env),
          ),
        );
      }
    }
    return [...files].map(([name, { ours, floor }]) => ({
      name,
      kb: pair(sizeOf(ours), sizeOf(floor)),
      ms: summary(times.get(name)!),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function made(folder: string, name: string): Promise<{ ours: string; floor: string }> {
  const outside = await build({
    ...BUNDLING,
    entryPoints: [entryOf(name)],
    outfile: join(folder, `${name}.mjs`),
    packages: 'external',
    minify: false,
    keepNames: false,
    write: false,
  });
  const { text } = outside.outputFiles[0]!;
  const floorSource = floorOf(usesOf(text), laterIn(text));
  const [ours, floor] = [join(folder, `${name}.mjs`), join(folder, `${name}.floor.mjs`)];
  await build({ ...BUNDLING, entryPoints: [entryOf(name)], outfile: ours });
  await build({ ...BUNDLING, stdin: { contents: floorSource, resolveDir: ROOT }, outfile: floor });
  return { ours, floor };
}

/** What the function finds when it starts; without a cache of compiled code, which a new container has not. */
const environmentOf = (name: keyof ReturnType<typeof ENV>): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  ...Object.fromEntries(Object.keys(ENV()[name].shape).map((key) => [key, 'x'])),
});

const IMPORT = `
const { user, system } = process.cpuUsage();
await import(process.env.BUNDLE);
const after = process.cpuUsage();
console.log((after.user + after.system - user - system) / 1_000);
process.exit();
`;

async function importTime(file: string, env: Record<string, string>): Promise<number> {
  const args = ['--input-type=module', '--eval', IMPORT];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...env, BUNDLE: file } });
  return Number(stdout);
}

type Timed = { ours: number; floor: number };
/** The second one finds a warmer machine. */
async function inTurn(
  round: number,
  ours: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<Timed> {
  if (round % 2 === 0) return { ours: await ours(), floor: await floor() };
  const first = await floor();
  return { ours: await ours(), floor: first };
}

const sizeOf = (file: string): number => statSync(file).size / 1_024;
const pair = (ours: number, floor: number): Pair => ({ ours, floor, ratio: ours / floor });

/** The ratio is that of neighbours in time, which a busy machine disturbs less than one of medians. */
const summary = (times: readonly Timed[]): Pair => ({
  ours: median(times.map(({ ours }) => ours)),
  floor: median(times.map(({ floor }) => floor)),
  ratio: median(times.map(({ ours, floor }) => ours / floor)),
});

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
