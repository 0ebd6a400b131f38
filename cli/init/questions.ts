import { KNOWN_CLOUDS } from '../../lib/adapters/clouds/known.ts';
import { CHANNEL_NAMES } from '../../lib/adapters/channels/registry.ts';
import { PROJECT_ID } from '../../lib/adapters/config/origin.ts';
import { CLOUDS } from './choices.ts';
import { readAddress } from '../../lib/core/input/values.ts';

/** What is answered so far, by the names of the options. */
export type Answers = Record<string, string>;

/** One thing that the configuration needs to know. */
export interface Question {
  /** Of the option: `--cloud`. */
  name: string;
  asks: string;
  /** Only then is it asked. */
  when?: (answers: Answers) => boolean;
  choices?: (answers: Answers) => readonly string[];
  usual?: (answers: Answers) => string;
  /** What is wrong with an answer; null: nothing. */
  problem?: (answer: string, answers: Answers) => string | null;
}

const cloudOf = ({ cloud }: Answers): (typeof CLOUDS)[number] => (cloud === 'otc' ? 'otc' : 'huawei');

/** Instead of names of services: all of the project, and jobs that are found. */
export const ALL = 'all';

export const servicesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
const isEmail = ({ channel }: Answers): boolean => channel === 'email';
const addressProblem = (text: string): string | null =>
  readAddress(text).ok ? null : 'is not an email address';

const hasRecords = (answers: Answers): boolean =>
  answers.endpoint !== undefined ||
  KNOWN_CLOUDS.traceEndpoint(cloudOf(answers), answers.region ?? '') !== null;
/** Whose hosts are known in the region. */
const servicesThere = (answers: Answers): string[] => {
  const [cloud, region] = [cloudOf(answers), answers.region ?? ''];
  return KNOWN_CLOUDS.servicesOf(cloud).filter((name) => KNOWN_CLOUDS.endpoint(cloud, region, name) !== null);
};

/** Not in the cloud itself: whose IAM service it has is not known. */
const isElsewhere = (answers: Answers): boolean => {
  const host = answers.endpoint && URL.parse(answers.endpoint.replaceAll('{dialect}', 'any'))?.hostname;
  return host !== undefined && host !== null && !KNOWN_CLOUDS.owns(cloudOf(answers), host);
};

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  { name: 'cloud', asks: 'Which cloud', choices: () => CLOUDS, usual: () => 'huawei' },
  {
    name: 'region',
    asks: 'Which region',
    usual: (answers) => (cloudOf(answers) === 'otc' ? 'eu-de' : 'eu-west-101'),
    problem: (text, answers) =>
      KNOWN_CLOUDS.regions(cloudOf(answers)).includes(text) || answers.endpoint !== undefined
        ? null
        : `is no region whose hosts are known: ${KNOWN_CLOUDS.regions(cloudOf(answers)).join(', ')}; for any other say --endpoint`,
  },
  {
    name: 'services',
    asks: 'Which services, separated by commas; all finds jobs in the trace records',
    usual: (answers) => (hasRecords(answers) ? ALL : servicesThere(answers).join(',')),
    problem(text, answers) {
      if (text.trim() === ALL)
        return hasRecords(answers)
          ? null
          : `${ALL} finds jobs in trace records, and no Cloud Trace Service is known in ${answers.region}: say --services ${servicesThere(answers).join(',')}`;
      const known = KNOWN_CLOUDS.dialectsOf(cloudOf(answers));
      const names = servicesIn(text);
      const unknown = names.find((name) => !known.includes(name));
      if (names.length === 0) return 'names no service';
      return unknown === undefined ? null : `has ${unknown}, which is none of ${[ALL, ...known].join(', ')}`;
    },
  },
  {
    name: 'project',
    asks: 'The id of the project (console, My Credentials, Projects)',
    problem: (text) =>
      PROJECT_ID.test(text) ? null : 'is no id of a project, which has 32 digits and letters a to f',
  },
  {
    name: 'sign-in',
    asks: 'How to sign in',
    choices: () => ['keys', 'password'],
    usual: () => 'keys',
  },
  {
    name: 'user',
    asks: 'The name of the IAM user',
    when: (answers) => answers['sign-in'] === 'password',
  },
  {
    name: 'domain',
    asks: 'The name of the account (domain)',
    when: (answers) => answers['sign-in'] === 'password',
  },
  {
    name: 'iam',
    asks: 'The address of its IAM service, which signs in by the password',
    // That of a known region is known.
    when: (answers) => answers['sign-in'] === 'password' && isElsewhere(answers),
    problem: (text) => (URL.canParse(text) ? null : 'is no address such as https://iam.example.com'),
  },
  {
    name: 'channel',
    asks: 'Where messages go',
    choices: () => [...CHANNEL_NAMES, 'none'],
    usual: () => 'slack',
  },
  {
    name: 'on',
    asks: 'What is told: every end, only what needs a person, or everything',
    when: ({ channel }) => channel !== 'none',
    choices: () => ['endings', 'failures', 'everything'],
    usual: () => 'failures',
  },
  { name: 'to', asks: 'The mail address', when: isEmail, problem: addressProblem },
  { name: 'mail-host', asks: 'The SMTP server', when: isEmail },
  { name: 'mail-from', asks: 'The sender of mails', when: isEmail, problem: addressProblem },
];

/** What is wrong with an answer; null: nothing. */
export function problemOf(question: Question, answer: string, answers: Answers): string | null {
  if (answer === '') return 'is empty';
  // It is quoted in the file, but stays one line.
  if (/\p{Cc}/u.test(answer)) return 'has a control character';
  const choices = question.choices?.(answers);
  if (choices && !choices.includes(answer)) return `is none of ${choices.join(', ')}`;
  return question.problem?.(answer, answers) ?? null;
}
