import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';

export interface Ended {
  code: number;
  /** It could not be started: why. */
  fault?: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** A terminal sends these to the command as well, and for Terraform a second one means to break off. For SIGHUP one is enough. */
const OF_TERMINAL: readonly string[] = ['SIGINT', 'SIGQUIT'];

/** Shells say it so: 127 where there is no such command, 126 where it cannot be run, 128 and the number of a signal. */
const NOT_FOUND = 127;
const NOT_RUN = 126;

/**
 * Runs a command with this process's terminal, until it ends. A signal that comes here goes to the command as well, and what
 * follows is up to that. `output`: what it prints is also handed to this, and does not go to a terminal then.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  output: ((bytes: Buffer) => void) | null,
): Promise<Ended> {
  const isThere = hasTerminal();
  const out = output ? 'pipe' : 'inherit';
  const child = spawn(command, args, { env, stdio: ['inherit', out, out] });
  for (const name of SIGNALS)
    process.on(name, () => {
      if (!isThere || !OF_TERMINAL.includes(name)) child.kill(name);
    });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from?.on('data', (bytes: Buffer) => {
      to.write(bytes);
      output?.(bytes);
    });
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN, fault: error.code ?? error.message }),
    );
    child.on('close', (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal!] }));
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
