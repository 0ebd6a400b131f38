import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { lessonOf } from '../../cli/examples.ts';
import { createProgram } from '../../cli/program.ts';

const INTRO = `# The command line

\`npm run jobchime -- COMMAND\` in a checkout, \`jobchime COMMAND\` where the package is [installed](install.md). Where the output
is piped or kept, write \`npm run -s jobchime -- COMMAND\`: without \`-s\` npm prints lines of its own before it. \`--help\`
of each command says what it does, with examples; this page has the same text, and the tests execute its examples.

- Commands read the store beside the running service. They need the configuration, \`jobchime.yaml\` in this folder or the file of
  \`--config\`, and only the secrets that they use; they read \`.env\` beside it.
- \`track\`, \`untrack\`, \`wait\`, \`jobs\`, \`explain\`, \`events\`, \`deliveries\`, \`subscriptions\`, \`routes\`, \`drill\`, \`preview\`, \`origins\` and \`stats\` also work with a [remote service](#a-remote-service).
- \`--json\` is for programs: lists are one JSON object a line, in the shapes of the [HTTP API](api.md).
- Colours are for terminals, and not where \`NO_COLOR\` is set. Results go to standard output, everything else to standard error.
- The exit code is 0, or 1 with a sentence that says what is wrong. \`jobchime wait\` has more of them.

## A remote service

For a service on another machine or on AWS give its URL and a token of its [HTTP API](api.md). You need no configuration.

\`\`\`sh
export JOBCHIME_URL=https://jobchime.example.com JOBCHIME_TOKEN=jct_...
jobchime jobs --state outstanding
\`\`\`

- \`--url\` overrides JOBCHIME_URL, and so does \`--config\`: then commands read the store of that configuration. All other
  commands use the configuration and the store of this machine, whatever JOBCHIME_URL says.
- Commands read the token only from JOBCHIME_TOKEN, because everybody on the machine can see a command line, and never show it. It
  needs the scope \`read\`, \`track\` to submit and remove jobs, and \`admin\` to test, pause, resume and remove subscriptions, and for a drill. Others
  could read it over http://, so that works only for this machine; for a service without TLS use a tunnel:
  \`ssh -N -L 8481:127.0.0.1:8481 HOST\`.
- A token that is limited to projects reads and submits only jobs of these. A mail address after \`--notify\` works only in the
  command line where the service runs.
- When the service answers 429, commands wait. \`wait\` sends a request every 2 s at most, less often for many jobs, and continues
  when the service is unreachable for a while, 5 min at most.
`;

const every = (command: Command, path: string): [string, Command][] => [
  [path, command],
  ...command.commands.flatMap((below) => every(below, `${path} ${below.name()}`)),
];

function section([path, command]: [string, Command]): string {
  const { examples, more } = lessonOf(command);
  const help = command.configureHelp({ helpWidth: 100 }).helpInformation().trimEnd();
  const lines = examples.map(({ says, run }) => `# ${says}\n${run}`).join('\n');
  return [
    `## ${path}`,
    fenced('text', help),
    fenced('sh', lines),
    ...(more ? [fenced('text', more)] : []),
  ].join('\n\n');
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

it('docs/cli.md is made of what the commands say; `npx vitest run tests/cli/page.test.ts -u` renews it', async () => {
  const sections = every(await createProgram(), 'jobchime')
    .slice(1)
    .map(section);
  await expect(`${INTRO}\n${sections.join('\n\n')}\n`).toMatchFileSnapshot('../../docs/cli.md');
});
