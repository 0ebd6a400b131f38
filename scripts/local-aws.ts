/**
 * `npm run local-aws`: the plain template in a local AWS, its functions out of their zips in processes of their own, and the way of
 * thirty jobs through all of it. `docs/aws.md` says what is played. `--endpoint URL`: a local AWS that runs already; left out, moto
 * is started. `--stay`: it goes on until Ctrl-C.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ROOT } from './bundle.ts';
import { lead, starterOf, type Container } from './local-aws/functions.ts';
import { startGateway } from './local-aws/gateway.ts';
import { askerOf, hasMoto, REGION, startMoto } from './local-aws/local.ts';
import { configOf, failing, jobId, PROJECT, SECRETS, startOutside } from './local-aws/outside.ts';
import { makeStack } from './local-aws/stack.ts';
import { packagePlain } from './plain.ts';

const STAGE = 'local';
const JOBS = Array.from({ length: 30 }, (_, n) => jobId(n + 1));
/** Of each function behind a queue: two at once, which two batches need. */
const CONTAINERS = 2;
/** A run of the sweep works for 15 s here and not for 50, so that nobody waits; 35 s it keeps for a last check. */
const SWEEP_MS = 50_000;
/** moto answers a hundred requests a second at best, and a job takes some sixty in all. */
const PATIENCE_MS = 600_000;
/** Between two runs of the sweep, so that it leaves moto to the others. */
const PAUSE_MS = 3_000;

const { values: said } = parseArgs({ options: { endpoint: { type: 'string' }, stay: { type: 'boolean' } } });
if (said.endpoint === undefined && !hasMoto()) {
  console.log(
    "absent: moto (pip install 'moto[server]'); --endpoint names another local AWS; nothing was tried",
  );
  process.exit(0);
}

await import('./build.ts');
const folder = packagePlain();
const moto = said.endpoint === undefined ? await startMoto() : null;
const endpoint = said.endpoint ?? moto!.endpoint;
const env = {
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};
Object.assign(process.env, env);
const [sqs, ssm, ses, events] = [
  new SQSClient(),
  new SSMClient(),
  new SESv2Client(),
  new EventBridgeClient(),
];
const asker = askerOf(endpoint);
const outside = await startOutside();
const containers: Container[] = [];
const over = new AbortController();

let failures = 0;
function check(what: string, holds: boolean, found?: unknown): void {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}${holds ? '' : `: ${JSON.stringify(found)}`}`);
}
/** Not at once: what is asked of moto goes through this process. */
const ownNode = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout.trim();
/** What goes on beside everything else, and must not fail. */
const beside = (work: Promise<void>): void =>
  void work.catch((error: unknown) => over.signal.aborted || check('goes on', false, String(error)));

/** The stack with its secrets and configuration, and something that plays each function, the schedule and the gateway. */
async function start() {
  const { functions, missing } = await makeStack(asker, folder, STAGE);
  check('CloudFormation makes all that is not left out', missing.length === 0, missing);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/jobchime/${STAGE}/stack` }));
  const stack = JSON.parse(asker.here(Parameter!.Value!)) as {
    table: string;
    queues: Record<string, string>;
  };
  for (const [name, Value] of Object.entries(SECRETS(outside.url)))
    await ssm.send(
      new PutParameterCommand({ Name: `/jobchime/${STAGE}/${name}`, Type: 'SecureString', Value }),
    );
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'jobchime@example.com' }));
  writeFileSync(`${folder}/config.yaml`, configOf(STAGE, outside.url));
  console.log(await ownNode('cli/jobchime.mjs', 'config', 'push', '--stage', STAGE, `${folder}/config.yaml`));

  let api: Container | undefined;
  for (const { name, zip, batch } of functions) {
    const startOne = await starterOf(asker, `jobchime-${STAGE}-${name.toLowerCase()}`, zip, env);
    const startNext = (): Container => containers[containers.push(startOne()) - 1]!;
    if (name === 'Api') api = startNext();
    if (name === 'Sweep') beside(sweepAgainAndAgain(startNext()));
    const QueueUrl = stack.queues[`${name}Queue`]!;
    if (batch !== undefined)
      for (let n = 0; n < CONTAINERS; n += 1)
        beside(lead(sqs, { QueueUrl, batch, container: startNext() }, over.signal));
  }
  return { ...stack, gateway: await startGateway(api!) };
}

