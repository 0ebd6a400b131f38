/**
 * The real process, killed. Simulator and sinks outlive it; 120 jobs run through lives that end in every named gap between
 * two effects, then, with 80 more, through ten that end at seeded moments. What counts is what arrived and what the table says.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { demoConfig } from '../../cli/demo/config.ts';
import { mailSink, slackSink, webhookSink } from '../../cli/demo/sinks.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import { toldBy } from '../../lib/core/notify/window.ts';
import { createService } from '../../lib/wire/local/service.ts';
import { openParts } from '../../lib/wire/local/parts.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { createSimulator, DEFAULT_ACCOUNT, type JobInput } from '../../lib/adapters/simulator/simulator.ts';
import { bundled } from '../bundled.ts';
import { recordingTelemetry } from '../kit.ts';
import { GAPS, type Gap } from './gaps.ts';

const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
/** The origins of the configuration below. */
const ORIGINS = ['huawei-ecs', 'huawei-elb', 'otc-ecs'] as const;
const SIGNING_KEY = `whsec_${Buffer.from('the signing key of the kill test').toString('base64')}`;
const { command, killed } = await bundled();

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A small generator, so that the moments of death are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/** How the events to people are gathered. */
const IN_WINDOWS = 'rollup: { above: 5, wait: 1s, every: 1s }';

async function world(windows = 'rollup: false') {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  const [slack, email, webhook] = [await slackSink(), await mailSink(), await webhookSink(SIGNING_KEY)];
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-kill-'));
  closing.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => simulator.close(),
    ...[slack, email, webhook].map((sink) => () => sink.close()),
  );
  const [key] = DEFAULT_ACCOUNT.accessKeys;
  const env = {
    ...process.env,
    DEMO_ACCESS_KEY: key!.access,
    DEMO_SECRET_KEY: key!.secret,
    DEMO_PASSWORD: DEFAULT_ACCOUNT.password,
    DEMO_SLACK_URL: slack.url,
    DEMO_SIGNING_KEY: SIGNING_KEY,
  };
  const path = join(folder, 'jobchime.yaml');
  // Hundreds of jobs looked at every second: no cloud would stand for it, the simulator does.
  const text = demoConfig(PROJECT, {
    simulator: url,
    slack: slack.url,
    webhook: webhook.url,
    port: null,
    mailPort: email.port,
  })
    .replaceAll('    region:', '    rate: 500\n    region:')
    .replaceAll('rollup: false', windows);
  writeFileSync(path, text);
  const secrets = createSecrets();
  const loaded = loadConfig(text, path, env, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { parts, close } = openParts(loaded.config, secrets, recordingTelemetry());
  closing.push(close);
  return { simulator, sinks: { slack, email, webhook }, env, path, parts };
}
type World = Awaited<ReturnType<typeof world>>;

/**
 * Lives of different lengths, so that something ends at every moment of the test. Few of them are for Slack, which takes one
 * message a second.
 */
const lifeOf = (n: number, runMs: number): JobInput['life'] =>
  n % 20 === 0
    ? { end: 'FAIL', runMs, error: { code: 'Ecs.0204', reason: `quota exceeded for job ${n}` } }
    : { end: 'SUCCESS', runMs, subJobs: [{ end: n % 29 === 0 ? 'FAIL' : 'SUCCESS' }] };

async function track({ simulator, parts }: World, jobs: number, overMs: number, from = 0): Promise<void> {
  const specs = Array.from({ length: jobs }, (_, i) => {
    const n = from + i;
    const system = ORIGINS[n % ORIGINS.length]!;
    const jobId = simulator.submit({ system, life: lifeOf(n, 300 + Math.round((overMs * i) / jobs)) });
    const labels = { team: n % 2 === 0 ? 'web' : 'data' };
    return { origin: system, projectId: PROJECT, jobId, name: `job-${n}`, labels };
  });
  const tracked = await createService(parts).track(specs);
  expect(tracked.every((t) => t.outcome === 'tracked')).toBe(true);
}

function run(
  script: string,
  args: string[],
  { env }: World,
): { child: ChildProcess; ended: Promise<string> } {
  const child = spawn(process.execPath, [script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(() => void child.kill('SIGKILL'));
  const ended = new Promise<string>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? String(code))),
  );
  return { child, ended };
}

const started = async (child: ChildProcess): Promise<void> => {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"service.started"')) break;
  }
  child.stdout!.resume();
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function dieIn(gap: Gap, nth: number, w: World, broken = false): Promise<void> {
  const { child, ended } = run(killed, [w.path, gap, String(nth), ...(broken ? ['broken'] : [])], w);
  child.stdout!.resume();
  expect(await ended).toBe('SIGKILL');
}

/** The last life: until nothing is left to do, then told to stop. */
async function liveOn(w: World): Promise<void> {
  const { child, ended } = run(command, ['start', '--config', w.path], w);
  await started(child);
  const { jobs, deliveries } = w.parts.store;
  const isNone = async (page: Promise<{ rows: readonly unknown[] }>): Promise<boolean> =>
    (await page).rows.length === 0;
  const noneIsOpen = async (): Promise<boolean> => {
    for (const state of ['pending', 'sending', 'retrying', 'gathering', 'gathered'] as const)
      if (!(await isNone(deliveries.list({ state, limit: 1 })))) return false;
    return true;
  };
  // All jobs are read where nothing else is open, and only then: it is asked ten times a second. What an outbox led to meanwhile is open.
  const done = async (): Promise<boolean> => {
    if (!(await isNone(jobs.list({ state: 'outstanding', limit: 1 }))) || !(await noneIsOpen())) return false;
    const { rows } = await jobs.list({ limit: 1_000 });
    return rows.every((row) => row.outbox.length === 0) && (await noneIsOpen());
  };
  for (let n = 0; n < 600 && !(await done()); n += 1) await pause(100);
  child.kill('SIGTERM');
  expect(await ended).toBe('0');
}

