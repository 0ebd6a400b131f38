import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };

/** `jobchime` with these commands. Mistakes in its use are thrown, not answered by ending the process. */
export function programOf(commands: readonly Command[]): Command {
  const program = new Command('jobchime')
    .description("Tells people and programs that a cloud's asynchronous job has ended.")
    .version(packageJson.version)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add --help to see how it is used)')
    .addHelpText('after', '\nEvery command has examples: jobchime COMMAND --help');
  for (const command of commands) program.addCommand(inheriting(command, program));
  return program;
}

function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inheriting(below, command);
  return command;
}
