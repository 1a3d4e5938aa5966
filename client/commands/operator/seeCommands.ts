import type { AnswerOf } from '../../../core/contract/answers.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { AxisFault } from '../../axisFault.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../../command.ts';
import type { Screen } from '../../screen.ts';
import { printable } from '../../table.ts';
import { UsageError } from '../../usageError.ts';
import { operatorCommand } from './operatorCommand.ts';
import { statsText } from './statsText.ts';

type Stats = AnswerOf<'stats'>;
const EVERY_SECONDS = { least: 5, most: 3600, usual: 30 };

const statsCommand: Command = {
  name: 'ops stats',
  aliases: [],
  summary: {
    en: 'See how the axis does: traffic, refusals, latencies, what waits, certificates, the watchman',
    vi: 'Xem tình trạng của trục: lưu lượng, từ chối, độ trễ, văn bản đang chờ, chứng thư, trình giám sát',
  },
  usage: '[--watch] [--every SECONDS] [--minutes N] [--format text|json]',
  example: 'docaxis ops stats --watch',
  options: {
    watch: { type: 'boolean', help: 'draw it again and again until Ctrl-C; without a terminal it is printed once' },
    every: { type: 'string', value: 'SECONDS', help: `look so often (${EVERY_SECONDS.usual})` },
    minutes: { type: 'string', value: 'N', help: `how far back (${LIMITS.stats.minutes.usual})` },
    format: { type: 'string', value: 'FORMAT', help: 'text or json; json is the same as --json' },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const everyMs = (invocation.number('every', EVERY_SECONDS) ?? EVERY_SECONDS.usual) * 1000;
    const minutes = invocation.number('minutes', LIMITS.stats.minutes);
    const isJson = wantsJson(invocation);
    const operator = await context.operator();
    const look = () => operator.call('stats', { query: { minutes } });
    const screen = invocation.flag('watch') && !isJson ? context.openScreen?.() : undefined;
    if (screen) await watch(screen, { look, everyMs, context });
    else printOnce(await look(), { asJson: isJson && !invocation.flag('json'), context });
    return EXIT.done;
  },
};

/** @throws UsageError for a format that there is not. */
function wantsJson(invocation: Invocation): boolean {
  const format = invocation.text('format') ?? (invocation.flag('json') ? 'json' : 'text');
  if (format !== 'json' && format !== 'text') throw new UsageError('--format is text or json');
  return format === 'json';
}

function printOnce(
  stats: Stats,
  { asJson, context }: { readonly asJson: boolean; readonly context: CommandContext },
): void {
  context.say(asJson ? JSON.stringify(stats, null, 2) : statsText(stats, context, context.look()));
  context.result(stats);
}

interface Watching {
  readonly look: () => Promise<Stats>;
  readonly everyMs: number;
  readonly context: CommandContext;
}

/** An axis that does not answer for once leaves the last picture, with what went wrong below it. */
async function watch(screen: Screen, { look, everyMs, context }: Watching): Promise<void> {
  let last: Stats | undefined;
  try {
    do {
      let trouble = '';
      try {
        last = await look();
      } catch (error) {
        if (!(error instanceof AxisFault) || !last) throw error;
        trouble = `\n\n${printable(error.message)}`;
      }
      screen.draw(`${statsText(last, context, context.look())}${trouble}`);
    } while (await screen.pause(everyMs));
  } finally {
    screen.close();
  }
}

const traceCommand = operatorCommand<AnswerOf<'trace'>>({
  name: 'ops trace',
  summary: {
    en: 'Find every log line of one request, from its submission to its deliveries',
    vi: 'Tìm mọi dòng nhật ký của một yêu cầu, từ lúc gửi đến các lượt phát',
  },
  usage: 'CORRELATION_ID [--hours N]',
  example: 'JKJaXmPLvHcESHA= --hours 48',
  options: { hours: { type: 'string', value: 'N', help: `how far back (${LIMITS.stats.hours.usual})` } },
  takes: [1, 1],
  changes: false,
  act: (operator, invocation) =>
    operator.call('trace', {
      query: { id: invocation.argument, hours: invocation.number('hours', LIMITS.stats.hours) },
    }),
  show: ({ lines }, { word }) => (lines.length === 0 ? word('noLines') : lines.map(traceLine).join('\n')),
});

function traceLine({ at, function: name, event, facts }: AnswerOf<'trace'>['lines'][number]): string {
  const told = Object.entries(facts).map(([fact, value]) => `${fact}=${value}`);
  return printable([at, name, event, ...told].join('  '));
}

/** The operators' commands that show how the axis does. */
export const seeCommands: readonly Command[] = [statsCommand, traceCommand];
