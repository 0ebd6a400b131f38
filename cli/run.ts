import { CommanderError, type Command } from 'commander';
import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { Refusal } from './refusal.ts';

type ProgramFor = (words: readonly string[]) => Command | Promise<Command>;

/** The whole process. */
export async function main(programFor: ProgramFor): Promise<void> {
  // `jobchime jobs | head` closes the pipe early; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  await run(process.argv.slice(2), programFor);
}

/** Does what the words after `jobchime` ask; how it ended is the process's exit code. */
export async function run(words: readonly string[], programFor: ProgramFor): Promise<void> {
  try {
    const program = await programFor(words);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong already; a refusal is a sentence for the user; all else is a bug and shows its stack.
    if (error instanceof Refusal || error instanceof StoreTrouble) console.error(error.message);
    else if (!(error instanceof CommanderError)) console.error(error);
    const isOurs = error instanceof Refusal || error instanceof CommanderError;
    process.exitCode = isOurs ? error.exitCode : 1;
  }
}