/** What is wrong with the outcome: nothing, one hopes. */
async function faults({ parts, sinks }: World, jobs: number): Promise<string[]> {
  const rows = (await parts.store.jobs.list({ limit: 1_000 })).rows;
  const sent: Delivery[] = (await parts.store.deliveries.list({ limit: 5_000 })).rows;
  const found: string[] = [];
  const expectThat = (right: boolean, words: string): void => void (right || found.push(words));

  expectThat(
    rows.length === jobs && rows.every((row) => row.state !== 'outstanding'),
    'a job did not settle',
  );
  for (const row of rows) {
    const mine = sent.filter((d) => d.event.subject === row.key);
    const failed = row.state === 'failed' || (row.report?.subJobs.failed ?? 0) > 0;
    const wanted = ['ci', ...(failed ? ['ops'] : []), ...(row.labels.team === 'web' ? ['web-team'] : [])];
    expectThat(
      mine
        .map((d) => d.subscription)
        .toSorted()
        .join() === wanted.toSorted().join(),
      `${row.key} is announced to [${mine.map((d) => d.subscription)}] instead of [${wanted}]`,
    );
    expectThat(
      new Set(mine.map((d) => d.event.metadata.id)).size === 1,
      `${row.key} has more than one event id`,
    );
  }
  const uncertain = (d: Delivery): number => d.attempts.filter((a) => a.reason === 'uncertain').length;
  const windows = new Map(sent.filter((row) => row.window).map((row) => [row.key, row]));
  for (const delivery of sent) {
    if (delivery.state === 'bundled') {
      const window = windows.get(delivery.gathered!.window);
      expectThat(window?.state === 'delivered', `${delivery.id} is in no message that arrived`);
      expectThat(window !== undefined && toldBy(window)(delivery), `${delivery.id} is not counted`);
      continue;
    }
    expectThat(delivery.state === 'delivered', `${delivery.id} is ${delivery.state}`);
    if (delivery.channel === 'slack') continue;
    const arrivals = (delivery.channel === 'email' ? sinks.email : sinks.webhook).arrivals;
    const times = arrivals.filter((arrival) => arrival.id.includes(delivery.id)).length;
    expectThat(times >= 1, `${delivery.id} never arrived`);
    expectThat(times <= 1 + uncertain(delivery), `${delivery.id} arrived ${times} times`);
  }
  for (const window of windows.values()) {
    const own = sent.filter((d) => d.gathered?.window === window.key && d.state === 'bundled').length;
    expectThat(window.window!.members!.length === own, `${window.id} counts ${own} events as others`);
  }
  const toSlack = sent.filter((d) => d.channel === 'slack' && d.state !== 'bundled');
  expectThat(new Set(sinks.slack.arrivals.map((a) => a.id)).size === toSlack.length, 'Slack lacks a message');
  expectThat(
    sinks.slack.arrivals.length <= toSlack.length + toSlack.reduce((sum, d) => sum + uncertain(d), 0),
    'Slack got a message twice',
  );
  for (const sink of Object.values(sinks)) found.push(...sink.faults);
  return found;
}

describe('the service', () => {
  it('loses nothing and repeats nothing unrecorded when it is killed, wherever it is killed', async () => {
    const w = await world();
    const random = seeded(20_260_301);
    await track(w, 120, 6_000);
    for (const gap of GAPS) await dieIn(gap, 1 + Math.floor(random() * 5), w);
    await track(w, 80, 8_000, 120);
    for (let life = 0; life < 10; life += 1) {
      const { child, ended } = run(command, ['start', '--config', w.path], w);
      await started(child);
      await pause(random() * 800);
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
    }
    await liveOn(w);
    expect(await faults(w, 200)).toEqual([]);
  }, 180_000);

  it('counts every event once in a message of a window when it is killed', async () => {
    const w = await world(IN_WINDOWS);
    const random = seeded(20_260_302);
    await track(w, 80, 5_000);
    for (let life = 0; life < 6; life += 1) {
      const { child, ended } = run(command, ['start', '--config', w.path], w);
      await started(child);
      await pause(100 + random() * 1_000);
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
    }
    await liveOn(w);
    expect(await faults(w, 80)).toEqual([]);
    const rows = (await w.parts.store.deliveries.list({ state: 'bundled', limit: 1_000 })).rows;
    expect(rows.length).toBeGreaterThan(10);
  }, 120_000);

  it('would lose events if it wrote its outbox after the change instead of with it', async () => {
    const w = await world();
    await track(w, 12, 1_000);
    await dieIn('settled/outbox', 3, w, true);
    await liveOn(w);
    expect((await faults(w, 12)).some((fault) => fault.includes('is announced to [] instead of'))).toBe(true);
  }, 60_000);
});
