import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Words that only the store or the service knows. */
export const KINDS = ['origins', 'jobs', 'names', 'groups', 'subscriptions'] as const;
export type Kind = (typeof KINDS)[number];

/** What may stand there: words of a closed list, or those of a kind. */
type Values = { words: readonly string[] } | { kind: Kind };

/** What may follow the words of a command line: `jobchime config` is followed by `check`, `schema` and options. */
interface Place {
  words: string[];
  next: Next[];
  /** Of its arguments. */
  values: Values | null;
}

interface Next {
  word: string;
  says: string;
  /** What may stand after an option; null: nothing. */
  takes: Values | 'file' | 'text' | null;
}

/** By the name of an option or an argument: that of a command, or that of any. */
const OF_NAME: Readonly<Record<string, Kind>> = {
  '--origin': 'origins',
  '--job': 'jobs',
  '--group': 'groups',
  '--subscription': 'subscriptions',
  'jobchime jobs --name': 'names',
  'jobchime events --name': 'names',
  job: 'jobs',
  origin: 'origins',
  subscription: 'subscriptions',
};

/** Commands below these take the name of one. */
const OF_COMMAND: Readonly<Record<string, Kind>> = { group: 'groups', subscriptions: 'subscriptions' };

function valuesOf(path: string, name: string, choices: readonly string[] | undefined): Values | null {
  if (choices) return { words: choices };
  const [, command = ''] = path.split(' ');
  const ofCommand = name === 'name' && !path.endsWith(' add') ? OF_COMMAND[command] : undefined;
  const kind = ofCommand ?? OF_NAME[`${path} ${name}`] ?? OF_NAME[name];
  return kind ? { kind } : null;
}

/** Of an option that takes something: words, else a file, else what nobody can guess. */
const takenBy = (path: string, option: Option): Next['takes'] =>
  option.required || option.optional
    ? (valuesOf(path, option.long!, option.argChoices) ??
      (/<(file|folder)>/.test(option.flags) ? 'file' : 'text'))
    : null;

function placesOf(command: Command, before: readonly string[] = []): Place[] {
  const words = [...before, command.name()];
  const path = words.join(' ');
  const ofOption = (option: Option): Next[] =>
    option.long ? [{ word: option.long, says: option.description, takes: takenBy(path, option) }] : [];
  const commands = command.commands.map((one) => ({
    word: one.name(),
    says: one.description(),
    takes: null,
  }));
  const help = { word: '--help', says: 'how it is used', takes: null };
  return [
    {
      words,
      next: [...commands, ...command.options.flatMap(ofOption), help],
      values:
        command.registeredArguments.map((one) => valuesOf(path, one.name(), one.argChoices)).find(Boolean) ??
        null,
    },
    ...command.commands.flatMap((one) => placesOf(one, words)),
  ];
}

/** A script made from the commands as they are, so that it is always complete. */
export const completionScript = (shell: Shell, program: Command): string => SCRIPTS[shell](placesOf(program));

/** In a shell whose words are split: a list, or what the command answers. */
const listed = (values: Values, shell: Shell, command: string): string =>
  'words' in values
    ? `'${values.words.join(' ')}'`
    : `"$(${command} completion ${shell} --words ${values.kind} 2>/dev/null)"`;

/** After an option its values, and nothing else; after a command what may follow it, and its arguments. */
function cases(places: readonly Place[], shell: Shell, command: string): string {
  // Nothing of ours: a shell then offers files, which is right of some and harmless of others.
  const after = (takes: Values | 'file' | 'text'): string =>
    typeof takes === 'string' ? "''" : listed(takes, shell, command);
  const ofOptions = places.flatMap(({ words, next }) =>
    next.flatMap(({ word, takes }) =>
      takes ? [`    '${words.join(' ')} ${word}') next=${after(takes)} taken=yes ;;`] : [],
    ),
  );
  const ofCommands = places.map(
    ({ words, next }) => `    '${words.join(' ')} '*) next='${next.map(({ word }) => word).join(' ')}' ;;`,
  );
  const ofArguments = places.flatMap(({ words, values }) =>
    values ? [`      '${words.join(' ')}') next="$next "${listed(values, shell, command)} ;;`] : [],
  );
  return `  case "$path $before" in
${ofOptions.join('\n')}
${longestFirst(ofCommands).join('\n')}
  esac
  case "$taken$current" in
    yes*|-*) ;;
    *) case "$path" in
${ofArguments.join('\n')}
    esac ;;
  esac`;
}
/** A pattern with a star takes what a longer one is meant for. */
const longestFirst = (lines: readonly string[]): string[] =>
  lines.toSorted((a, b) => b.indexOf('*') - a.indexOf('*'));

/** The command that is being typed: its words up to the first that is none of ours. */
const SCRIPTS: Record<Shell, (places: readonly Place[]) => string> = {
  bash: (places) => `_jobchime() {
  local path='jobchime' word next='' taken='' current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${known(places)}
    esac
  done
${cases(places, 'bash', '"${COMP_WORDS[0]}"')}
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _jobchime jobchime`,

  // \`path\` is a variable of zsh itself.
  zsh: (places) => `#compdef jobchime
_jobchime() {
  local path_='jobchime' word next='' taken='' current="$words[CURRENT]" before="$words[CURRENT-1]"
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${known(places, 'path_')}
    esac
  done
${cases(places, 'zsh', '"$words[1]"').replaceAll('$path', '$path_')}
  if [[ -n "$next" ]]; then compadd -- \${=next}; else _files; fi
}
compdef _jobchime jobchime`,

  // No files but where an option takes one.
  fish: (places) =>
    [
      'complete -c jobchime -f',
      ...places.flatMap(({ words, next, values }) => {
        const here = conditionOf(words.slice(1), next);
        return [
          ...next.map((one) => fishLine(here, one)),
          ...(values ? [`complete -c jobchime -n '${here}' -f -a ${fishValues(values)}`] : []),
        ];
      }),
    ].join('\n'),
};

const known = (places: readonly Place[], variable = 'path'): string => {
  const below = places.filter(({ words }) => words.length > 1);
  return `      ${below.map(({ words }) => `'${words.join(' ')}'`).join('|')}) ${variable}="$${variable} $word" ;;`;
};

/** After these commands, and before one of those below them. */
function conditionOf(commands: readonly string[], next: readonly Next[]): string {
  if (commands.length === 0) return '__fish_use_subcommand';
  const below = next.flatMap(({ word }) => (word.startsWith('-') ? [] : [word]));
  const seen = commands.map((name) => `__fish_seen_subcommand_from ${name}`);
  const unseen = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : [];
  return [...seen, ...unseen].join('; and ');
}

const fishValues = (values: Values): string =>
  'words' in values
    ? `'${values.words.join(' ')}'`
    : `'(jobchime completion fish --words ${values.kind} 2>/dev/null)'`;

function fishLine(here: string, { word, says, takes }: Next): string {
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
  const taking =
    takes === null
      ? ''
      : takes === 'file'
        ? ' -r -F'
        : takes === 'text'
          ? ' -x'
          : ` -x -a ${fishValues(takes)}`;
  return `complete -c jobchime -n '${here}' ${what}${taking} -d '${says.replaceAll("'", "\\'")}'`;
}
