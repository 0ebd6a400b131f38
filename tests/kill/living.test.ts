/**
 * The real process, killed after effects on the way to the messages that a bot keeps up to date: claims, posts, changes, and what is
 * written of them. What counts is what people see in the end, and what the table says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { createSimulator, DEFAULT_ACCOUNT } from '../../lib/adapters/simulator/simulator.ts';
import { openParts } from '../../lib/wire/local/parts.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { createService } from '../../lib/wire/local/service.ts';
import { CHANNEL, slackService, TOKEN } from '../adapters/channels/slack-service.ts';
import { bundled } from '../bundled.ts';
import { recordingTelemetry } from '../kit.ts';

const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const { killed } = await bundled();
/** After so many effects of delivering each life ends: between any two of them some life does. */
const LIVES = [1, 2, 3, 4, 5, 6, 7, 3, 4, 5];

it('one message of each job shows how it ended, after kills at every effect; nothing is lost, and repeated only what is uncertain', async () => {
  // The jobs end once they are found overdue, however slow the machine.
  let later = 0;
  const runMs = 60_000;
  const simulator = createSimulator({ clock: () => Date.now() + later });
  const { url: cloud } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const slack = await slackService({ now: Date.now });
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-kill-living-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key] = DEFAULT_ACCOUNT.accessKeys;
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    AK: key!.access,
    SK: key!.secret,
    SLACK_TOKEN: TOKEN,
  };
  const path = join(folder, 'jobchime.yaml');
  const text = `origins:
  otc-ecs: { dialect: ecs, cloud: otc, region: eu-de, endpoint: ${cloud}/otc-ecs, project: '${PROJECT}', auth: { access_key: env:AK, secret_key: env:SK } }
subscriptions:
  ops: { on: everything, channel: slack, token: env:SLACK_TOKEN, to: ${CHANNEL}, api: '${slack.api}' }
allow_private: [127.0.0.1]
policy: { first_check: 10ms, check_every: 100ms }
`;
  writeFileSync(path, text);
  const secrets = createSecrets();
  const loaded = loadConfig(text, path, env, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { parts, close } = openParts(loaded.config, secrets, recordingTelemetry());
  onTestFinished(close);
  const { store } = parts;
  const specs = [1, 2].map((n) => ({
    origin: 'otc-ecs',
    projectId: PROJECT,
    name: `web-${n}`,
    deadlineAt: Date.now() + 200,
    jobId: simulator.submit({
      system: 'otc-ecs',
      life: { end: 'FAIL', runMs, error: { code: 'Ecs.0204', reason: 'quota exceeded' } },
    }),
  }));
  const tracked = await createService(parts).track(specs);
  expect(tracked.map(({ outcome }) => outcome)).toEqual(['tracked', 'tracked']);

  const rows = async () => (await store.deliveries.list({ limit: 100 })).rows;
  const isOver = async (): Promise<boolean> => {
    const all = await rows();
    if (all.filter(({ event }) => event.kind === 'job.overdue').length === specs.length) later = runMs;
    return (
      all.filter(({ event }) => event.kind === 'job.failed').length === specs.length &&
      all.every(({ state }) => state === 'delivered')
    );
  };
  let deaths = 0;
  for (const nth of [...LIVES, 1e9]) {
    const child = spawn(process.execPath, [killed, path, 'effects', String(nth)], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'exit');
    let hasEnded = false;
    void ended.then(() => (hasEnded = true));
    for (let n = 0; n < 600 && !hasEnded && !(await isOver()); n += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (hasEnded) deaths += 1;
    else child.kill('SIGKILL');
    const [, signal] = (await ended) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    if (await isOver()) break;
  }

  expect(deaths).toBeGreaterThanOrEqual(5);
  const all = await rows();
  expect(all.map(({ event, state }) => `${event.kind} ${state}`).toSorted()).toEqual([
    'job.failed delivered',
    'job.failed delivered',
    'job.overdue delivered',
    'job.overdue delivered',
  ]);
  const uncertain = all.flatMap(({ attempts }) => attempts.filter(({ reason }) => reason === 'uncertain'));
  expect(slack.shown.length).toBeLessThanOrEqual(all.length + uncertain.length);
  const places = (await store.places.list({ limit: 9 })).rows;
  expect(places).toMatchObject([
    { state: 'posted', shown: true, sequence: 2 },
    { state: 'posted', shown: true, sequence: 2 },
  ]);
  for (const { spot } of places) {
    const kept = slack.shown.find(({ ts }) => ts === spot!.ts);
    expect(kept).toMatchObject({ text: expect.stringContaining('Ecs.0204') });
  }
  for (const { name } of specs) {
    const seen = slack.shown.filter((it) => it.broadcast !== false && it.text.includes(name));
    expect(seen.some((it) => it.text.includes('Ecs.0204'))).toBe(true);
  }
}, 120_000);
