import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Thousands of commits need not wait for a disk here: where the system has a folder in memory with room to spare, the files stand in it. */
const IN_MEMORY = '/dev/shm';
const hasRoom = (path: string): boolean => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize > 256 * 2 ** 20;
};
export const makeFolder = (): string =>
  mkdtempSync(join(existsSync(IN_MEMORY) && hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'jobchime-store-'));

/** A folder that goes away with the test; other users may look into it. */
export function folder(): string {
  const path = makeFolder();
  chmodSync(path, 0o755);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const newPath = (): string => join(folder(), 'jobs.db');

export interface Child {
  process: ChildProcess;
  /** Its next line. */
  line(): Promise<string>;
  /** SIGKILL, the end that nobody can prepare for. */
  kill(): Promise<void>;
}

/** Runs a task of `child.ts` in a process of its own. */
export function startChild(task: string, args: readonly (string | number)[], asUser?: number): Child {
  const script = join(import.meta.dirname, 'child.ts');
  const child = spawn(process.execPath, [script, task, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(asUser === undefined ? {} : { uid: asUser, gid: asUser }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the child ended without a line`);
      return value;
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
