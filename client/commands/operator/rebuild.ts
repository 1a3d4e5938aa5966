import type { AnswerOf } from '../../../core/contract/answers.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../../command.ts';
import { momentOf } from '../../momentOf.ts';
import type { OperatorClient } from '../../operatorClient.ts';
import { UsageError } from '../../usageError.ts';
import { reasonOf } from './operatorCommand.ts';

type Page = AnswerOf<'rebuild'>;
type Left = Page['left'][number];

const MINUTE = 60_000;
/** Lines shown of what is left; `--json` tells all. */
const SHOWN = 50;

/** What a run came to. */
interface Run {
  readonly forgotten?: Page['forgotten'];
  readonly looked: number;
  readonly rebuilt: readonly string[];
  readonly left: readonly Left[];
  readonly passes: number;
  /** Whether what is left without a record may go from now on. */
  readonly ended: boolean;
}

/** `docaxis ops rebuild`: after the tables were put back, rebuilds the records of what was accepted since. */
export const rebuildCommand: Command = {
  name: 'ops rebuild',
  aliases: [],
  summary: {
    en: 'Rebuild records that were lost when the tables were put back, from the received bytes',
    vi: 'Dựng lại bản ghi bị mất khi phục hồi bảng dữ liệu, từ nội dung đã nhận',
  },
  usage: '[--dry-run] [--since TIME] [--per-minute N] [--after MARK] [--end] --reason TEXT',
  example: 'docaxis ops rebuild --dry-run --reason "phục hồi về 08:00"',
  options: {
    'dry-run': { type: 'boolean', help: 'say what could be rebuilt and write nothing' },
    since: { type: 'string', value: 'TIME', help: 'only what was kept since then (ISO 8601 with its zone)' },
    'per-minute': {
      type: 'string',
      value: 'N',
      help: `records a minute at most (${LIMITS.rebuild.perMinute}): their recipients get as many deliveries`,
    },
    after: { type: 'string', value: 'MARK', help: 'go on where a run broke off' },
    end: { type: 'boolean', help: 'only say that what is left without a record may be removed' },
    reason: { type: 'string', value: 'TEXT', help: 'why; it stands in the timelines beside your name' },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const operator = await operatorFor(invocation, context);
    const run = invocation.flag('end')
      ? await end(operator, invocation)
      : await wholeRun(operator, invocation, context);
    report(run, invocation, context);
    return run.left.length > 0 ? EXIT.refused : EXIT.done;
  },
};

/** @throws UsageError before anything is asked. */
function operatorFor(invocation: Invocation, context: CommandContext): Promise<OperatorClient> {
  reasonOf(invocation);
  if (invocation.flag('end') && invocation.flag('dry-run')) throw new UsageError('--end changes what --dry-run leaves');
  return context.operator();
}

/**
 * Pass after pass as long as one rebuilds something and leaves something: a recall is rebuilt after the document that it is about. What
 * was left by the last pass stays out; where nothing was, and nothing was skipped, the time counts as rebuilt.
 */
async function wholeRun(operator: OperatorClient, invocation: Invocation, context: CommandContext): Promise<Run> {
  const dry = invocation.flag('dry-run');
  const rebuilt: string[] = [];
  for (let passes = 1; ; passes++) {
    const pass = await onePass(operator, { invocation, passes }, context);
    rebuilt.push(...pass.rebuilt);
    if (!dry && pass.rebuilt.length > 0 && pass.left.length > 0) continue;
    const isWhole = !dry && pass.forgotten !== undefined && pass.left.length === 0 && !isPartial(invocation);
    if (isWhole) await callEnd(operator, invocation);
    return { ...pass, rebuilt, passes, ended: isWhole };
  }
}

const isPartial = (invocation: Invocation): boolean =>
  invocation.text('since') !== undefined || invocation.text('after') !== undefined;

async function onePass(
  operator: OperatorClient,
  { invocation, passes }: { readonly invocation: Invocation; readonly passes: number },
  context: CommandContext,
): Promise<Omit<Run, 'passes' | 'ended'>> {
  const perMinute = invocation.number('per-minute', { least: 1, most: 60_000 }) ?? LIMITS.rebuild.perMinute;
  const since = momentOf(invocation, 'since');
  const asked = {
    what: invocation.flag('dry-run') ? ('look' as const) : ('rebuild' as const),
    ...(since === undefined ? {} : { since }),
    reason: reasonOf(invocation),
  };
  const total = { looked: 0, rebuilt: [] as string[], left: [] as Left[] };
  let after = passes === 1 ? invocation.text('after') : undefined;
  for (;;) {
    const start = context.now();
    const page: Page = await operator.call('rebuild', {
      body: { ...asked, ...(after === undefined ? {} : { after }) },
    });
    total.looked += page.looked;
    total.rebuilt.push(...page.rebuilt);
    total.left.push(...page.left);
    after = page.next;
    const where = after === undefined ? '' : `  --after ${after}`;
    context.progress(`${passes}: ${total.looked}, +${total.rebuilt.length}, -${total.left.length}${where}`);
    if (after === undefined) {
      context.progress('');
      return { ...total, ...(page.forgotten ? { forgotten: page.forgotten } : {}) };
    }
    const rest = (page.rebuilt.length / perMinute) * MINUTE - (context.now() - start);
    if (asked.what === 'rebuild' && rest > 0) await context.pause(rest);
  }
}

const callEnd = (operator: OperatorClient, invocation: Invocation): Promise<Page> =>
  operator.call('rebuild', { body: { what: 'end', reason: reasonOf(invocation) } });

async function end(operator: OperatorClient, invocation: Invocation): Promise<Run> {
  await callEnd(operator, invocation);
  return { looked: 0, rebuilt: [], left: [], passes: 0, ended: true };
}

function report(run: Run, invocation: Invocation, context: CommandContext): void {
  const { word, language } = context;
  const { forgotten, rebuilt, left, looked, ended } = run;
  if (forgotten) context.say(`${word('forgotten')}: ${forgotten.from} - ${forgotten.to}`);
  else if (!ended) context.say(word('nothingForgotten'));
  const rows = left
    .slice(0, SHOWN)
    .map(({ dispatchId, code, detail, detailVi }) => [dispatchId, code, language === 'vi' ? detailVi : detail]);
  if (rows.length > 0) context.table([word('dispatch'), word('code'), word('reason')], rows);
  if (left.length > SHOWN) context.say(`… +${left.length - SHOWN}`);
  const done = invocation.flag('dry-run') ? 'couldBeRebuilt' : 'rebuilt';
  if (forgotten) context.say(`${word(done)}: ${rebuilt.length}, ${word('notRebuilt')}: ${left.length} (${looked})`);
  if (ended) context.say(word('rebuildEnded'));
  context.result(run);
}
