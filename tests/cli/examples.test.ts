import { newMute } from '../../lib/core/notify/mute.ts';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lessonOf, type Example } from '../../cli/examples.ts';
import { createProgram } from '../../cli/program.ts';
import { createSealer } from '../../lib/adapters/platform/seal.ts';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../lib/core/jobs/event-row.ts';
import { deliveryKey } from '../../lib/core/notify/delivery.ts';
import { newRecovery, RECOVER_QUEUE } from '../../lib/core/notify/recovery.ts';
import { LATEST } from '../../lib/core/row.ts';
import { deliveriesTo } from '../../lib/core/notify/route.ts';
import { endpointId } from '../../lib/core/notify/endpoint.ts';
import { newStored, type Definition } from '../../lib/core/notify/stored-subscription.ts';
import { startAccount } from '../wire/aws/account.ts';
import { events } from '../core/jobs/events.ts';
import { subscription } from '../kit.ts';
import { callOf } from './in-process.ts';
import { PROJECT, world, type World } from './world.ts';

const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
const program = await createProgram();
const commands = every(program).slice(1);
/** The path below `jobchime`: `config check`. */
const pathOf = (command: Command): string =>
  command.parent === program ? command.name() : `${pathOf(command.parent!)} ${command.name()}`;

/** Commands that cannot run beside a service on the same store, in an order in which each finds what it needs. */
/** `doctor` finds fault with a receiver that does not answer, which is subscribed by an example. */
const BEFORE = ['start', 'doctor'];
const AFTER = ['export', 'import', 'restore'];

/** As much of curl as the examples need, so that it need not be installed. */
const CURL = `#!${process.execPath}
const [url, flag, body] = process.argv.slice(2);
const answer = await fetch(url, flag === '-d' ? { method: 'POST', body } : {});
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 22;
`;

