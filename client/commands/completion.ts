import { type Command, EXIT } from '../command.ts';
import { completionScript, SHELLS } from '../completionScript.ts';
import { GENERAL_OPTIONS } from '../generalOptions.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis completion`: the shell learns the commands from the same table as the help. */
export const completionCommand = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  aliases: [],
  summary: { en: 'Print a completion script for your shell', vi: 'In tập lệnh gợi ý cho trình bao' },
  usage: SHELLS.join(' | '),
  example: 'docaxis completion bash',
  options: {},
  takes: [1, 1],
  async run(invocation, context) {
    const shell = SHELLS.find((one) => one === invocation.argument);
    if (shell === undefined) throw new UsageError(`there is completion for ${SHELLS.join(', ')}`);
    const script = completionScript(shell, commands(), GENERAL_OPTIONS);
    context.say(script.trimEnd());
    context.result({ shell, script });
    return EXIT.done;
  },
});
