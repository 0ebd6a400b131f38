import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { backupCommand } from './commands/backup.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { jobsCommand } from './commands/jobs.ts';
import { listenCommand } from './commands/listen.ts';
import { originsCommand } from './commands/origins.ts';
import { recoverCommand } from './commands/recover.ts';
import { recoveriesCommand } from './commands/recoveries.ts';
import { replayCommand } from './commands/replay.ts';
import { redeliverCommand } from './commands/redeliver.ts';
import { restoreCommand } from './commands/restore.ts';
import { routesCommand } from './commands/routes.ts';
import { simulateCommand } from './commands/simulate.ts';
import { startCommand } from './commands/start.ts';
import { statsCommand } from './commands/stats.ts';
import { subscriptionsCommand } from './commands/subscriptions.ts';
import { tokenCommand } from './commands/token.ts';
import { trackCommand } from './commands/track.ts';
import { untrackCommand } from './commands/untrack.ts';
import { unknownCommand } from './unknown.ts';
import { mistaken, waitCommand } from './commands/wait.ts';

/** The `jobchime` command with everything below it. Mistakes in its use are thrown, not answered by ending the process. */
export function createProgram(): Command {
  const program = new Command('jobchime')
    .description("Tells people and programs that a cloud's asynchronous job has ended.")
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(add --help to see how it is used)')
    .addHelpText('after', '\nEvery command has examples: jobchime COMMAND --help');
  const wait = waitCommand();
  const commands = [
    startCommand(),
    trackCommand(),
    wait,
    jobsCommand(),
    explainCommand(),
    eventsCommand(),
    deliveriesCommand(),
    redeliverCommand(),
    recoverCommand(),
    replayCommand(),
    recoveriesCommand(),
    subscriptionsCommand(),
    routesCommand(),
    originsCommand(),
    statsCommand(),
    untrackCommand(),
    configCommand(),
    doctorCommand(),
    tokenCommand(),
    backupCommand(),
    restoreCommand(),
    exportCommand(),
    importCommand(),
    simulateCommand(),
    listenCommand(),
    completionCommand(() => program),
  ];
  for (const command of commands) program.addCommand(inheriting(command, program));
  program.on('command:*', ([word = '']: string[]) => {
    throw unknownCommand(
      word,
      commands.map((command) => command.name()),
    );
  });
  wait.exitOverride(mistaken);
  return program;
}

function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inheriting(below, command);
  return command;
}
