import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { NewSubscription, Subscription } from '../../client/index.ts';
import { isRecord } from '../../lib/core/is-record.ts';
import { parseJson } from '../../lib/core/parse-json.ts';
import { Refusal } from '../refusal.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { signingKeyOption, signingKeysOf } from '../signing-keys.ts';
import { withApi, type Where } from '../with-api.ts';

interface Options extends Where {
  channel: string;
  target: string;
  on?: string;
  pattern?: Record<string, unknown>;
  signingKey?: string[];
  ordered?: boolean;
  lang?: string;
  zone?: string;
  request?: string;
  skipChallenge?: boolean;
  json?: boolean;
}

/** The API says what is wrong with a value, and knows the channels and presets. */
export const addCommand = (): Command =>
  teach(
    new Command('add')
      .description('Add a subscription, as the API does; a webhook gets a signing key, which is shown once.')
      .argument('<name>', 'what people call it')
      .requiredOption('--channel <channel>', 'webhook, slack, email or another one (docs/config.md)')
      .requiredOption('--target <target>', 'the URL that is posted to, or one mail address')
      .option('--on <preset>', 'failures, endings or everything (docs/events.md)')
      .option('--pattern <json>', 'instead of --on: an event pattern', patternOf)
      .option('--ordered', 'the next event of a job waits until the one before has arrived or was given up')
      .option('--lang <language>', 'the language of its messages: en, de or zh')
      .option('--zone <zone>', 'the time zone of the times in them, such as Europe/Berlin')
      .addOption(signingKeyOption('sign with this key instead of a new one, the newest first'))
      .option(
        '--request <file>',
        'a file of JSON or YAML that says how its receiver wants a request (docs/api.md)',
      )
      .option(
        '--skip-challenge',
        'send to a webhook that has not answered the challenge; who wanted that is kept',
      )
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((name: string, options: Options) =>
        withApi(options, async ({ client }) => {
          const { channel, target, on, pattern, signingKey, ordered, request, skipChallenge, json } = options;
          const { lang, zone } = options;
          const body = {
            name,
            channel,
            target,
            ...(on !== undefined && { on }),
            ...(pattern && { pattern }),
            ...(ordered && { ordered }),
            ...(lang !== undefined && { lang }),
            ...(zone !== undefined && { zone }),
            ...(request !== undefined && { request: await requestIn(request) }),
            ...(skipChallenge && { skipChallenge }),
            ...(signingKey && { signingKeys: signingKeysOf(signingKey, process.env) }),
          };
          const made = await client.subscriptions.create(body as NewSubscription);
          if (json) return console.log(JSON.stringify(made, null, 2));
          console.log(`${made.id} (${name}) is ${made.state}. ${nextStep(made)}`);
          const [key] = made.signingKeys ?? [];
          if (key === undefined) return;
          console.log(key);
          console.error('Keep it: it is not shown again. The receiver verifies with it (docs/receivers.md).');
        }),
      ),
    [
      {
        says: 'A webhook on this machine, with a key that `jobchime listen` knows',
        run: 'jobchime subscriptions add dev --on everything --channel webhook --target http://127.0.0.1:8482/ --signing-key env:SIGNING_KEY',
      },
    ],
    'It is kept in the store and needs `api.secret_key`. One of the configuration is added in the file.',
  );

function nextStep({ id, state }: Subscription): string {
  if (state === 'active') return `Try it: jobchime subscriptions test ${id}`;
  if (state === 'confirming') return 'Its owner has to follow the link in the mail.';
  return `Its receiver has not answered the challenge; ask it again: jobchime subscriptions verify ${id}`;
}

async function requestIn(file: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`--request ${file} cannot be read: ${(error as Error).message}`);
  }
  const { readYaml } = await import('../../lib/adapters/config/yaml.ts');
  const yaml = readYaml(text);
  if (yaml.ok && isRecord(yaml.value)) return yaml.value;
  throw new Refusal(`--request ${file} holds no object of JSON or YAML.`);
}

function patternOf(text: string): Record<string, unknown> {
  const pattern = parseJson(text);
  if (!isRecord(pattern))
    throw new InvalidArgumentError('It is a JSON object, for instance {"detail-type":["job.failed"]}.');
  return pattern;
}
