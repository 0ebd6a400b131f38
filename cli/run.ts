import { CommanderError } from 'commander';
import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { createProgram } from './program.ts';
import { Refusal } from './refusal.ts';

/** Does what the words after `jobchime` ask; how it ended is the process's exit code. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong already; a refusal is a sentence for the user; all else is a bug and shows its stack.
    if (error instanceof Refusal || error instanceof StoreTrouble) console.error(error.message);
    else if (!(error instanceof CommanderError)) console.error(error);
    const isOurs = error instanceof Refusal || error instanceof CommanderError;
    process.exitCode = isOurs ? error.exitCode : 1;
  }
}
