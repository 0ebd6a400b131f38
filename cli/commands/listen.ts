import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { teach } from '../examples.ts';
import { repliesOf, type Reply } from '../listen/replies.ts';
import { Refusal } from '../refusal.ts';
import { listenToSignals } from '../signals.ts';
import { signingKeyOption, signingKeysOf } from '../signing-keys.ts';

interface Options {
  port: number;
  host: string;
  signingKey?: string[];
  answer?: Reply[];
  forward?: string;
  url?: string;
  after?: string;
  json?: boolean;
}

const MORE = `Each message is one line, and its body where it is verified. Without --answer a verified message is answered with 200, any
other with 401. 'slow' answers 200 after 20 s, later than Jobchime waits; 'drop' closes the connection. The challenge of a new
subscription is answered by itself.

--url is for a machine that the service cannot reach: it reads the feed of the service (docs/api.md), from now on or behind
--after, with the token in JOBCHIME_TOKEN (scope read). Every event comes, whatever is subscribed. --forward then posts each
once, in order, signed with the key that is shown here or given; what fails is shown and not repeated.`;

export const listenCommand = (): Command =>
  teach(
    new Command('listen')
      .description(
        'Receive webhooks on this machine: show and verify what arrives, answer as you say, forward.',
      )
      .option('-p, --port <port>', 'the port; 0 takes a free one', portOf, 8482)
      .option('--host <host>', 'the address to listen on', '127.0.0.1')
      .addOption(signingKeyOption('verify with this key (default: a new one, which is shown)'))
      .option(
        '--answer <list>',
        'status codes, slow or drop: one for each message, the last for the rest',
        repliesOf,
      )
      .option('--forward <url>', 'pass each message on to this URL, and answer what it answers')
      .option('--url <url>', 'receive nothing: pull the events of the service at this URL')
      .option('--after <event>', 'with --url: begin behind the event with this id')
      .option('--json', 'print one JSON object a line')
      .action(async (options: Options) => {
        refuseContradictions(options);
        const keys = options.signingKey
          ? signingKeysOf(options.signingKey, process.env)
          : [`whsec_${randomBytes(32).toString('base64')}`];
        if (options.url === undefined) await receiveUntilStopped(options, keys);
        else await pullUntilStopped(options.url, options, keys);
      }),
    [
      { says: 'Show and verify what arrives, until Ctrl-C', run: 'jobchime listen' },
      {
        says: 'With a key that is configured, to a receiver under development',
        run: 'jobchime listen --signing-key env:SIGNING_KEY --forward http://127.0.0.1:3000/hooks',
      },
      {
        says: 'What happens when a receiver fails twice and then recovers',
        run: 'jobchime listen --answer 500,slow,200',
      },
    ],
    MORE,
  );

function refuseContradictions({ answer, forward, url, after }: Options): void {
  if (answer && forward !== undefined)
    throw new Refusal('Give --answer or --forward, not both: what the other receiver answers is answered.');
  if (answer && url !== undefined)
    throw new Refusal('Give --answer or --url, not both: what is pulled is not answered.');
  if (after !== undefined && url === undefined)
    throw new Refusal('--after goes with --url: a receiver begins with what arrives.');
  if (forward === undefined) return;
  const to = URL.parse(forward);
  if (!to || !/^https?:$/.test(to.protocol) || to.username || to.password)
    throw new Refusal('--forward is no URL to post to. Write http://127.0.0.1:3000/hooks.');
}

async function receiveUntilStopped(options: Options, keys: readonly string[]): Promise<void> {
  const { port, host, answer = null } = options;
  const { receive } = await import('../listen/receive.ts');
  const { forward, show } = await outputs(options);
  const { stopped } = listenToSignals({ reload: false });
  const { url, close } = await receive({ port, host, keys, replies: answer, forward, show }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Refusal(`Port ${port} on ${host} cannot be used (${error.code}); choose one with --port.`);
    },
  );
  console.error(`Listening on ${url} until Ctrl-C.`);
  if (!options.signingKey) console.error(howToSubscribe(url, keys[0]!));
  await untilAborted(stopped);
  close();
  await forward?.close();
}

async function pullUntilStopped(url: string, options: Options, keys: readonly string[]): Promise<void> {
  const { withApi } = await import('../with-api.ts');
  const { pull } = await import('../listen/pull.ts');
  const { forward, show } = await outputs(options);
  const { stopped: signal } = listenToSignals({ reload: false });
  const { after } = options;
  console.error(`Pulling the events of ${url} until Ctrl-C.`);
  if (forward && !options.signingKey) console.error(`They are signed with ${keys[0]}`);
  try {
    await withApi({ url }, ({ client }) =>
      pull({ client, keys, forward, show, signal, ...(after !== undefined && { after }) }),
    );
  } finally {
    await forward?.close();
  }
}

async function outputs({ forward, json }: Options) {
  const [{ createForwarder }, { forPeople, forPrograms }] = await Promise.all([
    import('../listen/forward.ts'),
    import('../listen/show.ts'),
  ]);
  const show = json ? forPrograms : forPeople;
  return {
    forward: forward === undefined ? null : createForwarder(forward),
    show: (arrived: Parameters<typeof show>[0]): void => console.log(show(arrived)),
  };
}

const howToSubscribe = (url: string, key: string): string => `
The signing key, made for this run:

  export WEBHOOK_KEY=${key}

To subscribe this receiver, with that variable set (the service needs api.secret_key, and its host under allow_private):

  jobchime subscriptions add listen --on everything --channel webhook --target ${url} --signing-key env:WEBHOOK_KEY

Or in jobchime.yaml, with WEBHOOK_KEY=${key} in .env beside it:

  subscriptions:
    listen: { on: everything, channel: webhook, target: '${url}', signing_keys: [env:WEBHOOK_KEY] }
  allow_private: [127.0.0.1]

Then try it: jobchime subscriptions test listen
`;

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
