import { isFinal } from '../../core/contract/states.ts';
import type { AxisClient } from '../axisClient.ts';
import type { Language } from '../axisRefusal.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { statusOf } from '../lifeWords.ts';
import { printable } from '../table.ts';
import { type Happening, timelineOf } from '../timelineOf.ts';
import { type WholeDispatch, wholeDispatch } from '../wholeDispatch.ts';

/** `docaxis follow`: prints what happens to a dispatch until every delivery is settled and nothing waits for an answer. */
export const followCommand: Command = {
  name: 'follow',
  aliases: [],
  summary: {
    en: 'Follow a dispatch until every delivery is settled and every recall is answered',
    vi: 'Theo dõi lượt gửi đến khi mọi lượt phát kết thúc và mọi đề nghị thu hồi được trả lời',
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
      for (const line of timelineOf(dispatch).map((happening) => lineOf(happening, context.language))) {
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

/** Whoever has the document still answers a recall; a delivery that ended otherwise is asked nothing any more. */
const isSettled = (dispatch: WholeDispatch): boolean =>
  dispatch.state === 'dispatched' &&
  dispatch.deliveries.every(
    ({ state, recall }) => isFinal(state) && !(state === 'acknowledged' && recall?.state === 'requested'),
  );

/** One line an event: time, agency, event, change, who, why, and the message that caused it. */
function lineOf({ where, entry }: Happening, language: Language): string {
  const { at, ev, from, to, by, detail = '', dispatch = '' } = entry;
  const end = ev === 'x-status' ? statusOf(to, language) : to;
  const change = from === to ? end : `${from} → ${end}`;
  return printable([at, where, ev, change, by, detail, dispatch].filter((part) => part !== '').join('  '));
}
