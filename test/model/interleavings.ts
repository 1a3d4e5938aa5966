import type { Operation } from './operation.ts';
import type { Answer, Process, Town } from './town/town.ts';

/** How a model may stand after two operations at once, or after one whose caller died. */
export interface Possible {
  readonly town: Town;
  readonly answers: readonly (Answer | undefined)[];
}

/** More interleavings than two short operations have. */
const MOST = 4000;

/** Every order in which the steps of two operations can come, each on a copy of the town. */
export function* interleavings(town: Town, pair: readonly [Operation, Operation]): Generator<Possible> {
  const open: boolean[][] = [[]];
  for (let count = 0; open.length > 0 && count < MOST; count++) {
    const turns = open.pop() ?? [];
    const copy = structuredClone(town);
    const { answers, choices } = runBoth(pair.map((operation) => operation.model(copy)) as [Process, Process], turns);
    for (let place = turns.length; place < choices.length; place++)
      if (choices[place]) open.push([...turns, ...new Array<boolean>(place - turns.length).fill(true), false]);
    yield { town: copy, answers };
  }
}

/**
 * Runs two processes in the given turns (true: the first one's), then the first one, then the other; tells where there
 * was a choice.
 */
function runBoth(processes: readonly [Process, Process], turns: readonly boolean[]) {
  const answers: [Answer?, Answer?] = [];
  const choices: boolean[] = [];
  for (let turn = 0; answers[0] === undefined || answers[1] === undefined; turn++) {
    choices.push(answers[0] === undefined && answers[1] === undefined);
    const isFirst = answers[0] === undefined && (answers[1] !== undefined || (turns[turn] ?? true));
    const lane = isFirst ? 0 : 1;
    const next = processes[lane].next();
    if (next.done) answers[lane] = next.value;
  }
  return { answers, choices };
}

/** The town after each number of steps of an operation, the last one that of its end. */
export function* prefixes(town: Town, operation: Operation): Generator<Possible> {
  for (let steps = 0; ; steps++) {
    const copy = structuredClone(town);
    const process = operation.model(copy);
    let isOver = false;
    for (let step = 0; step < steps && !isOver; step++) isOver = process.next().done === true;
    yield { town: copy, answers: [undefined] };
    if (isOver) return;
  }
}

/** Puts a town in the place of another. */
export function become(town: Town, other: Town): void {
  town.suspended.clear();
  for (const code of other.suspended) town.suspended.add(code);
  replace(town.dispatches, other.dispatches);
  replace(town.deliveries, other.deliveries);
  town.queue.splice(0, town.queue.length, ...other.queue);
}

function replace<T>(map: Map<string, T>, by: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [id, value] of by) map.set(id, value);
}
