import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { lessonOf } from '../../cli/examples.ts';
import { createProgram } from '../../cli/program.ts';

const INTRO = `# The command line

\`npm run jobchime -- COMMAND\` in a checkout, \`jobchime COMMAND\` where the package is [installed](install.md). Where the output
is piped or kept, write \`npm run -s jobchime -- COMMAND\`: without \`-s\` npm prints lines of its own before it. Every command
tells what it does and shows how with \`--help\`; this page is made of the same words, and its examples are executed by the
tests.

- Commands that ask read the store beside the service that runs on it. They need the configuration, \`jobchime.yaml\` in this
  folder or the one named with \`--config\`, and of its secrets only those that they use; \`.env\` beside it is read.
- \`track\`, \`untrack\`, \`wait\`, \`jobs\`, \`explain\`, \`events\`, \`deliveries\`, \`subscriptions\`, \`origins\` and \`stats\` ask a service [elsewhere](#a-service-elsewhere) too, and show the same.
- \`--json\` is for programs: lists are one JSON object a line, in the shapes of the [HTTP API](api.md).
- Colours are for terminals, and not where \`NO_COLOR\` is set. Results go to standard output, everything else to standard error.
- The exit code is 0, or 1 with a sentence that says what is wrong. \`jobchime wait\` has more of them.

## A service elsewhere

On another machine, or on AWS: give its URL and a token of its [HTTP API](api.md), and no configuration is needed.

\`\`\`sh
export JOBCHIME_URL=https://jobchime.example.com JOBCHIME_TOKEN=jct_...
jobchime jobs --state outstanding
\`\`\`

- \`--url\` outdoes JOBCHIME_URL, and \`--config\` outdoes it too: then the store of that configuration is asked. All other
  commands are about the configuration and the store of this machine, whatever JOBCHIME_URL says.
- The token is read from JOBCHIME_TOKEN alone, since everybody on the machine can see a command line, and never shown. It
  needs the scope \`read\`, \`track\` to hand jobs in and to remove them, and \`admin\` to test, pause, resume and remove subscriptions. Over http:// it would be readable on the way, so that is for this
  machine alone; to a service that has no TLS before it, \`ssh -N -L 8481:127.0.0.1:8481 HOST\` is a tunnel.
- A token that is limited to projects sees and hands in jobs of these alone. A mail address after \`--notify\` is for the
  command line where the service runs.
- Where the service asks to be asked less, commands wait. \`wait\` asks every 2 s at most, less often for many jobs, and goes
  on when the service is out of reach for a while, 5 min at most.
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
  const sections = every(createProgram(), 'jobchime').slice(1).map(section);
  await expect(`${INTRO}\n${sections.join('\n\n')}\n`).toMatchFileSnapshot('../../docs/cli.md');
});
