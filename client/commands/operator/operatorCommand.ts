import type { Language } from '../../axisRefusal.ts';
import { type Command, type CommandContext, type CommandOption, EXIT, type Invocation } from '../../command.ts';
import type { OperatorClient } from '../../operatorClient.ts';
import { UsageError } from '../../usageError.ts';

/** What the operators' commands differ in. */
export interface OperatorCommand<View> extends Pick<Command, 'name' | 'usage' | 'example' | 'takes'> {
  readonly summary: Readonly<Record<Language, string>>;
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** Whether it changes something: then it says why. */
  readonly changes: boolean;
  readonly act: (operator: OperatorClient, invocation: Invocation, context: CommandContext) => Promise<View>;
  /** For a person. */
  readonly show: (view: View, context: CommandContext) => string;
}

const REASON: Readonly<Record<string, CommandOption>> = {
  reason: { type: 'string', value: 'TEXT', help: 'why; it stands in the history beside your name' },
};

/** A command of the operators: one act on the registry, its result as text or JSON. */
export const operatorCommand = <View>(about: OperatorCommand<View>): Command => ({
  name: about.name,
  aliases: [],
  summary: about.summary,
  usage: `${about.usage}${about.changes ? ' --reason TEXT' : ''}`,
  example: `docaxis ${about.name} ${about.example}`,
  options: { ...about.options, ...(about.changes ? REASON : {}) },
  takes: about.takes,
  async run(invocation, context) {
    if (about.changes) reasonOf(invocation);
    const view = await about.act(await context.operator(), invocation, context);
    context.say(about.show(view, context));
    context.result(view);
    return EXIT.done;
  },
});

/** @throws UsageError: every change of the registry says why. */
export function reasonOf(invocation: Invocation): string {
  const reason = invocation.text('reason')?.trim();
  if (!reason) throw new UsageError('--reason is needed: it stands in the history');
  return reason;
}

/** Positional arguments by their place. */
export const argumentAt = (invocation: Invocation, place: number): string => invocation.positionals[place] ?? '';

/** An option that must be there. @throws UsageError */
export function needed(invocation: Invocation, option: string): string {
  const value = invocation.text(option);
  if (!value) throw new UsageError(`--${option} is needed`);
  return value;
}

/** Members that are there. */
export const given = (members: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(members).filter((pair): pair is [string, string] => pair[1] !== undefined));
