import { describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { Refusal } from '../../cli/refusal.ts';

async function said(...words: string[]): Promise<string> {
  const program = await createProgram(words);
  const error: unknown = await program.parseAsync(['node', 'jobchime', ...words]).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).message;
}

describe('a command that does not exist', () => {
  it.each(['resume', 'unpause', 'enable', 'release'])('%s leads to what resumes', async (word) => {
    expect(await said(word, 'ops')).toContain('`jobchime subscriptions resume NAME`');
  });

  it.each(['retry', 'resend', 'requeue'])('%s leads to the deliveries', async (word) => {
    const hint = await said(word);
    expect(hint).toContain('tried again by themselves: `jobchime deliveries`');
    expect(hint).toContain('`jobchime redeliver ID`');
  });

  it.each([
    ['pause', '`jobchime subscriptions pause NAME`'],
    ['test', '`jobchime subscriptions test NAME`'],
    ['delete', '`jobchime untrack JOB`'],
    ['subscription', '`jobchime subscriptions`'],
    ['delivries', 'Did you mean `jobchime deliveries`?'],
    ['job', 'Did you mean `jobchime jobs`?'],
    ['no-such-thing', '`jobchime --help` lists all commands.'],
  ])('%s leads to %s', async (word, hint) => {
    expect(await said(word)).toContain(hint);
  });

  it.each([
    ['lst', 'Did you mean `jobchime subscriptions list`?'],
    ['resum', 'Did you mean `jobchime subscriptions resume`?'],
    ['no-such-thing', '`jobchime subscriptions --help` lists all commands.'],
  ])('subscriptions %s leads to %s', async (word, hint) => {
    expect(await said('subscriptions', word, 'ops')).toContain(hint);
  });

  it.each(
    'resume retry restart reset resore restor restores restored store release remove report resolve'.split(
      ' ',
    ),
  )('%s never leads to what replaces the store', async (word) => {
    expect((await said(word)).replace(`'${word}'`, '')).not.toContain('restore');
  });
});
