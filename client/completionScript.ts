import type { Command, CommandOption } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

type Options = Readonly<Record<string, CommandOption>>;

/** What may follow the words typed so far. */
interface Step {
  readonly typed: string;
  readonly next: readonly string[];
}

/** A script for a shell that completes commands and options, from the same table as the help. */
export function completionScript(shell: Shell, commands: readonly Command[], general: Options): string {
  const steps = stepsOf(commands, general);
  if (shell === 'fish') return fish(commands, general);
  return shell === 'bash' ? bash(steps) : zsh(steps);
}

/** The longest words first, so that `agency cert add` is found before `agency`. */
function stepsOf(commands: readonly Command[], general: Options): readonly Step[] {
  const steps = new Map<string, Set<string>>([['', new Set()]]);
  const add = (typed: string, word: string): void => {
    steps.set(typed, (steps.get(typed) ?? new Set()).add(word));
  };
  for (const { name, aliases, options } of commands) {
    for (const spoken of [name, ...aliases]) {
      const words = spoken.split(' ');
      words.forEach((word, index) => {
        add(words.slice(0, index).join(' '), word);
      });
      for (const option of Object.keys({ ...options, ...general })) add(spoken, `--${option}`);
    }
  }
  return [...steps]
    .map(([typed, next]) => ({ typed, next: [...next] }))
    .toSorted((a, b) => b.typed.split(' ').length - a.typed.split(' ').length || a.typed.localeCompare(b.typed));
}

/** Branches of a `case` over the words typed so far, each followed by a blank. */
const branches = (steps: readonly Step[], assign: (words: string) => string): string =>
  steps
    .map(({ typed, next }) => `    ${typed === '' ? "''" : `'${typed} '*`}) ${assign(next.join(' '))} ;;`)
    .join('\n');

const bash = (steps: readonly Step[]): string => `# docaxis completion bash >> ~/.bashrc
_docaxis() {
  local typed='' word next=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || typed="$typed$word "
  done
  case "$typed" in
${branches(steps, (words) => `next='${words}'`)}
  esac
  [[ \${COMP_WORDS[COMP_CWORD-1]} == --lang ]] && next='vi en'
  mapfile -t COMPREPLY < <(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _docaxis docaxis
`;

const zsh = (steps: readonly Step[]): string => `#compdef docaxis
# docaxis completion zsh > a file named _docaxis in a folder of $fpath
_docaxis() {
  local typed='' word
  local -a next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || typed="$typed$word "
  done
  case "$typed" in
${branches(steps, (words) => `next=(${words})`)}
  esac
  [[ \${words[CURRENT-1]} == --lang ]] && next=(vi en)
  compadd -- $next
  [[ \${words[CURRENT]} == -* ]] || _files
}
compdef _docaxis docaxis
`;

function fish(commands: readonly Command[], general: Options): string {
  const lines = commands.flatMap(({ name, aliases, summary, options }) =>
    [name, ...aliases].flatMap((spoken) => {
      const words = spoken.split(' ');
      const last = words.at(-1) ?? '';
      return [
        `complete -c docaxis -f -n '__docaxis_typed ${words.slice(0, -1).join(' ')}' -a ${last} -d ${quoted(summary.en)}`,
        ...Object.entries({ ...options, ...general }).map(
          ([option, { help, type }]) =>
            `complete -c docaxis -n '__docaxis_begins ${spoken}' -l ${option}${type === 'string' ? ' -r' : ''} -d ${quoted(help)}`,
        ),
      ];
    }),
  );
  return `# docaxis completion fish > ~/.config/fish/completions/docaxis.fish
function __docaxis_words
  string match -v -- '-*' (commandline -opc)[2..]
end
function __docaxis_typed
  test (string join ' ' -- (__docaxis_words)) = (string join ' ' -- $argv)
end
function __docaxis_begins
  string match -q -- "$argv *" (string join ' ' -- (__docaxis_words))' '
end
${lines.join('\n')}
`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
