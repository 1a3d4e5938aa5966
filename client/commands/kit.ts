import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import type { Verdict } from '../kit/judge.ts';
import { UsageError } from '../usageError.ts';

const MOST_PARALLEL = 16;
const USUAL_PARALLEL = 4;
const RUN_SECONDS = { least: 1, usual: 20, most: 600 };
const SILENCE_SECONDS = { least: 1, usual: 3, most: 120 };

/** `docaxis kit run`: plays an axis that misbehaves against a client, and says what the client handled. */
const run: Command = {
  name: 'kit run',
  aliases: [],
  summary: {
    en: 'Try a client against an axis that misbehaves',
    vi: 'Thử phần mềm kết nối với một trục có hành vi xấu',
  },
  // What COMMAND must understand is the whole contract: docs/kit.md has it in ten lines.
  usage: '[--behaviour NAME]... -- COMMAND [ARGUMENTS]...   (runs COMMAND send FILE | receive DIR | status ID)',
  example: 'docaxis kit run --behaviour late-answer ./adapter.sh',
  options: {
    behaviour: { type: 'string', multiple: true, value: 'NAME', help: 'only this one (default: all; see kit list)' },
    parallel: { type: 'string', value: 'N', help: `so many runs of the client at once (1 to ${MOST_PARALLEL})` },
    silence: {
      type: 'string',
      value: 'SECONDS',
      help: `how long the axis is silent where it stalls (${SILENCE_SECONDS.usual}); more than the client's own time-out`,
    },
    seconds: { type: 'string', value: 'N', help: `how long one run may take (${RUN_SECONDS.usual})` },
  },
  takes: [1, 100],
  async run(invocation, context) {
    const request = await requestOf(invocation, context);
    const { kitBehaviours, runKit } = await import('../kit/runKit.ts');
    const { startLine, summaryLine, verdictLines } = await import('../kit/kitText.ts');
    const begun = performance.now();
    context.say(startLine(await kitBehaviours(request.only), request, context.language));
    const verdicts = await runKit(request);
    context.progress('');
    const seconds = Math.ceil((performance.now() - begun) / 1000);
    for (const line of verdictLines(verdicts, context.language)) context.say(line);
    context.say(summaryLine(verdicts, seconds, context.language));
    context.result({ seconds, behaviours: verdicts.map((verdict) => factsOf(verdict, context)) });
    // What was never met proves nothing: a broken adapter must not look like a good client.
    const failed = verdicts.some(({ behaviour, outcome }) => behaviour.required && outcome !== 'handled');
    return failed ? EXIT.refused : EXIT.done;
  },
};

/** `docaxis kit list`: what the kit does, what it expects, and how it judges. */
const list: Command = {
  name: 'kit list',
  aliases: [],
  summary: { en: 'List what the kit plays and expects', vi: 'Liệt kê các hành vi và yêu cầu của bộ thử' },
  usage: '[NAME]...',
  example: 'docaxis kit list lost-acknowledgement',
  options: {},
  takes: [0, 100],
  async run({ positionals }, context) {
    const { kitBehaviours } = await import('../kit/runKit.ts');
    const { behaviourLines } = await import('../kit/kitText.ts');
    const behaviours = await known(() => kitBehaviours(positionals));
    for (const behaviour of behaviours) {
      for (const line of behaviourLines(behaviour, context.language)) context.say(line);
    }
    context.result({
      behaviours: behaviours.map(({ name, required, does, good, why }) => ({ name, required, does, good, why })),
    });
    return EXIT.done;
  },
};

/** Commands that try a client against an axis that misbehaves. */
export const kitCommands: readonly Command[] = [run, list];

async function requestOf(invocation: Invocation, context: CommandContext) {
  const only = invocation.texts('behaviour');
  const { kitBehaviours } = await import('../kit/runKit.ts');
  await known(() => kitBehaviours(only));
  return {
    profile: await context.profile(),
    command: invocation.positionals,
    cwd: context.cwd,
    only,
    parallel: invocation.number('parallel', { least: 1, most: MOST_PARALLEL }) ?? USUAL_PARALLEL,
    runMs: (invocation.number('seconds', RUN_SECONDS) ?? RUN_SECONDS.usual) * 1000,
    silenceMs: (invocation.number('silence', SILENCE_SECONDS) ?? SILENCE_SECONDS.usual) * 1000,
    onProgress: (done: number, of: number, name: string) => context.progress(`${done}/${of} ${name}`),
  };
}

async function known<T>(find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

const factsOf = ({ behaviour, outcome, because }: Verdict, { language }: CommandContext) => ({
  name: behaviour.name,
  required: behaviour.required,
  outcome,
  because: because[language],
});