/** A webhook's receiver that wants messages: it answers a challenge. */
async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { data } = JSON.parse(body) as { data: { challenge?: string } };
      response.end(JSON.stringify({ challenge: data.challenge }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
}

const HEX = '0123456789abcdef0123456789abcdef';

async function prepared(): Promise<World> {
  const sealKey = Buffer.alloc(32, 6);
  const w = await world('api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY }\n');
  w.env.SEAL_KEY = sealKey.toString('base64');
  const life = { end: 'SUCCESS', runMs: 100 } as const;
  for (const jobId of [
    '2c9eb2c5544cbf6101544f0602af2b4f',
    'ff808081',
    'ff808082',
    'ff808083',
    'ff808085',
    'ff808086',
    'ff808087',
  ]) {
    w.simulator.submit({ system: 'otc-ecs', jobId, life });
  }
  w.simulator.submit({ system: 'otc-ecs', jobId: 'ff808084', life: { end: 'FAIL', runMs: 100 } });
  w.simulator.submit({ system: 'huawei-elb', jobId: '4010b39b', life });
  writeFileSync(join(w.folder, 'answer.json'), '{"order_id": "CS1", "job_id": "ff808081"}');
  copyFileSync(new URL('../../examples/dialects.yaml', import.meta.url), join(w.folder, 'dialects.yaml'));
  writeFileSync(join(w.folder, 'server.json'), '{"server": {"id": "a8a3f1b2", "status": "ACTIVE"}}');
  writeFileSync(join(w.folder, 'gone.json'), '{"itemNotFound": {"code": 404, "message": "no such server"}}');
  writeFileSync(
    join(w.folder, 'routes.yaml'),
    'routes: [{ event: job.lost, includes: [ops-failures, ci] }]\n',
  );
  // A call to the cloud, and the log of one.
  const [, endpoint] = /endpoint: (\S+\/otc-ecs),/.exec(w.configText)!;
  const url = `${endpoint}/v1/${PROJECT}/cloudservers`;
  writeFileSync(join(w.folder, 'call.json'), JSON.stringify({ url, body: { job_id: 'ff808082' } }));
  writeFileSync(
    join(w.folder, 'provider.log'),
    `2026-08-21T17:05:10.123+0200 [DEBUG] provider: [1787324710123-42] API Request URL: POST ${url}\n` +
      '2026-08-21T17:05:10.124+0200 [DEBUG] provider: [1787324710123-42] API Response Body: {\n  "job_id": "ff808081"\n}\n',
  );
  writeFileSync(join(w.folder, 'bin', 'terraform'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  mkdirSync(join(w.folder, 'empty'));
  writeFileSync(join(w.folder, 'bin', 'curl'), CURL);
  writeFileSync(join(w.folder, 'bin', 'package.json'), '{"type": "module"}');
  chmodSync(join(w.folder, 'bin', 'curl'), 0o755);
  // One that was made through the API, to be removed.
  const store = openStore(join(w.folder, 'jobchime.db'));
  const address = 'me@example.com';
  const definition: Definition = {
    name: 'me',
    on: 'endings',
    pattern: null,
    channel: 'email',
    endpoint: endpointId('email', address),
    shown: address,
    address,
    signingKeys: [],
    confirmation: null,
  };
  // And one whose messages are signed.
  const id = 'sub_89abcdef0123456789abcdef';
  const { seal } = createSealer(sealKey);
  const hook: Definition = {
    ...definition,
    name: 'hook',
    channel: 'webhook',
    endpoint: 'ep_1',
    shown: 'http://127.0.0.1/…',
    address: seal(await startReceiver(), id),
    signingKeys: [seal(`whsec_${Buffer.alloc(32, 5).toString('base64')}`, id)],
  };
  await store.subscriptions.create([
    newStored('sub_0123456789abcdef01234567', 'active', definition, Date.now()),
    newStored(id, 'active', hook, Date.now()),
  ]);
  const sample = {
    ...events['job.failed'],
    metadata: { ...events['job.failed'].metadata, id: `evt_${HEX}` },
  };
  const [row] = deliveriesTo(sample, subscription('ci'), Date.now()).map((one) => ({
    ...one,
    id: `dlv_${HEX}`,
  }));
  await store.events.create([newEventRow(sample, Date.now())]);
  await store.deliveries.create([
    {
      ...row!,
      key: deliveryKey(`evt_${HEX}`, `dlv_${HEX}`),
      state: 'failed',
      reason: 'server_error',
      due: null,
    },
  ]);
  const which = { since: 0, until: Date.now(), labels: { team: 'nobody' }, projects: null };
  const asked = { how: 'recover', by: 'somebody', token: '', which, perSecond: 1 } as const;
  // Far from done, so that it can be stopped.
  const far = {
    ...newRecovery(`rcv_${HEX.slice(0, 24)}`, asked, Date.now()),
    due: { queue: RECOVER_QUEUE, at: LATEST },
  };
  await store.recoveries.create([far]);
  const rollout = { which: { name: 'web-*' }, why: 'a rollout', by: 'Anna', failuresAtOnce: false };
  await store.mutes.create([
    newMute(`mut_${HEX.slice(0, 24)}`, { ...rollout, until: Date.now() + 3_600_000 }, Date.now()),
  ]);
  await store.close();
  const account = await startAccount('prod');
  onTestFinished(account.close);
  Object.assign(w.env, account.env, { TABLE: await account.dynamo.newTable() });
  for (const [stage, file] of [
    ['dev', 'jobchime.aws.yaml'],
    ['prod', 'jobchime.prod.yaml'],
  ] as const)
    writeFileSync(join(w.folder, file), onAws(w, stage, account.put));
  // What is in force there already, and what was before.
  account.put('/jobchime/dev/config', onAws(w, 'dev', account.put));
  return w;
}

/** The configuration with its secrets where they are on AWS. */
function onAws(
  { configText, env }: World,
  stage: string,
  put: (name: string, value: string) => void,
): string {
  const folders: Record<string, string> = {
    AK: 'clouds',
    SK: 'clouds',
    SLACK_URL: 'slack',
    SIGNING_KEY: 'webhook',
  };
  return configText
    .replace('api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY }\n', '')
    .replaceAll(/env:(\w+)/g, (_, name: string) => {
      const parameter = `/jobchime/${stage}/${folders[name]}/${name.toLowerCase()}`;
      put(parameter, env[name]!);
      return `'ssm:${parameter}'`;
    });
}

/** Standard error of a command with which all is well. */
const FINE =
  /^((\d+ rows? of .* written|jobchime: watching \d+ jobs?\.|Keep it: it is not shown again\. .*|version \d+ of stage \w+)\n)?$/;

/**
 * Runs the examples of a command, each to its end or until it serves. Of every command that `jobchime` loads by itself one is a process
 * of its own: one that has to be in any case, or else the first. What stands below it is loaded with it.
 */
async function executeAll(w: World, command: Command): Promise<void> {
  const { examples } = lessonOf(command);
  const isSpawned = command.parent !== program || examples.some(({ run }) => callOf(run, w.env) === null);
  for (const [n, example] of examples.entries())
    await execute(w, example, n === 0 && !isSpawned ? 'spawn' : 'run');
}

/** The demonstration takes its seconds in a folder of its own, and others need not wait for them. */
const BESIDE = 'cd empty && jobchime start --exit';

async function execute(w: World, { run }: Example, how: 'spawn' | 'run'): Promise<void> {
  if (run === BESIDE) return;
  const ready = /^jobchime start(?!.*--exit)/.test(run)
    ? 'service.started'
    : run.startsWith('jobchime simulate')
      ? 'control'
      : run.includes('--follow')
        ? '\n'
        : run.startsWith('jobchime listen')
          ? 'Listening on'
          : null;
  if (ready === null) {
    expect(await w[how](run), run).toMatchObject({ code: 0, err: expect.stringMatching(FINE) });
    return;
  }
  // The port of the example may be in use where the tests run.
  const served = await w.start(/^jobchime (simulate|listen)/.test(run) ? `${run} --port 0` : run, ready);
  served.child.kill('SIGTERM');
  expect(await served.ended, run).toBe(0);
}

describe('every command', () => {
  it.each(commands.map((command) => [pathOf(command), command] as const))(
    '%s says what it does, and shows how by examples',
    (_, command) => {
      expect(command.description()).toMatch(/^[A-Z].*\.$/);
      const examples = lessonOf(command).examples;
      expect(examples.length).toBeGreaterThan(0);
      for (const { says } of examples) expect(says).not.toMatch(/[.:]$/);
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      for (const { run } of examples) expect(help).toContain(run);
    },
  );

  it('has examples that work', async () => {
    const w = await prepared();
    const demonstration = w.spawn(BESIDE);
    const examplesOf = async (names: readonly string[]): Promise<void> => {
      for (const name of names)
        await executeAll(
          w,
          commands.find((one) => one.name() === name)!,
        );
    };
    const beside = commands.filter((command) => ![...BEFORE, ...AFTER].includes(command.name()));
    await examplesOf(BEFORE);
    const service = await w.start('jobchime start', 'service.started');
    for (const command of beside) await executeAll(w, command);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    await w.run('mv backup-*.db backup.db');
    await examplesOf(AFTER);
    expect(lessonOf(commands.find((one) => one.name() === 'start')!).examples).toContainEqual(
      expect.objectContaining({ run: BESIDE }),
    );
    expect(await demonstration, BESIDE).toMatchObject({ code: 0, err: expect.stringMatching(FINE) });
  }, 300_000);
});
