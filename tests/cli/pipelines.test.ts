/** The examples of pipelines: each of their commands is executed, in a shell, against a service and the simulated cloud. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { world, type World } from './world.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string): string => readFileSync(join(root, 'examples/pipelines', file), 'utf8');
type Env = Record<string, string>;

/** A service with an API, and a token of a pipeline: as with people, one for all pipelines. */
let w: World;
let api: Env;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  w = await world('api: { listen: 127.0.0.1:0 }\n', (close) => closing.push(close));
  const token = (await w.run('jobchime token create ci --scope track --scope read')).out.trim();
  const service = await w.start('jobchime start', 'service.started');
  const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
  api = { JOBCHIME_URL: url, JOBCHIME_TOKEN: token };
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
});
/** Each run has a number of its own. */
let runs = 70;

/** A program that starts two jobs at the cloud. */
function startsTwo(ends: 'SUCCESS' | 'FAIL'): void {
  const jobs = ['SUCCESS', ends].map((end) => ({ system: 'otc-ecs', life: { runMs: 100, end } }));
  const create = jobs
    .map((job) => `curl -sf "$S/_simulator/jobs" -d '${JSON.stringify(job)}' && echo`)
    .join('\n');
  writeFileSync(join(w.folder, 'create-servers.sh'), `#!/bin/sh\nset -e\n${create}\n`);
  chmodSync(join(w.folder, 'create-servers.sh'), 0o755);
}
/** One of the two failed, and that is what is told. */
const NOT_ALL = /1 of 2 jobs succeeded and 1 failed/;
const INSTALL = 'npm install --global ./jobchime-0.1.0.tgz';

describe('the example of a shell', () => {
  it('waits for its run, and says what failed of it', async () => {
    startsTwo('FAIL');
    const ran = await w.spawn(`${root}examples/pipelines/shell.sh apply-7 otc-ecs ./create-servers.sh`, {
      env: api,
    });
    expect(ran.code, ran.err).toBe(1);
    expect(ran.out).toMatch(NOT_ALL);
  }, 60_000);

  it('watches what was started by a command that failed, and fails', async () => {
    startsTwo('SUCCESS');
    writeFileSync(join(w.folder, 'half.sh'), '#!/bin/sh\n./create-servers.sh | head -n 1\nexit 7\n');
    const ran = await w.spawn(`${root}examples/pipelines/shell.sh apply-8 otc-ecs sh half.sh`, { env: api });
    expect(ran.code, ran.err).toBe(7);
    expect(ran.out).toContain('all 1 job succeeded');
  }, 60_000);
});

interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
}
interface Workflow {
  jobs: Record<string, { env: Env; steps: Step[] }>;
}

describe('the workflow of GitHub', () => {
  /** As the runner does: expressions filled in, `if` minded, the rest left out after a failure. */
  async function work(end: 'SUCCESS' | 'FAIL'): Promise<{ failed: string[]; summary: string }> {
    startsTwo(end);
    const run = String((runs += 1));
    const { apply } = (parse(read('github.yml')) as Workflow).jobs as Required<Workflow['jobs']>;
    const known: Env = {
      'github.run_id': run,
      'github.run_attempt': '1',
      'secrets.JOBCHIME_TOKEN': api['JOBCHIME_TOKEN']!,
    };
    const filled = Object.entries(apply!.env).map(([key, value]) => [
      key,
      value.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
        expect(known).toHaveProperty([name]);
        return known[name]!;
      }),
    ]);
    const given = {
      GITHUB_WORKFLOW: 'servers',
      GITHUB_RUN_ID: run,
      GITHUB_STEP_SUMMARY: join(w.folder, `summary-${run}`),
    };
    const env: Env = { ...Object.fromEntries(filled), ...given, JOBCHIME_URL: api['JOBCHIME_URL']! };
    const failed: string[] = [];
    for (const step of apply!.steps) {
      if (step.run === undefined || step.run === INSTALL) continue;
      if (step.if === 'always()' || (step.if === 'failure()') === failed.length > 0) {
        const { code } = await w.spawn(`set -eo pipefail\n${step.run}`, { env });
        if (code !== 0) failed.push(step.name!);
      }
    }
    const shown = await w.spawn(`cat summary-${run} || true`);
    return { failed, summary: shown.out };
  }

  it('succeeds where all jobs of its run do', async () => {
    expect(await work('SUCCESS')).toEqual({ failed: [], summary: '' });
  }, 60_000);

  it('fails where one fails, and its summary says why', async () => {
    const { failed, summary } = await work('FAIL');
    expect(failed).toEqual(['Wait until all are there']);
    expect(summary).toMatch(NOT_ALL);
  }, 60_000);

  it('installs what `npm pack` makes', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const file of ['github.yml', 'gitlab.yml'])
      expect(read(file)).toContain(`./jobchime-${version}.tgz`);
  });
});

interface GitLabJob {
  extends: string;
  stage: string;
  variables?: Env;
  before_script?: string[];
  script: string[];
  after_script?: string[];
}

describe('the jobs of GitLab', () => {
  async function work(end: 'SUCCESS' | 'FAIL'): Promise<{ failed: string[]; said: string }> {
    startsTwo(end);
    const { stages, ...rest } = parse(read('gitlab.yml')) as { stages: string[] } & Record<string, GitLabJob>;
    const jobs = rest as unknown as Record<string, GitLabJob>;
    const given: Env = { CI_PIPELINE_ID: String((runs += 1)), CI_PROJECT_NAME: 'servers', CI_JOB_ID: '1' };
    const failed: string[] = [];
    let said = '';
    for (const stage of stages)
      for (const [name, job] of Object.entries(jobs).filter(([, one]) => one.stage === stage)) {
        if (failed.length > 0) continue;
        const { variables = {}, before_script: before = [] } = jobs[job.extends]!;
        expect(before).toEqual([INSTALL]);
        const filled = Object.entries(variables).map(([key, value]) => [
          key,
          value.replaceAll(/\$(\w+)/g, (_, one: string) => given[one]!),
        ]);
        const env = { ...given, ...Object.fromEntries(filled), ...api };
        // GitLab's shell has pipefail; what comes after the script runs in any case.
        const { code } = await w.spawn(`set -eo pipefail\n${job.script.join('\n')}`, { env });
        if (code !== 0) failed.push(name);
        const after = await w.spawn((job.after_script ?? []).join('\n'), { env });
        said += after.out;
      }
    return { failed, said };
  }

  it('wait for their run, and say what failed of it', async () => {
    const { failed, said } = await work('FAIL');
    expect(failed).toEqual(['servers-are-there']);
    expect(said).toMatch(NOT_ALL);
  }, 60_000);
});
