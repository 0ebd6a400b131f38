import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts `words`, waits for the first query of a job, and ends the process: what it had used by then. */
export async function firstCheck(
  cloud: FirstCheckCloud,
  words: readonly string[],
  { cwd, env, end = 'SIGKILL' }: { cwd: string; env: Record<string, string>; end?: NodeJS.Signals },
): Promise<{ cpuUs: number; wallMs: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`${words.join(' ')} ended with ${code} and asked nothing`)),
    );
  });
  try {
    await Promise.race([cloud.next(), ended]);
    return { cpuUs: cpuOf(child.pid!), wallMs: performance.now() - began };
  } finally {
    ended.catch(() => {});
    child.kill(end);
    // The service does not wait after the second one.
    await Promise.race([ended.catch(() => {}), sleep(500)]);
    child.kill(end);
    await ended.catch(() => {});
  }
}

/** Of all threads of a process, from Linux, which counts nanoseconds: a start is too short for the clock's ticks. */
function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ran.reduce((sum, one) => sum + one, 0) / 1_000;
}

export interface FirstCheckCloud {
  url: string;
  /** Resolves when the next query comes. */
  next(): Promise<void>;
  close(): void;
}

/** A cloud that never answers: what comes first is all there is to see. */
export async function firstCheckCloud(): Promise<FirstCheckCloud> {
  let asked = (): void => {};
  const server: Server = createServer((request) => {
    if (/\/jobs\/[0-9a-f]{32}$/.test(request.url ?? '')) asked();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    next: () => new Promise((resolve) => (asked = resolve)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
