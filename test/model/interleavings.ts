import { readTown } from './compare.ts';
import type { Operation } from './operation.ts';
import type { Answer, Process, Town } from './town/town.ts';

/** How a model may stand after two operations at once, or after one whose caller died. */
export interface Possible {
  readonly town: Town;
  readonly answers: readonly (Answer | undefined)[];
}

/**
 * Every order in which the steps of two operations can come, each on a copy of the town. Orders that have come to the
 * same, and in which both have learnt the same, go on as one.
 */
export function* interleavings(town: Town, pair: readonly [Operation, Operation]): Generator<Possible> {
  const open: (readonly boolean[])[] = [[]];
  const known = new Set<string>();
  for (let turns = open.pop(); turns; turns = open.pop()) {
    const copy = structuredClone(town);
    const { answers, learnt } = runBoth([pair[0].model(copy), pair[1].model(copy)], turns);
    if (answers[0] && answers[1]) yield { town: copy, answers };
    const key = JSON.stringify([readTown(copy), learnt, answers]);
    if (known.has(key)) continue;
    known.add(key);
    if (!answers[1]) open.push([...turns, false]);
    if (!answers[0]) open.push([...turns, true]);
  }
}

/** Runs two processes step by step in the given turns (true: the first one's). */
function runBoth(processes: readonly [Process, Process], turns: readonly boolean[]) {
  const answers: [Answer?, Answer?] = [];
  const learnt: [string[], string[]] = [[], []];
  for (const isFirst of turns) {
    const lane = isFirst ? 0 : 1;
    const next = processes[lane].next();
    if (next.done) answers[lane] = next.value;
    else learnt[lane].push(next.value);
  }
  return { answers, learnt };
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
