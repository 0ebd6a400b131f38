import { definitionOf } from '../../lib/adapters/channels/registry.ts';
import { isMailbox } from '../../lib/core/notify/channel.ts';
import { ALL, servicesIn, type Answers } from './questions.ts';

export interface Composed {
  /** The configuration. */
  yaml: string;
  /** The variables that it refers to, and what belongs into each. */
  secrets: { name: string; says: string }[];
}

/** Any text as YAML: what JSON quotes, YAML reads the same. */
const quoted = (text: string): string => (/^[a-z][\w.-]*$/i.test(text) ? text : JSON.stringify(text));

const SIGNING = {
  name: 'WEBHOOK_KEY',
  says: 'the key that signs them: echo "whsec_$(openssl rand -base64 32)"',
};

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
          ...indented([`dialect: ${dialect}`, ...where], 4),
          ...(n === 0 ? [`    auth: &${short}`, ...indented(auth, 6)] : [`    auth: *${short}`]),
        ].join('\n'),
      )
      .join('\n\n')}\n`;
  return {
    yaml: `# Made by jobchime init. Every key and its default: docs/config.md. Secrets stand in .env beside this file.
store: ./jobchime.db

${services.trim() === ALL ? account() : origins()}${subscriptionOf(answers, channel, secret)}`,
    secrets,
  };
}

function subscriptionOf(
  answers: Answers,
  channel: string,
  secret: (name: string, says: string) => string,
): string {
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
  const target = `    target: ${secret(`${channel.toUpperCase()}_URL`, asWords(targetHint))}\n`;
  if (signing) secret(SIGNING.name, SIGNING.says);
  return head + target + signing;
}

/** `Write https://host/path.` as what it is that has to be written. */
const asWords = (hint: string): string => hint.replace(/^Write /, '').replace(/\.$/, '');
