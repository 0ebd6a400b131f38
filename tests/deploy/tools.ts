import { execFileSync, spawn } from 'node:child_process';

/** Whether a tool is on this machine that a test can use, and can do without. */
export function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Child {
  pid: number;
  /** The first that is printed of this form. */
  until(words: RegExp): Promise<string>;
  stop(): Promise<number | null>;
}

/** Node with these words, in an environment of its own. */
export function startChild(words: readonly string[], env: Record<string, string> = {}): Child {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, words, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let changed = (): void => {};
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => (resolve(code), changed())),
  );
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      changed();
    });
  return {
    pid: child.pid!,
    async until(words) {
      for (;;) {
        const [found] = words.exec(printed) ?? [];
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`ended without ${words}:\n${printed}`);
        await new Promise<void>((resolve) => (changed = resolve));
      }
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
