import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may follow the words of a command line: `jobchime config` is followed by `check`, `schema` and options. */
interface Place {
  words: string[];
  next: { word: string; says: string }[];
}

function placesOf(command: Command, before: readonly string[] = []): Place[] {
  const words = [...before, command.name()];
  const options = command.options.flatMap((option) =>
    option.long ? [{ word: option.long, says: option.description }] : [],
  );
  const commands = command.commands.map((one) => ({ word: one.name(), says: one.description() }));
  const help = { word: '--help', says: 'how it is used' };
  return [
    { words, next: [...commands, ...options, help] },
    ...command.commands.flatMap((one) => placesOf(one, words)),
  ];
}

/** A script made from the commands as they are, so that it is always complete. */
export const completionScript = (shell: Shell, program: Command): string => SCRIPTS[shell](placesOf(program));

const cases = (places: readonly Place[]): string =>
  places
    .map(({ words, next }) => `    '${words.join(' ')}') next='${next.map(({ word }) => word).join(' ')}' ;;`)
    .join('\n');

/** The command that is being typed: its words up to the first that is none of ours. */
const SCRIPTS: Record<Shell, (places: readonly Place[]) => string> = {
  bash: (places) => `_jobchime() {
  local path='jobchime' word next=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${known(places)}
    esac
  done
  case "$path" in
${cases(places)}
  esac
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _jobchime jobchime`,

  zsh: (places) => `#compdef jobchime
_jobchime() {
  local path_='jobchime' word next=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${known(places, 'path_')}
    esac
  done
  case "$path_" in
${cases(places)}
  esac
  compadd -- \${=next}
  _files
}
compdef _jobchime jobchime`,

  fish: (places) =>
    places
      .flatMap(({ words, next }) => next.map(({ word, says }) => fishLine(words.slice(1), word, says)))
      .join('\n'),
};

const known = (places: readonly Place[], variable = 'path'): string => {
  const below = places.filter(({ words }) => words.length > 1);
  return `      ${below.map(({ words }) => `'${words.join(' ')}'`).join('|')}) ${variable}="$${variable} $word" ;;`;
};

function fishLine(commands: readonly string[], word: string, says: string): string {
  const when =
    commands.length === 0
      ? '__fish_use_subcommand'
      : commands.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
  return `complete -c jobchime -n '${when}' ${what} -d '${says.replaceAll("'", "\\'")}'`;
}
