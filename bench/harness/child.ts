import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A module in a process of its own, whose exported functions are called from here. What passes is plain JSON. */
export interface Child {
  pid: number;
  call<T>(name: string, ...args: unknown[]): Promise<T>;
  /** Processor time of the whole process, in microseconds. */
  cpuUs(): Promise<number>;
  /** Resident memory, in bytes. */
  rss(): Promise<number>;
  stop(): Promise<void>;
}

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
}

const MAIN = fileURLToPath(new URL('child-main.ts', import.meta.url));

export async function inChild(
  module: URL,
  options: { env?: NodeJS.ProcessEnv; execArgv?: string[] } = {},
): Promise<Child> {
  const child = fork(MAIN, [module.href], {
    execArgv: ['--expose-gc', '--no-warnings', ...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let next = 0;
  child.on('message', ({ id, value, error }: Reply) => {
    const call = open.get(id);
    open.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  child.on('exit', (code) => {
    for (const call of open.values()) call.reject(new Error(`${module.pathname} ended with ${code}`));
  });
  const call = <T>(name: string, ...args: unknown[]): Promise<T> => {
    const answered = Promise.withResolvers<unknown>();
    const id = next++;
    open.set(id, answered);
    child.send({ id, name, args });
    return answered.promise as Promise<T>;
  };
  await call('ready');
  return {
    pid: child.pid!,
    call,
    cpuUs: () => call<number>('cpuUs'),
    rss: () => call<number>('rss'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
