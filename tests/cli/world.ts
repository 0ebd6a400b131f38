import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { mailSink, slackSink, webhookSink, type Sink } from '../../cli/demo/sinks.ts';
import { bundled } from '../bundled.ts';
import { callOf, inProcess, type Place, type Ran } from './in-process.ts';
import { createSimulator, DEFAULT_ACCOUNT, type Simulator } from '../../lib/adapters/simulator/simulator.ts';

export const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const SIGNING_KEY = `whsec_${Buffer.from('a key for trying the command line').toString('base64')}`;
/** Whether a command runs in this process. */
let isBusy = false;

/** A folder with a `jobchime.yaml` as a user has it, simulated clouds behind it, and `jobchime` on the path. */
export interface World {
  folder: string;
  simulator: Simulator;
  slack: Sink;
  email: Sink;
  webhook: Sink;
  env: Record<string, string>;
  configText: string;
  /** Runs a line as a shell does, in the folder or where `over` says; what calls `jobchime` alone needs no process. */
  run(line: string, over?: Partial<Place>): Promise<Ran>;
  /** Runs a line in a shell and processes of its own. */
  spawn(line: string, over?: Partial<Place>): Promise<Ran>;
  /** Starts a line that goes on until it is killed; waits for `until` in what it prints. */
  start(line: string, until: string): Promise<Started>;
}
export interface Started {
  child: ChildProcess;
  printed: () => string;
  /** Waits until this was printed, from what was printed so far on. */
  until(words: string): Promise<void>;
  ended: Promise<number | null>;
}

/** What is undefined there is not set. */
const placed = (env: Record<string, string>, over: Partial<Place>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...env, ...over.env }).filter((one): one is [string, string] => one[1] !== undefined),
  );

/** It ends with the test, or where somebody else says so. */
export async function world(
  more = '',
  atTheEnd: (close: () => Promise<void>) => void = onTestFinished,
): Promise<World> {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  const [slack, email, webhook] = [await slackSink(), await mailSink(), await webhookSink(SIGNING_KEY)];
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-cli-'));
  const [key] = DEFAULT_ACCOUNT.accessKeys;
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'jobchime'),
    `#!/bin/sh\nexec "${process.execPath}" "${(await bundled()).command}" "$@"\n`,
  );
  chmodSync(join(bin, 'jobchime'), 0o755);
  const env = {
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    AK: key!.access,
    SK: key!.secret,
    SLACK_URL: slack.url,
    SIGNING_KEY,
    /** The simulator itself, for its control calls. */
    S: url,
  };
  const origin = (name: string, dialect: string, cloud: string, system: string): string =>
    `  ${name}: { dialect: ${dialect}, cloud: ${cloud}, region: eu-de, endpoint: ${url}/${system}, project: '${PROJECT}', ` +
    'auth: { access_key: env:AK, secret_key: env:SK } }\n';
  const configText = `origins:
${origin('otc-ecs', 'ecs', 'otc', 'otc-ecs')}${origin('hwc-elb', 'elb', 'huawei', 'huawei-elb')}subscriptions:
  ops-failures: { on: failures, channel: slack, target: env:SLACK_URL }
  ci:
    pattern: { detail-type: [job.lost] }
    channel: webhook
    target: ${webhook.url}
    signing_keys: [env:SIGNING_KEY]
mail: { host: 127.0.0.1, port: ${new URL(email.url).port}, from: jobchime@example.com }
allow_private: [127.0.0.1]
policy: { first_check: 10ms, check_every: 100ms, not_found_grace: 100ms, not_found_every: 100ms, not_found_confirm: 2 }
${more}`;
  writeFileSync(join(folder, 'jobchime.yaml'), configText);
  const children = new Set<ChildProcess>();

  const spawned = (line: string, over: Partial<Place> = {}): ChildProcess => {
    // `exec` so that a signal reaches the command and not the shell before it.
    const child = spawn('bash', ['-c', line], {
      cwd: over.folder ?? folder,
      env: placed(env, over),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child.once('exit', () => children.delete(child)));
    return child;
  };
  const toItsEnd: World['spawn'] = async (line, over) => {
    const child = spawned(line, over);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [out, err, code] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
    return { code, out, err };
  };
  atTheEnd(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([simulator.close(), slack.close(), email.close(), webhook.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    folder,
    simulator,
    slack,
    email,
    webhook,
    env,
    configText,
    async run(line, over = {}) {
      const call = callOf(line, placed(env, over));
      if (call === null || isBusy) return toItsEnd(line, over);
      isBusy = true;
      return inProcess(call, over.folder ?? folder).finally(() => (isBusy = false));
    },
    spawn: toItsEnd,
    async start(line, until) {
      const child = spawned(`exec ${line}`);
      let printed = '';
      let changed = (): void => {};
      let over = false;
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on('data', (chunk) => {
          printed += String(chunk);
          changed();
        });
      }
      const ended = new Promise<number | null>((resolve) =>
        child.on('close', (code) => {
          over = true;
          changed();
          resolve(code);
        }),
      );
      let seen = 0;
      const started: Started = {
        child,
        printed: () => printed,
        ended,
        async until(words) {
          for (;;) {
            const at = printed.indexOf(words, seen);
            if (at !== -1) return void (seen = at + words.length);
            if (over) throw new Error(`ended without '${words}':\n${printed}`);
            await new Promise<void>((resolve) => (changed = resolve));
          }
        },
      };
      await started.until(until);
      return started;
    },
  };
}
