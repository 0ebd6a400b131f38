/**
 * The image and what compose.yaml makes of it, as far as this goes without an engine: read as an engine reads it, built and run by
 * the commands that stand there, in folders and on ports of this machine.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mailSink, type Arrival, type Sink } from '../../cli/demo/sinks.ts';
import { isThere, startChild, type Child } from './tools.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Of its results what is read here; its types name each other in a way that TypeScript does not follow. */
interface Linted {
  messages: { line: number; message: string }[];
}
interface Service {
  build?: string;
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, unknown> | string[];
  healthcheck?: { test: string[] };
}
const compose = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> };
const dockerfile = read('Dockerfile');
const last = dockerfile.split(/^FROM /m).at(-1)!;
const line = (word: string): string => new RegExp(`^${word} (.*)$`, 'm').exec(last)?.[1] ?? '';
const [, healthCheck = '[]'] = /^HEALTHCHECK .*\\\n +CMD (.*)$/m.exec(last) ?? [];
const ignored = read('.dockerignore').trim().split('\n');
const isIgnored = (file: string): boolean =>
  ignored.some(
    (glob) => matchesGlob(file, glob) || file.startsWith(`${glob}/`) || matchesGlob(file, `${glob}/**`),
  );

describe('the Dockerfile', () => {
  it('has no fault that a builder or a linter finds', () => {
    expect(
      validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${JSON.stringify(message)}`),
    ).toEqual([]);
    // Each image is named by a version, so that a build next year is of the same kind.
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:\d/);
    for (const { image, build } of Object.values(compose.services))
      if (!build) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  it('makes an image that runs as a user without rights, gets signals itself, and says whether it is well', () => {
    expect(line('USER')).toBe('node');
    expect(JSON.parse(line('ENTRYPOINT'))).toEqual(['node', '/app/dist/cli/jobchime.mjs']);
    expect(JSON.parse(line('CMD'))).toEqual(['start', '--config', '/etc/jobchime/jobchime.yaml']);
    expect(JSON.parse(healthCheck)).toEqual(['node', '-e', expect.stringContaining('/healthz')]);
  });

  it('takes neither secrets nor stores along', () => {
    for (const file of [
      '.env',
      'prod.env',
      'jobchime.db',
      'jobchime.db-wal',
      'jobchime.yaml',
      'a.pem',
      'node_modules/a.js',
      '.git/config',
    ])
      expect([file, isIgnored(file)]).toEqual([file, true]);
  });
});

describe('compose.yaml', () => {
  it('is what the Compose Specification takes, and has no fault that a linter finds', () => {
    const rules = {
      // Two services are one image, which is built once and has a name.
      'no-build-and-image': 0,
      // What belongs together stands together.
      'service-dependencies-alphabetical-order': 0,
      'service-keys-order': 0,
      'services-alphabetical-order': 0,
      'top-level-properties-order': 0,
    } as const;
    const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
    const [result] = linter.lintFiles([join(root, 'compose.yaml')], false) as Linted[];
    expect(result!.messages.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });

  it('mounts files that exist, waits for services that exist, and is reached from this machine alone', () => {
    for (const [name, { volumes = [], ports = [], depends_on = {} }] of Object.entries(compose.services)) {
      for (const [from = ''] of volumes.map((one) => one.split(':')))
        if (from.startsWith('.')) expect(() => read(from), `${name}: ${from}`).not.toThrow();
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on))
        expect(compose.services).toHaveProperty(other);
    }
  });

  it('gives Grafana the dashboard, and a source by the name that it is asked for', () => {
    const { datasources } = parse(read('deploy/compose/grafana/datasources.yaml')) as {
      datasources: { type: string; url: string }[];
    };
    const dashboard = JSON.parse(read('deploy/grafana/jobchime.json')) as {
      templating: { list: { type: string; query: string }[] };
    };
    expect(dashboard.templating.list).toContainEqual(
      expect.objectContaining({ type: 'datasource', query: datasources[0]!.type }),
    );
    expect(new URL(datasources[0]!.url).hostname).toBe('prometheus');
    const { providers } = parse(read('deploy/compose/grafana/dashboards.yaml')) as {
      providers: { options: { path: string } }[];
    };
    expect(compose.services['grafana']!.volumes!.join('\n')).toContain(
      `${providers[0]!.options.path}/jobchime.json`,
    );
  });

  it.skipIf(!isThere('promtool'))('gives Prometheus a configuration that it takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobchime-prometheus-'));
    for (const [from = '', to = ''] of compose.services['prometheus']!.volumes!.map((one) => one.split(':')))
      writeFileSync(join(folder, to.split('/').at(-1)!), read(from).replaceAll('/etc/prometheus', folder));
    const said = execFileSync('promtool', ['check', 'config', 'prometheus.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect(said).toMatch(/SUCCESS[^]*SUCCESS/);
  });
});

describe('what is built and run by it, on this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-image-'));
  const children: Child[] = [];
  let mail: Sink;
  beforeAll(() => {
    // The context: what the engine would be given.
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    for (const file of files.filter((one) => !isIgnored(one))) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    // Of `npm run build` what the image starts; the rest of it `npm run check:package` tries.
    expect(dockerfile).toMatch(/^RUN npm run build && npm prune/m);
    for (const needed of [
      'scripts/build-package.ts',
      'tsconfig.build.json',
      'client/index.ts',
      'receiver/web.ts',
    ])
      expect(files.filter((one) => !isIgnored(one))).toContain(needed);
    const build = "import('./scripts/command.ts').then(({ buildCommand }) => buildCommand('dist/cli'))";
    execFileSync(process.execPath, ['-e', build], { cwd: folder, stdio: 'pipe' });
  }, 120_000);
  afterAll(async () => {
    for (const child of children) await child.stop();
    await mail?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells of a job of the simulated cloud by mail, serves its metrics, and is well by its own check', async () => {
    // The entry point, as a symlink on the path of the image.
    const entry = join(folder, line('ENTRYPOINT').match(/\/app\/([^"]+)/)![1]!);
    const start = async (words: readonly string[], until: RegExp, env = {}): Promise<[Child, string]> => {
      const child = startChild([entry, ...words], env);
      children.push(child);
      return [child, await child.until(until)];
    };
    const { simulator, jobchime } = compose.services;
    const [command, ...options] = simulator!.command!;
    const [, cloud] = await start(
      [command!, ...options.map((one) => (one === '0.0.0.0' ? '127.0.0.1' : one === '8480' ? '0' : one))],
      /http:\/\/127\.0\.0\.1:\d+/,
    );
    mail = await mailSink();
    const arrived = new Promise<Arrival>((resolve) => (mail.onArrival = resolve));
    const config = read('deploy/compose/jobchime.yaml')
      .replaceAll('http://simulator:8480', cloud)
      .replace('allow_private: [simulator]', 'allow_private: [127.0.0.1]')
      .replace('host: mail, port: 1025', `host: 127.0.0.1, port: ${new URL(mail.url).port}`)
      .replaceAll(/0\.0\.0\.0:\d+/g, '127.0.0.1:0')
      .replace('/data/', `${folder}/`);
    writeFileSync(join(folder, 'jobchime.yaml'), config);
    const words = (JSON.parse(line('CMD')) as string[]).map((one) => one.replace('/etc/jobchime', folder));
    const [, started] = await start(words, /.*service\.started.*/, jobchime!.environment);
    const { api, metrics } = JSON.parse(started) as { api: string; metrics: string };

    const check = (test: readonly string[], from: string, to: string) =>
      execFileSync(
        process.execPath,
        test.slice(test.indexOf('node') + 1).map((one) => one.replace(from, to)),
      );
    check(JSON.parse(healthCheck) as string[], 'http://127.0.0.1:8481', api);
    check(simulator!.healthcheck!.test, 'http://127.0.0.1:8480', cloud);

    const handed = await fetch(`${cloud}/_simulator/jobs`, {
      method: 'POST',
      body: JSON.stringify({
        system: 'otc-ecs',
        life: { runMs: 50, end: 'FAIL', error: { code: 'Ecs.0204', reason: 'no' } },
      }),
    });
    const track = [
      entry,
      'track',
      'otc-ecs',
      '-',
      '--name',
      'web-1',
      '--config',
      join(folder, 'jobchime.yaml'),
    ];
    execFileSync(process.execPath, track, {
      input: await handed.text(),
      env: { ...process.env, ...jobchime!.environment },
    });
    const { title } = await arrived;
    expect(title).toContain('web-1');
    expect(await (await fetch(metrics)).text()).toContain('jobchime_build_info{');
  }, 60_000);
});
