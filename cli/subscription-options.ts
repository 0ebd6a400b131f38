import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { readEnvFile } from '../lib/adapters/config/env-file.ts';
import { isRecord } from '../lib/core/is-record.ts';
import { parseJson } from '../lib/core/parse-json.ts';
import { CONFIG_FILE } from './config-file.ts';
import { oneMore } from './options.ts';
import { Refusal } from './refusal.ts';
import { signingKeyOption, signingKeysOf } from './signing-keys.ts';

// What a subscription is, as options say it. The API says what is wrong with a value, and knows the channels and presets.

type Settings = Record<string, unknown>;
export interface Described {
  target?: string;
  token?: string;
  to?: string;
  on?: string;
  pattern?: Settings;
  signingKey?: string[];
  secret?: string;
  ordered?: boolean;
  fold?: string;
  rollup?: Settings | false;
  digest?: Settings | false;
  quiet?: Settings | false;
  template?: string;
  mention?: string[];
  lang?: string;
  zone?: string;
  request?: string;
  skipChallenge?: boolean;
}

/** `off`: where what there is can be taken away. */
export const withDescription = (command: Command, isChange = false): Command => {
  const or = isChange ? '; or off' : '';
  const known = command
    .option('--target <target>', 'the URL that is posted to, or one mail address')
    .option('--token <token>', 'of a bot in Slack, instead of --target: env:NAME or file:/path')
    .option('--to <channel>', 'with --token: the id of the channel in Slack')
    .option('--on <preset>', 'failures, endings or everything (docs/events.md)')
    .option('--pattern <json>', 'instead of --on: an event pattern', patternOf)
    .option('--fold <how>', 'group (the message of a group stands for those of its jobs) or none')
    .option(
      '--rollup <settings>',
      'when many are told of in one: above=5,wait=30s,every=5m; or off',
      settingsOf,
    )
    .option('--digest <settings>', `gather until then: every=1h or at=09:00, failures=wait${or}`, settingsOf)
    .option('--quiet <settings>', `gather in these hours: from=22:00,to=07:00,days=fri+sat${or}`, settingsOf)
    .option('--template <file>', `a file of YAML with title and text (docs/templates.md)${or}`)
    .option('--mention <who>', `of Slack: whom its failures call; may be repeated${or}`, oneOrMore)
    .option('--lang <language>', 'the language of its messages: en, de or zh')
    .option('--zone <zone>', 'the time zone of the times in them, such as Europe/Berlin')
    .option('--ordered', 'the next event of a job waits until the one before has arrived or was given up')
    .addOption(signingKeyOption('sign with this key instead of a new one, the newest first'))
    .option('--secret <secret>', `of a bot in Feishu or DingTalk: env:NAME or file:/path${or}`)
    .option(
      '--request <file>',
      `a file of JSON or YAML that says how its receiver wants a request (docs/api.md)${or}`,
    )
    .option(
      '--skip-challenge',
      'send to a webhook that has not answered the challenge; who wanted that is kept',
    );
  return isChange ? known.option('--no-ordered', 'it does not wait') : known;
};

/** As the API has it. */
export async function described(options: Described): Promise<Settings> {
  const { on, pattern, fold, rollup, digest, quiet, mention, lang, zone, ordered } = options;
  const { signingKey, skipChallenge, secret } = options;
  const target = options.token === undefined ? options.target : await botTarget(options);
  const said = {
    target,
    on,
    pattern,
    fold,
    rollup,
    digest: orNull(digest),
    quiet: orNull(quiet),
    template: await fileOf('--template', options.template),
    mention: mention?.includes('off') ? null : mention,
    lang,
    zone,
    ordered,
    request: await fileOf('--request', options.request),
    secret: secret === 'off' ? null : secret && secretOf('--secret', secret),
    skipChallenge,
    signingKeys: signingKey && signingKeysOf(signingKey, process.env),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

const orNull = <T>(value: T | false | undefined): T | null | undefined => (value === false ? null : value);
const oneOrMore = (text: string, others: string[] = []): string[] => oneMore(text, others);

/** `from=22:00,to=07:00,days=fri+sat`. */
function settingsOf(text: string): Settings | false {
  if (text === 'off') return false;
  return Object.fromEntries(
    text.split(',').map((one) => {
      const [, name, value] = /^([a-z]+)=(.+)$/.exec(one.trim()) ?? [];
      if (name === undefined || value === undefined)
        throw new InvalidArgumentError(`It is off, or settings such as every=1h, separated by commas.`);
      if (name === 'days') return [name, value.split('+')];
      return [name, name === 'above' ? Number(value) : value];
    }),
  );
}

async function botTarget({ token, to, target }: Described): Promise<string> {
  if (target !== undefined) throw new Refusal('Give --target, or --token and --to.');
  if (to === undefined) throw new Refusal('Give --to, the id of the channel in Slack, with --token.');
  const { botAddress, SLACK_API } = await import('../lib/adapters/channels/slack/address.ts');
  return botAddress(SLACK_API, to, secretOf('--token', token!));
}

/** What a reference names. It is quoted in no message. */
function secretOf(option: string, reference: string): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (kind === undefined)
    throw new Refusal(
      `${option} is a reference, so that no secret stands in your shell's history: env:NAME or file:/path.`,
    );
  const value =
    kind === 'env' ? (process.env[name] ?? readEnvFile(CONFIG_FILE).values[name]) : textOf(option, name);
  if (!value?.trim()) throw new Refusal(`${option}: ${reference} is not set.`);
  return value.trim();
}

function textOf(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${option} ${file} cannot be read: ${(error as Error).message}`);
  }
}

async function fileOf(option: string, file: string | undefined): Promise<Settings | null | undefined> {
  if (file === undefined) return undefined;
  if (file === 'off') return null;
  const { readYaml } = await import('../lib/adapters/config/yaml.ts');
  const yaml = readYaml(textOf(option, file));
  if (yaml.ok && isRecord(yaml.value)) return yaml.value;
  throw new Refusal(`${option} ${file} holds no object of JSON or YAML.`);
}

function patternOf(text: string): Settings {
  const pattern = parseJson(text);
  if (!isRecord(pattern))
    throw new InvalidArgumentError('It is a JSON object, for instance {"detail-type":["job.failed"]}.');
  return pattern;
}
