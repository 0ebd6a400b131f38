import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { FAULT_NAMES, faultInput } from '../../../lib/adapters/simulator/faults.ts';
import { SYSTEM_NAMES } from '../../../lib/adapters/simulator/simulator.ts';
import { TRACE_NAMES } from '../../../lib/adapters/simulator/systems.ts';
import { submission } from '../../../lib/adapters/simulator/submission.ts';
import { passwordAuth, queryPath } from './harness.ts';

const cwd = new URL('../../../', import.meta.url).pathname;
/** The command alone, whatever the others are about. */
const COMMAND = [
  '--input-type=module',
  '--eval',
  `import { simulateCommand } from './cli/commands/simulate.ts';
   await simulateCommand().parseAsync(process.argv.slice(1), { from: 'user' });`,
  '--',
];
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [...COMMAND, ...args], { cwd }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** The URLs that the running command prints, by their names. */
async function serve(...args: string[]): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [...COMMAND, '--port', '0', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  running.push(() => {
    child.kill('SIGTERM');
    return ended;
  });
  const urls: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', url = ''] = line.split(/\s+/);
    urls[name] = url;
    if (name === 'control') break;
  }
  return urls;
}

describe('jobchime simulate --help', () => {
  it('teaches by examples that fit', async () => {
    const { stdout } = await run('--help');
    const examples = [...stdout.matchAll(/_simulator\/(\w+) -d '([^']*)'/g)];
    expect(examples.length).toBeGreaterThan(2);
    for (const [, kind, body] of examples) {
      const schema = kind === 'faults' ? faultInput : submission;
      expect(schema.safeParse(JSON.parse(body!)).error).toBeUndefined();
    }
    for (const option of ['--port', '--host', '--quota', '--retention', '--older-signature']) {
      expect(stdout).toContain(option);
    }
    expect(FAULT_NAMES.some((fault) => stdout.includes(`"${fault}"`))).toBe(true);
  });
});

describe('jobchime simulate', () => {
  it('serves every system with the quota and the retention it was given', async () => {
    const urls = await serve('--quota', '2/minute', '--quota', 'otc-rds=1/minute', '--retention', '1ms');
    expect(Object.keys(urls)).toEqual([...SYSTEM_NAMES, ...TRACE_NAMES, 'iam', 'control']);
    const login = { method: 'POST', body: JSON.stringify({ auth: passwordAuth() }) };
    const token = (await fetch(`${urls['iam']}/v3/auth/tokens`, login)).headers.get('x-subject-token')!;
    const base = urls['control']!.replace('/_simulator', '');
    const ask = async (path: string): Promise<number> =>
      (await fetch(base + path, { headers: { 'x-auth-token': token } })).status;
    const job = { system: 'otc-ecs', jobId: 'brief', life: { end: 'SUCCESS', runMs: 0 } };
    await fetch(`${urls['control']}/jobs`, { method: 'POST', body: JSON.stringify(job) });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const brief = queryPath('otc-ecs', 'brief');
    expect([await ask(brief), await ask(brief), await ask(brief)]).toEqual([400, 400, 429]);
    const database = queryPath('otc-rds', 'x');
    expect([await ask(database), await ask(database)]).toEqual([400, 429]);
  });

  it.each([
    [['--quota', '0/second'], 'A quota is written as 60/minute'],
    [['--quota', '1/hour'], 'A quota is written as 60/minute'],
    [['--quota', 'aws=1/second'], 'There is no system aws, only huawei-ecs,'],
    [['--retention', 'long'], 'is not a duration'],
    [['--port', '70000'], 'A port is a number'],
  ])('refuses %s and says what fits', async (args, problem) => {
    const { code, stderr } = await run(...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(problem);
  });
});
