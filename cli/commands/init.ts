import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { CONFIG_FILE } from '../config-file.ts';
import { teach } from '../examples.ts';
import { CLOUDS } from '../init/choices.ts';
import type { Answers } from '../init/questions.ts';
import { Refusal } from '../refusal.ts';

interface Options {
  config: string;
  [name: string]: string | undefined;
}

export const initCommand = (): Command =>
  teach(
    new Command('init')
      .description('Write a first configuration: asks a few questions, or takes the answers as options.')
      .option('-c, --config <file>', 'where it is written', CONFIG_FILE)
      .option('--cloud <name>', CLOUDS.join(' or '))
      .option('--region <name>', 'for instance eu-west-101 or eu-de')
      .option('--services <names>', 'all (jobs are found by themselves), or whose jobs are watched: ecs,elb')
      .option('--project <id>', 'the id of the project')
      .option('--endpoint <url>', 'where the services are, if not at their known address')
      .option('--sign-in <how>', 'keys, or password with --user and --domain')
      .option('--user <name>', 'the IAM user')
      .option('--domain <name>', 'the account of that user')
      .option('--iam <url>', 'where that user signs in, if not at the known address')
      .option('--channel <name>', 'where messages go: a channel such as slack, or none')
      .option('--on <events>', 'what is told: endings, failures or everything')
      .option('--to <address>', 'of the channel email: who gets the mails')
      .option('--mail-host <host>', 'of the channel email: the SMTP server')
      .option('--mail-from <address>', 'of the channel email: the sender')
      .action(({ config, ...options }: Options) => init(resolve(config), givenIn(options))),
    [
      {
        says: 'All of a project, and jobs that nobody hands in',
        run: 'jobchime init --config found.yaml --cloud otc --region eu-de --services all --project 0123456789abcdef0123456789abcdef --channel slack --on endings',
      },
      {
        says: 'Without a question, for instance in a script',
        run: 'jobchime init --config first.yaml --cloud otc --region eu-de --services ecs,evs --project 0123456789abcdef0123456789abcdef --channel slack',
      },
    ],
    `No secret is asked for: the configuration refers to environment variables, whose names go into .env beside it, to be filled in;
keys that nobody else knows are made there. It overwrites no file. Then jobchime config check and jobchime doctor say whether all is right.`,
  );

/** Commander writes names of options as JavaScript does. */
const givenIn = (options: Readonly<Record<string, string | undefined>>): Answers =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value]],
    ),
  );

async function init(path: string, given: Answers): Promise<void> {
  if (existsSync(path)) throw new Refusal(`${path} is there already. Name another file with --config.`);
  const { answered, terminal } = await import('../init/ask.ts');
  const { compose } = await import('../init/compose.ts');
  const asking = terminal();
  try {
    const answers = await answered(given, asking?.ask ?? null, (line) => console.log(line));
    const { yaml, secrets } = compose(answers);
    const problems = await problemsOf(yaml, path);
    if (problems !== null) throw new Refusal(problems);
    write(path, yaml, 0o644);
    const env = join(dirname(path), '.env');
    const isNew = !existsSync(env);
    const valueOf = (made?: string): string =>
      made !== undefined && isNew ? `${made}${randomBytes(32).toString('base64')}` : '';
    const lines = secrets.map(({ name, says, made }) => `# ${says}\n${name}=${valueOf(made)}\n`).join('');
    if (isNew) write(env, lines, 0o600);
    console.log(`${path} is written.`);
    const asked = secrets.filter(({ made }) => made === undefined).map(({ name }) => name);
    if (isNew) console.log(`Fill in ${asked.join(', ')} in ${env}.`);
    else console.log(`Add to ${env}, unless the environment has them:\n${lines.trimEnd()}`);
    console.log(`Then: jobchime config check, jobchime doctor, jobchime start.
The pages are at http://127.0.0.1:8481/. A token signs in there:
  jobchime token create me --scope admin`);
  } finally {
    asking?.close();
  }
}

/** What is wrong with the whole; null: nothing. Secrets are filled in later. */
async function problemsOf(yaml: string, path: string): Promise<string | null> {
  const { renderProblems } = await import('../../lib/core/input/problems.ts');
  const { createSecrets } = await import('../../lib/adapters/platform/secrets.ts');
  const { loadConfig } = await import('../../lib/wire/local/read-config.ts');
  const checked = loadConfig(yaml, path, process.env, createSecrets(), 'later');
  return checked.ok ? null : renderProblems(checked.problems, path);
}

function write(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`${path} cannot be written (${code}).`);
  }
}
