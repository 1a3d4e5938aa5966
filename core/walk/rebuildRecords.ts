import { withEntry } from '../administer/history.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { fill } from '../contract/fill.ts';
import { type DispatchId, isDispatchId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Forgotten } from '../contract/memory.ts';
import type { Orphanage, SeenObject } from '../contract/ports.ts';
import { accept, type Outcome, REFUSALS, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { LEFT_OUT, type LeftOutCode } from '../operate/leftOut.ts';
import { isOfForgotten, nextRound, wasPutBack } from '../operate/memory.ts';
import { type Act, entryOf } from './administer.ts';
import { type RebuildOnePorts, type Rebuilt, rebuildOne } from './rebuild.ts';
import { type RememberPorts, recall } from './remember.ts';

export interface RebuildPorts extends RebuildOnePorts, RememberPorts {
  readonly orphanage: Pick<Orphanage, 'list'>;
}

type Answer = AnswerOf<'rebuild'>;
type Left = Answer['left'][number];

/**
 * Rebuilds records that the tables have forgotten, one page of objects at a time: what is handled already has its record and is passed
 * by, so that a run can break off anywhere. `look` only says what would be; `end` says that what is left without a record may go.
 */
export async function rebuildRecords(
  act: Act,
  { what, after, since }: RequestOf<'rebuild'>,
  ports: RebuildPorts,
): Promise<Outcome<Answer>> {
  if (what === 'end') return endRebuild(act, ports);
  const { forgotten } = nextRound(await recall(ports));
  const nothing: Answer = { looked: 0, rebuilt: [], left: [] };
  if (!forgotten) return accept(nothing);
  const page = await ports.orphanage.list(after);
  const from = since === undefined ? 0 : Date.parse(since);
  const lost = page.objects.filter(({ at }) => at >= from && isOfForgotten(at, forgotten));
  const work = await rebuildThese(lost, { act, dryRun: what === 'look' }, ports);
  const next = work.next ?? page.next;
  return accept({
    forgotten: viewForgotten(forgotten),
    looked: page.objects.filter(({ key }) => next === undefined || key <= next).length,
    rebuilt: [...work.rebuilt],
    left: [...work.left],
    ...(next === undefined ? {} : { next }),
  });
}

interface Work {
  readonly rebuilt: readonly string[];
  readonly left: readonly Left[];
  /** Where the call had done enough. */
  readonly next?: string;
}

async function rebuildThese(
  lost: readonly SeenObject[],
  how: { readonly act: Act; readonly dryRun: boolean },
  ports: RebuildPorts,
): Promise<Work> {
  const start = ports.clock.now();
  const rebuilt: string[] = [];
  const left: Left[] = [];
  const done = new Set<string>();
  const known = await contentsOf(lost, ports);
  let last: string | undefined;
  for (const { key } of lost) {
    const [, id = '', name = ''] = key.split('/');
    if (isDispatchId(id) && !done.has(id) && !(known.has(id) && (name === 'attachments' || known.get(id) === name))) {
      const isEnough = done.size >= LIMITS.rebuild.atOnce || ports.clock.now() - start > LIMITS.rebuild.seconds * 1000;
      if (isEnough) return { rebuilt, left, ...(last === undefined ? {} : { next: last }) };
      done.add(id);
      const outcome = known.has(id) ? otherContent : await attempt(id, how, ports);
      if (outcome.done) rebuilt.push(id);
      else left.push(viewLeft(id, outcome));
    }
    last = key;
  }
  return { rebuilt, left };
}

/** Its sender was given a new receipt for other bytes while the record was lost: two receipts, of which people must decide. */
const otherContent: Rebuilt = { done: false, left: 'other-content' };

/** Digests of the contents that have a record, by dispatch. */
async function contentsOf(
  objects: readonly SeenObject[],
  { dispatches }: Pick<RebuildPorts, 'dispatches'>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(objects.flatMap(({ key }) => key.split('/')[1] ?? []).filter(isDispatchId));
  const found = await dispatches.findMany([...ids]);
  return new Map(found.map(({ dispatchId, headline }) => [dispatchId, headline.sha256]));
}

/** One that fails keeps no other waiting. */
async function attempt(
  id: DispatchId,
  how: { readonly act: Act; readonly dryRun: boolean },
  ports: RebuildPorts,
): Promise<Rebuilt> {
  try {
    return await rebuildOne(id, how, ports);
  } catch (error) {
    ports.trouble('not-rebuilt', error, { about: id });
    return { done: false, left: 'fault' };
  }
}

function viewLeft(dispatchId: DispatchId, outcome: Exclude<Rebuilt, { done: true }>): Left {
  if ('left' in outcome) {
    const { en, vi } = LEFT_OUT[outcome.left satisfies LeftOutCode];
    return { dispatchId, code: outcome.left, detail: en, detailVi: vi };
  }
  const { code, parameters } = outcome.refused;
  const { en, vi } = REFUSALS[code];
  return { dispatchId, code, detail: fill(en.detail, parameters), detailVi: fill(vi.detail, parameters) };
}

/** From now on the sweeper may remove what has no record. A table that was put back in this very moment is not over. */
async function endRebuild(act: Act, ports: RebuildPorts): Promise<Outcome<Answer>> {
  const recalled = await recall(ports);
  const { memory } = recalled;
  if (wasPutBack(recalled)) return refuse('busy');
  if (!memory?.forgotten) return accept({ looked: 0, rebuilt: [], left: [] });
  const { forgotten: _over, ...rest } = nextRound(recalled);
  const entry = entryOf('x-rebuild-ended', act, ports, { from: 'forgotten', to: 'whole' });
  if (!(await ports.memory.write({ ...rest, history: withEntry(memory.history, entry) }, memory)))
    return refuse('busy');
  await ports.witness.write(rest.round);
  return accept({ looked: 0, rebuilt: [], left: [] });
}

const viewForgotten = ({ from, to }: Forgotten): Answer['forgotten'] => ({
  from: iso(from),
  to: iso(to),
});
