import * as fc from 'fast-check';
import { type Choice, choices, operationOf } from './choice.ts';
import type { Driver } from './driver.ts';
import type { Operation } from './operation.ts';
import { DAY, HOUR, MINUTE, type Town } from './town/town.ts';

const COMMANDS = 60;
/** Chances in a hundred that two callers at once make the same call. */
const TWINS = 20;

type Command = fc.AsyncCommand<Town, Driver>;

/** One call at a time. */
class Alone implements Command {
  readonly #choice: Choice;
  #operation: Operation | undefined;
  constructor(choice: Choice) {
    this.#choice = choice;
  }
  check(town: Town): boolean {
    this.#operation = operationOf(this.#choice, town);
    return this.#operation !== undefined;
  }
  async run(town: Town, driver: Driver): Promise<void> {
    if (this.#operation) await driver.alone(town, this.#operation);
  }
  toString(): string {
    return this.#operation?.name ?? this.#choice.what;
  }
}

/** A caller that dies on the way. */
class Dying implements Command {
  readonly #choice: Choice;
  readonly #calls: number;
  #operation: Operation | undefined;
  constructor(choice: Choice, calls: number) {
    this.#choice = choice;
    this.#calls = calls;
  }
  check(town: Town): boolean {
    this.#operation = operationOf(this.#choice, town);
    return this.#operation?.interruptible === true;
  }
  async run(town: Town, driver: Driver): Promise<void> {
    if (this.#operation) await driver.death(town, this.#operation, this.#calls);
  }
  toString(): string {
    return `${this.#operation?.name ?? this.#choice.what}, dead after ${this.#calls} calls`;
  }
}

/** Two callers at once, sometimes with the same call. */
class Beside implements Command {
  readonly #choices: readonly [Choice, Choice];
  readonly #turns: readonly boolean[];
  #operations: readonly [Operation, Operation] | undefined;
  constructor([one, other]: readonly [Choice, Choice], turns: readonly boolean[]) {
    this.#choices = [one, other];
    this.#turns = turns;
  }
  check(town: Town): boolean {
    const [one, other] = this.#choices;
    const first = operationOf(one, town);
    const second = other.odds[1] < TWINS ? first : operationOf(other, town);
    this.#operations = first?.interruptible && second?.interruptible ? [first, second] : undefined;
    return this.#operations !== undefined;
  }
  async run(town: Town, driver: Driver): Promise<void> {
    if (this.#operations) await driver.race(town, this.#operations, this.#turns);
  }
  toString(): string {
    return this.#operations?.map(({ name }) => name).join(' BESIDE ') ?? 'two at once';
  }
}

/** Time passes. */
class Passing implements Command {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  check(): boolean {
    return true;
  }
  async run(town: Town, driver: Driver): Promise<void> {
    driver.advance(town, this.#ms);
  }
  toString(): string {
    return `${this.#ms / 1000} s pass`;
  }
}

/** Somebody leases a delivery again and again and never says a word, until it is set aside. */
class Vain implements Command {
  readonly #choice: Choice;
  readonly #times: number;
  constructor(choice: Choice, times: number) {
    this.#choice = { ...choice, what: choice.odds[2] < 70 ? 'lease' : 'take' };
    this.#times = times;
  }
  check(town: Town): boolean {
    return [...town.deliveries.values()].some(({ due }) => due !== undefined);
  }
  async run(town: Town, driver: Driver): Promise<void> {
    for (let time = 0; time < this.#times; time++) {
      const operation = operationOf(this.#choice, town);
      if (!operation) return;
      await driver.alone(town, operation);
      driver.advance(town, 2 * HOUR);
    }
  }
  toString(): string {
    return `${this.#choice.what} ${this.#times} times in vain`;
  }
}

/** Mostly within what somebody holds and waits for. */
const SHORT = [1000, 31_000, 2 * MINUTE + 1, 6 * MINUTE, 16 * MINUTE, HOUR, 3 * HOUR];
const LONG = [DAY, 4 * DAY, 27 * DAY, 31 * DAY];

/** Sequences of commands; `replayPath` says which ones of a failed sequence were run. */
export const commandsOf = (replayPath: string | undefined) =>
  fc.commands<Town, Driver, false>(
    [
      fc.oneof(
        { weight: 60, arbitrary: choices.map((choice) => new Alone(choice) as Command) },
        { weight: 9, arbitrary: fc.constantFrom(...SHORT).map((ms) => new Passing(ms)) },
        { weight: 2, arbitrary: fc.constantFrom(...LONG).map((ms) => new Passing(ms)) },
        {
          weight: 14,
          arbitrary: fc
            .tuple(fc.tuple(choices, choices), fc.array(fc.boolean(), { maxLength: 12 }))
            .map(([both, turns]) => new Beside(both, turns)),
        },
        { weight: 6, arbitrary: fc.tuple(choices, fc.nat(12)).map(([choice, calls]) => new Dying(choice, calls)) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(choices, fc.integer({ min: 19, max: 22 }))
            .map(([choice, times]) => new Vain(choice, times)),
        },
      ),
    ],
    { maxCommands: COMMANDS, size: 'max', ...(replayPath === undefined ? {} : { replayPath }) },
  );