/** Runs of the sweep that are over. */
let sweeps = 0;
/** In place of the schedule. */
async function sweepAgainAndAgain({ invoke }: Container): Promise<void> {
  for (; !over.signal.aborted; await sleep(PAUSE_MS)) {
    await invoke({}, SWEEP_MS);
    sweeps += 1;
  }
}

/** Half of the jobs as events, half through the API. */
async function handIn({ table, gateway }: { table: string; gateway: { url: string } }): Promise<string> {
  const half = JOBS.length / 2;
  const entry = { EventBusName: `jobchime-${STAGE}-intake`, Source: 'local', DetailType: 'job.submitted' };
  const origin = { origin: 'hwc-ecs', projectId: PROJECT };
  const Detail = JSON.stringify({ ...origin, jobIds: JOBS.slice(0, half) });
  await events.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
  const token = await ownNode('scripts/aws-token.ts', table, 'local', 'track,read');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ jobs: JOBS.slice(half).map((one) => ({ ...origin, jobId: one })) });
  const answer = await fetch(`${gateway.url}/v1/jobs`, { method: 'POST', headers, body });
  check('the API takes jobs', answer.ok, `${answer.status} ${await answer.text()}`);
  return token;
}

/** Messages in a queue, seen or not. */
async function depthOf(QueueUrl: string): Promise<number> {
  const kinds = ['', 'NotVisible', 'Delayed'] as const;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return kinds.reduce((sum, kind) => sum + Number(Attributes![`ApproximateNumberOfMessages${kind}`]), 0);
}
async function filled(queues: Record<string, string>): Promise<string[]> {
  const depths = await Promise.all(
    Object.entries(queues).map(async ([id, url]) => [id, await depthOf(url)] as const),
  );
  return depths.filter(([, depth]) => depth > 0).map(([id, depth]) => `${id}: ${depth}`);
}
const mails = async (): Promise<number> =>
  Number((await asker.query('ses', { Action: 'GetSendQuota' }, 'SentLast24Hours'))[0]);

try {
  const stack = await start();
  const begun = Date.now();
  const token = await handIn(stack);
  const { webhook, slack } = outside.received;
  const failed = failing(JOBS).length;
  const isOver = async (): Promise<boolean> =>
    webhook.length >= JOBS.length &&
    slack.length >= failed &&
    (await mails()) >= failed &&
    (await filled(stack.queues)).length === 0;
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (failures === 0 && Date.now() < begun + PATIENCE_MS && !(await holds())) await sleep(500);
  };
  await until(isOver);
  const took = Date.now() - begun;
  // Whatever would come twice comes now: a sweep that begins after that looks at everything once more, and rings whom it finds.
  const enough = sweeps + 2;
  await until(async () => sweeps >= enough && (await isOver()));
  console.log(`the way of ${JOBS.length} jobs took ${(took / 1_000).toFixed(1)} s`);
  check('each end reaches the webhook once', webhook.toSorted().join() === JOBS.join(), webhook);
  check('each failure reaches Slack once', slack.length === failed, slack.length);
  check('each failure is mailed once', (await mails()) === failed, await mails());
  const left = await filled(stack.queues);
  check('no queue has anything left, nor dead letters', left.length === 0, left);
  if (said.stay) {
    console.log(
      `AWS_ENDPOINT_URL=${endpoint} JOBCHIME_URL=${stack.gateway.url} JOBCHIME_TOKEN=${token}; Ctrl-C ends it`,
    );
    await new Promise((resolve) => process.once('SIGINT', resolve));
  }
  stack.gateway.close();
} finally {
  over.abort();
  for (const { stop } of containers) stop();
  outside.close();
  moto?.stop();
}
process.exit(failures > 0 ? 1 : 0);
