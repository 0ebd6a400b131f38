import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService } from '../../lib/wire/local/service.ts';
import { createSimulator, DEFAULT_ACCOUNT, type Simulator } from '../../lib/adapters/simulator/simulator.ts';
import { createTokens } from '../../lib/adapters/api/tokens.ts';
import { openParts, type Parts } from '../../lib/wire/local/parts.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { demoConfig } from './config.ts';
import { narrator, type Narrator } from './narrator.ts';
import { SCENES, THROTTLED } from './scenario.ts';
import { mailSinkIfThere, slackSink, webhookSink, type Sink } from './sinks.ts';
import { verdict, type Sinks } from './verdict.ts';

const SIGNING_KEY = `whsec_${Buffer.from('a key for the demonstration only').toString('base64')}`;
const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
/** The last scene ends after 9 s; three times that means that something is stuck. */
const PATIENCE_MS = 28_000;

export interface DemoOptions {
  out: (line: string) => void;
  /** End with the last announcement, instead of serving on until `stopped`. */
  exit: boolean;
  stopped: AbortSignal;
}

/**
 * The whole way, for real but for the clouds: the simulator is called over HTTP with signatures and tokens, the table is a
 * file, and what is sent arrives at a Slack-shaped sink, a mail server and a webhook receiver. Answers the exit code.
 */
export async function demo({ out, exit, stopped }: DemoOptions): Promise<number> {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  const sinks: Sinks = {
    slack: await slackSink(),
    email: await mailSinkIfThere(),
    webhook: await webhookSink(SIGNING_KEY),
  };
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-demo-'));
  const narration = narrator(out);
  const closing: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => simulator.close(),
    ...Object.values(sinks).map((sink: Sink | null) => () => sink?.close()),
  ];
  try {
    const { service, parts, close } = await open(join(folder, 'jobchime.yaml'), url, sinks, narration);
    closing.push(close);
    narration.begin(url);
    const { api } = await service.start();
    closing.push(() => service.stop());
    narration.console(`${api}/sign-in#${await tokenFor(parts)}`);
    await play(simulator, service);
    const timeUp = AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)]);
    while (!verdict(sinks).complete && !timeUp.aborted) await pause(100);
    await pause(500); // long enough for anything that comes twice
    const { faults } = verdict(sinks);
    if (!stopped.aborted) narration.end(sinks, faults);
    if (!exit && faults.length === 0) {
      narration.serving(url);
      if (!stopped.aborted) await once(stopped, 'abort');
    }
    return faults.length === 0 || stopped.aborted ? 0 : 1;
  } finally {
    for (const end of closing.toReversed()) await end();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function open(path: string, simulator: string, sinks: Sinks, narration: Narrator) {
  const secrets = createSecrets();
  const [key] = DEFAULT_ACCOUNT.accessKeys;
  const port = await freePort();
  const mailPort = sinks.email && Number(new URL(sinks.email.url).port);
  const loaded = loadConfig(
    demoConfig(PROJECT, { simulator, slack: sinks.slack.url, webhook: sinks.webhook.url, port, mailPort }),
    path,
    {
      DEMO_ACCESS_KEY: key!.access,
      DEMO_SECRET_KEY: key!.secret,
      DEMO_PASSWORD: DEFAULT_ACCOUNT.password,
      DEMO_SLACK_URL: sinks.slack.url,
      DEMO_SIGNING_KEY: SIGNING_KEY,
      DEMO_KEY: randomBytes(32).toString('base64'),
    },
    secrets,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { parts, close } = openParts(loaded.config, secrets, narration.telemetry);
  for (const channel of ['slack', 'email', 'webhook'] as const) {
    const sink = sinks[channel];
    if (sink) sink.onArrival = (arrival) => narration.arrived(channel, arrival);
  }
  const { examineBeside } = await import('../../lib/wire/local/doctor.ts');
  const examine = () => examineBeside(loaded.config, secrets, parts);
  return { service: createService({ ...parts, examine }), parts, close };
}

/** For the one who watches; it is gone with the store. */
async function tokenFor({ store, clock }: Parts): Promise<string> {
  const tokens = createTokens(store.tokens, { clock, random: randomBytes });
  const spec = { name: 'demonstration', scopes: ['admin' as const], projects: null, expiresAt: null };
  return (await tokens.create(spec)).text;
}

/** Hands the dozen jobs in, and makes one cloud refuse for a while. */
async function play(simulator: Simulator, service: ReturnType<typeof createService>): Promise<void> {
  const now = Date.now();
  const specs = SCENES.map((scene) => ({
    origin: scene.origin,
    projectId: PROJECT,
    jobId: simulator.submit({ system: scene.origin, jobType: scene.jobType, life: scene.life }),
    name: scene.name,
    labels: { team: scene.team },
    ...(scene.deadline ? { deadlineAt: now + scene.deadline } : {}),
  }));
  for (const tracked of await service.track(specs)) {
    if (tracked.outcome !== 'tracked') throw new Error(JSON.stringify(tracked));
  }
  const { afterMs, ...fault } = THROTTLED;
  setTimeout(() => simulator.fault({ fault: 'throttled', ...fault }), afterMs).unref();
}
