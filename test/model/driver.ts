import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ModelAxis } from './axis/axis.ts';
import { dieAfter, interleave, OPEN } from './axis/turnstile.ts';
import { compare, Reader, readTown, type Snapshot } from './compare.ts';
import { become, interleavings, type Possible, prefixes } from './interleavings.ts';
import { checkSteps } from './invariants.ts';
import type { Operation } from './operation.ts';
import { type Answer, complete, type Town } from './town/town.ts';

/** Runs operations on both sides, and compares after each one. */
export class Driver {
  readonly #axis: ModelAxis;
  readonly #reader: Reader;
  #last: Snapshot | undefined;
  /** What was done so far, as it is told. */
  readonly steps: string[] = [];

  constructor(axis: ModelAxis) {
    this.#axis = axis;
    this.#reader = new Reader(axis);
  }

  get axis(): ModelAxis {
    return this.#axis;
  }

  /** One operation, with nobody beside it: the answers are the same, and so is everything that can be seen. */
  async alone(town: Town, operation: Operation): Promise<void> {
    this.steps.push(operation.name);
    const answer = await operation.real(this.#axis, OPEN);
    const expected = complete(operation.model(town));
    assert.deepEqual(answer, expected, `${operation.name}: the answers of product and model differ`);
    operation.after?.(town, this.#axis, answer);
    await this.#compare(town, operation.name, true);
  }

  /** Two at once: it must have come out as in some order of their steps. Who was refused may as well not have asked. */
  async race(town: Town, pair: readonly [Operation, Operation], turns: readonly boolean[]): Promise<void> {
    const [first, second] = pair;
    const name = `${first.name} BESIDE ${second.name}, ${turns.map((isFirst) => (isFirst ? 1 : 2)).join('')}`;
    this.steps.push(name);
    const answers = await interleave(
      turns,
      (gate) => first.real(this.#axis, gate),
      (gate) => second.real(this.#axis, gate),
    );
    await this.#match(town, name, withoutRefused(town, pair, answers));
    for (const [place, operation] of pair.entries()) operation.after?.(town, this.#axis, answers[place]);
    await this.#compare(town, name, false);
  }

  /** Its caller dies on the way: what it did so far stands, and nothing else. */
  async death(town: Town, operation: Operation, calls: number): Promise<void> {
    const name = `${operation.name}, dead after ${calls} calls`;
    this.steps.push(name);
    const answer = await dieAfter(calls, (gate) => operation.real(this.#axis, gate));
    if (answer === undefined) await this.#match(town, name, prefixes(town, operation));
    else {
      assert.deepEqual(answer, complete(operation.model(town)), `${name}: the answers of product and model differ`);
      operation.after?.(town, this.#axis, answer);
    }
    await this.#compare(town, name, false);
  }

  advance(town: Town, ms: number): void {
    this.steps.push(`${ms / 1000} s pass`);
    town.now += ms;
    this.#axis.now = town.now;
  }

  /**
   * Takes the first possible town that is what the product shows; where none is, the last one is compared for all to
   * see.
   */
  async #match(town: Town, name: string, possible: Iterable<Possible>): Promise<void> {
    const seen = await this.#reader.read();
    let last: Possible | undefined;
    let tried = 0;
    for (const one of possible) {
      last = one;
      tried += 1;
      if (isDeepStrictEqual(seen, readTown(one.town))) return become(town, one.town);
    }
    if (!last) throw new Error(`${name}: came out as in no order of its steps`);
    compare(seen, readTown(last.town), `${name}: none of ${tried} orders fits; the last one`);
  }

  async #compare(town: Town, name: string, alone: boolean): Promise<void> {
    const seen = await this.#reader.read();
    compare(seen, readTown(town), name);
    if (this.#last) checkSteps(this.#last, seen, { now: town.now, alone });
    this.#last = seen;
  }
}

/**
 * Interleavings of both, and of each alone where the other was refused; the model's own answers must be the same
 * otherwise.
 */
function* withoutRefused(
  town: Town,
  pair: readonly [Operation, Operation],
  answers: readonly [Answer, Answer],
): Generator<Possible> {
  for (const possible of interleavings(town, pair))
    if (possible.answers.every((answer, place) => fits(answers[place], answer))) yield possible;
  for (const [place, operation] of pair.entries()) {
    if (answers[place === 0 ? 1 : 0]?.ok) continue;
    const copy = structuredClone(town);
    if (fits(answers[place], complete(operation.model(copy)))) yield { town: copy, answers: [] };
  }
  if (answers.every(({ ok }) => !ok)) yield { town: structuredClone(town), answers: [] };
}

/** Refused is refused: which reason comes first depends on what was read when. */
const fits = (product: Answer | undefined, model: Answer | undefined): boolean =>
  product?.ok === false ? model?.ok === false : isDeepStrictEqual(product, model);
