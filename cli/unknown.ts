import { nearest } from '../lib/core/input/nearest.ts';
import { Refusal } from './refusal.ts';

/** Words that people try, and what they mean by them. */
const MEANT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['resume', 'unpause', 'enable', 'release'].map((word) => [
      word,
      '`jobchime subscriptions resume NAME` sends what was held for a subscription.',
    ]),
  ),
  ...Object.fromEntries(
    ['retry', 'resend', 'requeue'].map((word) => [
      word,
      'Deliveries are tried again by themselves: `jobchime deliveries` shows when. `jobchime redeliver ID` sends one once more now. ' +
        '`jobchime subscriptions resume NAME` sends what was held for a paused or disabled subscription.',
    ]),
  ),
  ...Object.fromEntries(
    ['pause', 'disable', 'test', 'ping'].map((word) => [
      word,
      `\`jobchime subscriptions ${['test', 'ping'].includes(word) ? 'test' : 'pause'} NAME\` does that.`,
    ]),
  ),
  ...Object.fromEntries(
    ['remove', 'delete', 'rm', 'cancel', 'forget'].map((word) => [
      word,
      '`jobchime untrack JOB` forgets a job, `jobchime subscriptions remove NAME` a subscription.',
    ]),
  ),
  restart: '`jobchime start` is the service; stop it with Ctrl-C, or SIGTERM, and start it again.',
  reload: 'A SIGHUP lets the service read its configuration again.',
  status: '`jobchime jobs`, `jobchime origins` and `jobchime subscriptions` show how things stand.',
  subscription: '`jobchime subscriptions` lists them.',
};

/** What replaces the whole store is never what somebody is led to by a slip of the pen. */
const NEVER_MEANT = ['restore', 'import'];

/** What to say of a command that does not exist; `of`: the command that it would be part of. */
export function unknownCommand(word: string, commands: readonly string[], of?: string): Refusal {
  const near = nearest(
    word,
    commands.filter((name) => !NEVER_MEANT.includes(name)),
  );
  const said = (name: string): string => [of, name].filter(Boolean).join(' ');
  const meant = of === undefined && Object.hasOwn(MEANT, word) ? MEANT[word] : undefined;
  const hint = meant ?? (near && `Did you mean \`jobchime ${said(near)}\`?`);
  return new Refusal(
    [`There is no command '${said(word)}'.`, hint, `\`jobchime ${said('--help')}\` lists all commands.`]
      .filter(Boolean)
      .join(' '),
  );
}
