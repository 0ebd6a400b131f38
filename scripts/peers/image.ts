/**
 * Whether the Dockerfile builds an image whose service works: buildah builds and runs it without an engine (Debian: apt-get install buildah).
 * Where the base image cannot be pulled, one like it is made of Debian and of the Node that is in node_modules (mmdebstrap).
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Check = (what: string, holds: boolean, found?: unknown) => void;
const root = new URL('../../', import.meta.url).pathname;
const BASE = 'docker.io/library/node:24-slim';
const IMAGE = 'localhost/jobchime:peers';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const isThere = (command: string): boolean => !spawnSync(command, ['--version'], { stdio: 'ignore' }).error;

export async function tryImage(check: Check): Promise<void> {
  if (!isThere('buildah'))
    return console.log('absent: buildah (Debian: apt-get install buildah); no image was built');
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-image-'));
  const store = [
    '--root',
    join(folder, 'store'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const buildah = (...words: string[]): string =>
    execFileSync('buildah', [...store, ...words], { encoding: 'utf8', stdio: 'pipe', cwd: root }).trim();
  const children: ChildProcess[] = [];
  try {
    if (spawnSync('buildah', [...store, 'pull', BASE], { timeout: 60_000 }).status !== 0) {
      if (!isThere('mmdebstrap'))
        return console.log(
          `absent: ${BASE} cannot be pulled, and without mmdebstrap none like it is made; no image was built`,
        );
      console.log(`${BASE} cannot be pulled: one like it is made of Debian`);
      makeBase(folder, buildah);
    }
    console.log('      the image is being built, which takes some minutes');
    // Of a format that keeps the health check.
    const how = ['--isolation', 'chroot', '--network', 'host', '--pull-never', '--format', 'docker'];
    buildah('bud', ...how, '-t', IMAGE, '.');
    const built = JSON.parse(buildah('inspect', '--type', 'image', IMAGE)) as {
      Docker: {
        config: { User: string; Entrypoint: string[]; Cmd: string[]; Healthcheck?: { Test: string[] } };
      };
    };
    const { User, Entrypoint, Cmd, Healthcheck } = built.Docker.config;
    check(
      'the image is built, and has its user, its command and its health check',
      User === 'node' && Healthcheck !== undefined,
      built.Docker.config,
    );

    const container = buildah('from', '--pull-never', IMAGE);
    const within = [...store, 'run', '--isolation', 'chroot', '--user', User];
    const inside = (words: readonly string[]) =>
      spawnSync('buildah', [...within, container, '--', ...words], { encoding: 'utf8', timeout: 60_000 });
    const start = (words: readonly string[], options: readonly string[] = []): void => {
      children.push(
        spawn('buildah', [...within, ...options, container, '--', ...words], { stdio: 'ignore' }),
      );
    };
    check('jobchime is a command in it', inside(['jobchime', '--version']).status === 0);
    check(
      'it can write its data, and nothing of the program',
      inside(['sh', '-c', 'touch /data/x && ! touch /app/x']).status === 0,
    );

    start([...Entrypoint, 'simulate', '--port', '8480']);
    const config = join(folder, 'etc');
    mkdirSync(config);
    writeFileSync(join(config, 'jobchime.yaml'), ownConfig(), { mode: 0o644 });
    const secrets = [
      'SIMULATED_PASSWORD=simulated-password',
      `API_KEY=${Buffer.alloc(32, 'k').toString('base64')}`,
    ];
    start(
      [...Entrypoint, ...Cmd],
      [...secrets.flatMap((one) => ['--env', one]), '-v', `${config}:/etc/jobchime:ro`],
    );
    const [, ...healthy] = Healthcheck?.Test ?? [];
    let isWell = false;
    for (let tries = 0; tries < 30 && !isWell; tries += 1) {
      await sleep(1_000);
      isWell = inside(healthy).status === 0;
    }
    check('its service is well by its own health check', isWell);
    const metrics = await fetch('http://127.0.0.1:9464/metrics').then((it) => it.text(), String);
    check('and serves its metrics', metrics.includes('jobchime_build_info{'), metrics.slice(0, 200));
  } finally {
    // What buildah started ends with it.
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** The configuration of compose.yaml, on one machine. */
const ownConfig = (): string =>
  readFileSync(join(root, 'deploy/compose/jobchime.yaml'), 'utf8')
    .replaceAll('http://simulator:8480', 'http://127.0.0.1:8480')
    .replace('[simulator]', '[127.0.0.1]')
    .replace('host: mail', 'host: 127.0.0.1')
    .replaceAll('0.0.0.0:', '127.0.0.1:');

/** Debian with the Node of node_modules and the npm of this machine, a user `node`, and the authorities that this machine trusts. */
function makeBase(folder: string, buildah: (...words: string[]) => string): void {
  const base = join(folder, 'base');
  execFileSync('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', base], {
    stdio: 'pipe',
  });
  execFileSync('chroot', [base, 'useradd', '--create-home', '--uid', '1000', 'node']);
  cpSync(process.execPath, join(base, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  cpSync(npm, join(base, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(base, 'usr/local/bin/npm'));
  cpSync(CERTIFICATES, join(base, CERTIFICATES));
  const file = join(folder, 'Dockerfile.base');
  writeFileSync(file, `FROM scratch\nCOPY base /\nENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}\n`);
  buildah('bud', '--isolation', 'chroot', '--ignorefile', '/dev/null', '-f', file, '-t', BASE, folder);
  rmSync(base, { recursive: true });
}
