// Breaks each core rule on purpose, one at a time, in a copy of the tree, and prints which of them no test notices.
// `npm run mutate -- NAME` takes those alone whose name contains NAME.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS } from './mutations/index.ts';
import { survey } from './mutations/mutation.ts';

/** A broken rule may make a test wait for ever; that is noticed too. */
const LONGEST_MS = 300_000;

const root = new URL('../', import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), 'jobchime-mutate-'));
let child: ReturnType<typeof spawn> | null = null;

function leave(code: number): never {
  endChild();
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}
process.once('SIGINT', () => leave(130));
process.once('SIGTERM', () => leave(143));

/** With the processes that it started. */
function endChild(): void {
  try {
    if (child?.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  child = null;
}

/** Whatever Git would take, changed or new. */
function copyTree(): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    // What is removed and not committed yet is listed too.
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

let said = '';
const passes = (tests: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', '--reporter=dot', ...tests];
    const { VITEST: _, ...env } = process.env;
    child = spawn(process.execPath, args, { cwd: copy, env: { ...env, NO_COLOR: '1' }, detached: true });
    said = '';
    const hear = (piece: Buffer): void => void (said += String(piece));
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    const timer = setTimeout(endChild, LONGEST_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      child = null;
      resolve(code === 0);
    });
  });

try {
  const wanted = process.argv[2] ?? '';
  const chosen = MUTATIONS.filter(({ name }) => name.includes(wanted));
  if (chosen.length === 0) throw new Error(`no mutation has '${wanted}' in its name`);
  copyTree();
  const tests = [...new Set(chosen.flatMap((one) => one.tests))];
  console.log(`${tests.length} test files with nothing broken ...`);
  if (!(await passes(tests))) throw new Error(`they fail by themselves:\n${said.slice(-3_000)}`);
  const files = {
    read: (file: string) => readFileSync(join(copy, file), 'utf8'),
    write: (file: string, text: string) => writeFileSync(join(copy, file), text),
  };
  const verdicts = await survey(chosen, files, passes, ({ mutation: { name, rule }, noticed }) =>
    console.log(noticed ? `noticed   ${name}` : `SURVIVED  ${name}: ${rule}`),
  );
  const survivors = verdicts.filter(({ noticed }) => !noticed);
  for (const { mutation } of survivors) {
    const { name, rule, file, tests } = mutation;
    console.log(`\n${name}\n  rule   ${rule}\n  in     ${file}\n  no test noticed in ${tests.join(', ')}`);
  }
  console.log(`\n${verdicts.length - survivors.length} noticed, ${survivors.length} survived`);
  leave(survivors.length > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  leave(1);
}
