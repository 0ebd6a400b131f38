import { definitionOf } from '../../lib/adapters/channels/registry.ts';
import { isMailbox } from '../../lib/core/notify/channel.ts';
import { ALL, servicesIn, type Answers } from './questions.ts';

/** `made`: what begins a value that is made here, since nobody else knows it. Left out: a person fills it in. */
interface Secret {
  name: string;
  says: string;
  made?: string;
}

export interface Composed {
  /** The configuration. */
  yaml: string;
  /** The variables that it refers to, and what belongs into each. */
  secrets: Secret[];
}

/** Any text as YAML: what JSON quotes, YAML reads the same. */
const quoted = (text: string): string => (/^[a-z][\w.-]*$/i.test(text) ? text : JSON.stringify(text));

const SIGNING = {
  name: 'WEBHOOK_KEY',
  says: 'the key that signs them: echo "whsec_$(openssl rand -base64 32)"',
  made: 'whsec_',
};
const SEALING = {
  name: 'JOBCHIME_KEY',
  says: 'the key that seals what is secret in the store: openssl rand -base64 32',
  made: '',
};
const PAGES = `
# The pages and the API: http://127.0.0.1:8481/. Sign in with: jobchime token create board --scope admin
api:
  listen: 127.0.0.1:8481
  secret_key: env:${SEALING.name}
`;

/** The configuration that the answers describe. Secrets stand in it by reference. */
export function compose(answers: Answers): Composed {
  const { cloud = '', region = '', project = '', services = '', channel = 'none', endpoint } = answers;
  const short = cloud === 'otc' ? 'otc' : 'hwc';
  const secrets: Composed['secrets'] = [];
  const secret = (name: string, says: string): string => {
    secrets.push({ name, says });
    return `env:${name}`;
  };
  const auth =
    answers['sign-in'] === 'password'
      ? [
          `user: ${quoted(answers.user!)}`,
          `domain: ${quoted(answers.domain!)}`,
          ...(answers.iam === undefined ? [] : [`iam: ${quoted(answers.iam)}`]),
          `password: ${secret(`${short.toUpperCase()}_PASSWORD`, 'the password of the IAM user')}`,
        ]
      : [
          `access_key: ${secret(`${short.toUpperCase()}_AK`, 'the access key of a user that may only read')}`,
          `secret_key: ${secret(`${short.toUpperCase()}_SK`, 'its secret key')}`,
        ];
  const where = [
    `cloud: ${cloud}`,
    `region: ${quoted(region)}`,
    ...(endpoint === undefined ? [] : [`endpoint: ${quoted(endpoint)}`]),
    `project: ${JSON.stringify(project)}`,
  ];
  const indented = (lines: readonly string[], by: number): string[] =>
    lines.map((line) => ' '.repeat(by) + line);
  const account = (): string =>
    [
      'accounts:',
      `  ${short}:`,
      ...indented([...where, 'auth:'], 4),
      ...indented(auth, 6),
      '    # Jobs are found in the records of the Cloud Trace Service; nobody hands them in: docs/discovery.md',
      '    discover: true\n',
    ].join('\n');
  const origins = (): string =>
    `origins:\n${servicesIn(services)
      .map((dialect, n) =>
        [
          `  ${short}-${dialect}:`,
          ...indented(
            [`dialect: ${dialect}`, ...where.map((line) => line.replaceAll('{dialect}', dialect))],
            4,
          ),
          ...(n === 0 ? [`    auth: &${short}`, ...indented(auth, 6)] : [`    auth: *${short}`]),
        ].join('\n'),
      )
      .join('\n\n')}\n`;
  const told = subscriptionOf(answers, channel, secrets);
  secrets.push(SEALING);
  return {
    yaml: `# Made by jobchime init. Every key and its default: docs/config.md. Secrets stand in .env beside this file.
store: ./jobchime.db

${services.trim() === ALL ? account() : origins()}${told}${PAGES}`,
    secrets,
  };
}

function subscriptionOf(answers: Answers, channel: string, secrets: Secret[]): string {
  if (channel === 'none') return '';
  const on = answers.on ?? 'failures';
  const head = `
subscriptions:
  first:
    # endings: every end. failures: whatever needs a person. everything: each change as well.
    on: ${on}
    channel: ${channel}
`;
  if (isMailbox(channel))
    return `${head}    to: [${quoted(answers.to!)}]

mail:
  host: ${quoted(answers['mail-host']!)}
  from: ${quoted(answers['mail-from']!)}
`;
  const { targetHint, signed } = definitionOf(channel)!;
  const signing = signed ? `    signing_keys: [env:${SIGNING.name}]\n` : '';
  const url = `${channel.toUpperCase()}_URL`;
  secrets.push({ name: url, says: asWords(targetHint) });
  if (signing) secrets.push(SIGNING);
  return `${head}    target: env:${url}\n${signing}`;
}

/** `Write https://host/path.` as what it is that has to be written. */
const asWords = (hint: string): string => hint.replace(/^Write /, '').replace(/\.$/, '');
