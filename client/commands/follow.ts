import type { AnswerOf } from '../../core/contract/answers.ts';
import { isFinal } from '../../core/contract/states.ts';
import type { AxisClient } from '../axisClient.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { printable } from '../table.ts';

type Dispatch = AnswerOf<'dispatch'>;
type Entry = Dispatch['timeline']['entries'][number];

/** `docaxis follow`: prints what happens to a dispatch until nothing more can. */
export const followCommand: Command = {
  name: 'follow',
  aliases: [],
  summary: {
    en: 'Follow a dispatch until every delivery is settled',
    vi: 'Theo dõi lượt gửi đến khi mọi lượt phát kết thúc',
  },
  usage: 'DISPATCH_ID|SUBMISSION_ID [--once] [--every SECONDS]',
  example: 'docaxis follow dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --once',
  options: {
    once: { type: 'boolean', help: 'print what happened so far and stop' },
    every: { type: 'string', value: 'SECONDS', help: 'look so often (2)' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const everyMs = (invocation.number('every', { least: 1, most: 3600 }) ?? 2) * 1000;
    const client = await context.client();
    const dispatchId = await dispatchIdOf(invocation.argument, client, context);
    const printed = new Set<string>();
    for (;;) {
      const dispatch = await wholeDispatch(client, dispatchId);
      if (printed.size === 0 && dispatch.headline.signed === 'none') context.say(context.word('referenceOnly'));
      for (const line of linesOf(dispatch)) {
        if (!printed.has(line)) context.say(line);
        printed.add(line);
      }
      const settled = isSettled(dispatch);
      if (settled) context.say(context.word('settled'));
      if (settled || invocation.flag('once')) {
        context.result(dispatch);
        return EXIT.done;
      }
      await context.pause(everyMs);
    }
  },
};

/** What was typed, or the dispatch that a submission in the background became. */
async function dispatchIdOf(typed: string, client: AxisClient, context: CommandContext): Promise<string> {
  if (!typed.startsWith('sub_')) return typed;
  const onProgress = () => context.progress(`${context.word('working')} …`);
  const { dispatchId, outcome } = await client.submitted(typed, { onProgress });
  context.progress('');
  context.say(`${context.word(outcome)}: ${dispatchId}`);
  return dispatchId;
}

/** A dispatch with all its deliveries, page after page. */
async function wholeDispatch(client: AxisClient, dispatchId: string): Promise<Dispatch> {
  const first = await client.dispatch(dispatchId);
  const deliveries = [...first.deliveries];
  for (let after = first.next; after !== undefined; ) {
    const page = await client.dispatch(dispatchId, { after });
    deliveries.push(...page.deliveries);
    // A page that leads to itself would never end.
    after = page.next === after ? undefined : page.next;
  }
  const { next: _, ...dispatch } = first;
  return { ...dispatch, deliveries };
}

const isSettled = (dispatch: Dispatch): boolean =>
  dispatch.state === 'dispatched' && dispatch.deliveries.every(({ state }) => isFinal(state));

/** One line an event, oldest first: time, agency, event, who. */
function linesOf(dispatch: Dispatch): readonly string[] {
  const own = dispatch.timeline.entries.map((entry) => ({ where: dispatch.sender, entry }));
  const theirs = dispatch.deliveries.flatMap(({ recipient, timeline }) =>
    timeline.entries.map((entry) => ({ where: recipient, entry })),
  );
  return [...own, ...theirs].toSorted((a, b) => a.entry.at.localeCompare(b.entry.at)).map(lineOf);
}

function lineOf({ where, entry }: { readonly where: string; readonly entry: Entry }): string {
  const change = entry.from === entry.to ? entry.to : `${entry.from} → ${entry.to}`;
  return printable(`${entry.at}  ${where}  ${entry.ev}  ${change}  ${entry.by}  ${entry.detail ?? ''}`.trimEnd());
}
