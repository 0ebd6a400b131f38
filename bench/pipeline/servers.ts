import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { program } from '../harness/peers.ts';

/** A server of a peer, in a folder of its own that goes with it. */
export interface Server {
  port: number;
  folder: string;
  pid: number;
  /** Killed, and started again in the same folder, on the same port. */
  again(): Promise<Server>;
  stop(): Promise<void>;
}

interface Program {
  command: string;
  args: (port: number, folder: string) => string[];
  uid?: number;
}

/** Starts a program and waits until its port is open. */
export async function serving(
  command: string,
  args: Program['args'],
  { prepare, uid }: { prepare?: (folder: string) => void; uid?: number } = {},
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-peer-'));
  prepare?.(folder);
  return begun({ command, args, ...(uid !== undefined && { uid }) }, folder, await freePort());
}

/** Prints the process number, and ends what it started when its own input ends: so nothing outlives a bench that was killed. */
const GUARD = '"$@" >/dev/null 2>&1 & pid=$!; echo $pid; cat >/dev/null; kill -9 $pid; wait $pid';

async function begun(one: Program, folder: string, port: number): Promise<Server> {
  const { command, args, uid } = one;
  const child = spawn('sh', ['-c', GUARD, 'sh', command, ...args(port, folder)], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const gone = once(child, 'exit');
  const [pid] = (await once(child.stdout, 'data')) as [Buffer];
  for (let tries = 0; !(await isOpen(port)); tries += 1) {
    if (tries === 200) throw new Error(`${command} does not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const kill = async (): Promise<void> => {
    child.stdin.end();
    await gone;
  };
  return {
    port,
    folder,
    pid: Number(pid),
    async again() {
      await kill();
      return begun(one, folder, port);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const startRedis = (): Promise<Server> =>
  serving(program('redis-server')!, (port) => ['--port', String(port), '--save', '', '--appendonly', 'no']);

/** With its defaults: what is committed is on disk. It does not run as root, so there it gets the first user that is not. */
export function startPostgres(): Promise<Server> {
  const bin = dirname(realpathSync(program('postgres')!));
  const uid = process.getuid?.() === 0 ? uidOf('postgres') : undefined;
  return serving(
    join(bin, 'postgres'),
    (port, folder) => ['-D', join(folder, 'data'), '-p', String(port), '-k', folder],
    {
      ...(uid !== undefined && { uid }),
      prepare(folder) {
        chmodSync(folder, 0o700);
        if (uid !== undefined) chownSync(folder, uid, uid);
        const made = spawnSync(
          join(bin, 'initdb'),
          ['-D', join(folder, 'data'), '-U', 'bench', '-A', 'trust', '--no-instructions'],
          {
            cwd: folder,
            ...(uid !== undefined && { uid, gid: uid }),
          },
        );
        if (made.status !== 0) throw new Error(`initdb: ${String(made.stderr)}`);
      },
    },
  );
}

function uidOf(user: string): number {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`));
  if (!line) throw new Error(`there is no user ${user}`);
  return Number(line.split(':')[2]);
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
