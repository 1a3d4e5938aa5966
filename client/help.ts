import type { Command, CommandOption } from './command.ts';

/** Help of the whole command: every subcommand with one line in both languages. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => titleOf(command).length));
  const indent = ' '.repeat(width + 4);
  const lines = commands.flatMap((command) => [
    `  ${titleOf(command).padEnd(width)}  ${command.summary.en}`,
    `${indent}${command.summary.vi}`,
  ]);
  return [
    'docaxis: sign, submit, receive and acknowledge official documents over a document axis',
    '',
    'usage: docaxis COMMAND [ARGUMENTS] [--profile FILE|NAME] [--json] [--lang vi|en]',
    '',
    ...lines,
    '',
    'Every command explains itself: docaxis COMMAND --help',
    ...exits,
  ].join('\n');
}

/** Help of one subcommand, with an example. */
export function commandHelp(command: Command, general: Readonly<Record<string, CommandOption>>): string {
  return [
    `usage: docaxis ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.summary.en,
    command.summary.vi,
    ...(command.aliases.length > 0 ? ['', `also: docaxis ${command.aliases.join(', docaxis ')}`] : []),
    '',
    ...optionLines({ ...command.options, ...general }),
    '',
    `example: ${command.example}`,
    ...exits,
  ].join('\n');
}

const exits = [
  'Exit codes: 0 done, 1 refused (by the axis or by a check), 2 not understood, 3 the axis cannot be reached or failed',
];

const titleOf = ({ name, aliases }: Command): string => [name, ...aliases].join(', ');

function optionLines(options: Readonly<Record<string, CommandOption>>): readonly string[] {
  const titles = Object.entries(options).map(([name, { value, short }]) => {
    const dashed = short === undefined ? `--${name}` : `-${short}, --${name}`;
    return value === undefined ? dashed : `${dashed} ${value}`;
  });
  const width = Math.max(...titles.map((title) => title.length));
  return Object.values(options).map(({ help }, index) => `  ${(titles[index] ?? '').padEnd(width)}  ${help}`);
}
