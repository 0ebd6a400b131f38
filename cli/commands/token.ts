import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { SCOPES, type Scope } from '../../lib/core/access/scope.ts';
import type { Token } from '../../lib/core/access/token.ts';
import { teach } from '../examples.ts';
import { withLocal } from '../with-local.ts';
import { configOption, durationOf, jsonOption, oneMore } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { table, when } from '../render.ts';

interface CreateOptions {
  config?: string;
  scope?: Scope[];
  project: string[];
  expires?: number;
  json?: boolean;
}

export const tokenCommand = (): Command =>
  teach(
    new Command('token')
      .description('Make, list and revoke the tokens that let programs use the HTTP API.')
      .addCommand(createCommand())
      .addCommand(listCommand())
      .addCommand(revokeCommand()),
    [{ says: 'Who has access', run: 'jobchime token list' }],
  );

const createCommand = (): Command =>
  teach(
    new Command('create')
      .description('Make a token and print it once: the store keeps only its hash.')
      .argument('<name>', 'what people call it')
      .addOption(
        // Not a list of words: that would take the name for one more of them.
        new Option('--scope <scope>', 'what it allows; may be repeated (without it: track and read)')
          .choices(SCOPES)
          .argParser(oneScopeMore),
      )
      .addOption(
        new Option('--project <id>', 'only jobs of this project; may be repeated')
          .argParser(oneMore)
          .default([], 'all projects'),
      )
      .option('--expires <duration>', 'no longer than this, for instance 90d (default: never)', durationOf)
      .addOption(jsonOption('it as JSON'))
      .addOption(configOption())
      .action((name: string, { config, scope, project, expires, json }: CreateOptions) =>
        withLocal(config, async ({ tokens }) => {
          const { token, text } = await tokens.create({
            name: nameOf(name),
            scopes: scope ?? ['track', 'read'],
            projects: project.length > 0 ? project : null,
            expiresAt: expires === undefined ? null : Date.now() + expires,
          });
          if (json) return console.log(JSON.stringify({ ...shown(token), token: text }));
          // Alone on standard output, so that it can be piped into where secrets are kept.
          console.log(text);
          console.error(
            `Keep it: it is not shown again. \`jobchime token revoke ${token.key}\` makes it worthless.`,
          );
        }),
      ),
    [
      {
        says: 'For a pipeline that submits jobs',
        run: 'jobchime token create pipeline --scope track 2> note.txt',
      },
      {
        says: 'For an administrator',
        run: 'jobchime token create --scope admin --scope track anna',
      },
      {
        says: 'For one project, for three months',
        run: 'jobchime token create team-web --project 0123456789abcdef0123456789abcdef --expires 90d --json',
      },
    ],
    '`track` hands jobs in and removes them, `read` sees everything, `admin` may do both and change subscriptions.',
  );

const listCommand = (): Command =>
  teach(
    new Command('list')
      .description('List the tokens, without their values.')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(configOption())
      .action(({ config, json }: { config?: string; json?: boolean }) =>
        withLocal(config, async ({ tokens }) => {
          const all = await tokens.list();
          if (json) for (const token of all) console.log(JSON.stringify(shown(token)));
          else console.log(all.length > 0 ? tokensTable(all) : 'No tokens.');
        }),
      ),
    [{ says: 'Who has access', run: 'jobchime token list' }],
  );

const revokeCommand = (): Command =>
  teach(
    new Command('revoke')
      .description('Revoke a token at once.')
      .addArgument(new Argument('<id>', 'its id, as `jobchime token list` shows it'))
      .addOption(configOption())
      .action((id: string, { config }: { config?: string }) =>
        withLocal(config, async ({ tokens }) => {
          if (!(await tokens.remove(id))) {
            throw new Refusal('There is no such token. `jobchime token list` shows the ids there are.');
          }
          console.log(`${id} is worthless now.`);
        }),
      ),
    [
      {
        says: 'The newest one',
        run: 'jobchime token revoke "$(jobchime token list | tail -n +2 | head -1 | cut -d " " -f 1)"',
      },
    ],
  );

/** `--scope track --scope read`, or `--scope track,read`. */
function oneScopeMore(text: string, others: readonly Scope[] = []): Scope[] {
  const scopes = text.split(',');
  const isScope = (scope: string): scope is Scope => (SCOPES as readonly string[]).includes(scope);
  if (!scopes.every(isScope)) throw new InvalidArgumentError(`It is one of ${SCOPES.join(', ')}.`);
  return SCOPES.filter((scope) => others.includes(scope) || scopes.includes(scope));
}

function nameOf(name: string): string {
  if (!/^\P{Cc}{1,64}$/u.test(name)) throw new Refusal('A name is one line of 1 to 64 characters.');
  return name;
}

/** Never the hash: nobody needs it. */
const shown = ({ key, name, scopes, projects, createdAt, expiresAt }: Token) => ({
  id: key,
  name,
  scopes,
  projects,
  createdAt: new Date(createdAt).toISOString(),
  expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
});

const tokensTable = (tokens: readonly Token[]): string =>
  table(
    ['ID', 'NAME', 'SCOPES', 'PROJECTS', 'MADE (UTC)', 'EXPIRES'],
    tokens.map(({ key, name, scopes, projects, createdAt, expiresAt }) => [
      key,
      name,
      scopes.join(','),
      projects?.join(',') ?? 'all',
      when(createdAt),
      expiresAt === null ? 'never' : when(expiresAt),
    ]),
  );
