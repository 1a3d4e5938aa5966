import * as fc from 'fast-check';
import type { ModelAxis } from './axis/axis.ts';
import { type Choice, letters, operationOf } from './choice.ts';
import { commandsOf } from './commands.ts';
import { Driver } from './driver.ts';
import { checkViews, drain } from './settle.ts';
import { emptyTown, type Town } from './town/town.ts';

/** A morning in Vietnam. */
const START = Date.UTC(2026, 2, 2, 1, 20);
/** Milliseconds for which a difference is made smaller, unless told otherwise. */
const SHRINKING = 60_000;

export interface Run {
  readonly sequences: number;
  readonly seed: number;
  /** The path of a difference, as a failed run prints it, and which of its commands were run. */
  readonly path?: string | undefined;
  readonly replay?: string | undefined;
  /** Milliseconds for which a difference is made smaller. */
  readonly shrinkMs?: number;
  readonly onSequence?: (sequences: number, commands: number) => void;
  /** Told of a difference before it is made smaller. */
  readonly onDifference?: () => void;
}

export interface Judged {
  readonly sequences: number;
  readonly commands: number;
  /** How often each event stood in a timeline at the end of a sequence, and each outcome on a delivery. */
  readonly reached: ReadonlyMap<string, number>;
  /** The smallest sequence after which product and model differ, and how to bring it back. */
  readonly difference?: string;
}

/** Runs random sequences on one axis until there is a difference; the same seed gives the same sequences. */
export async function runSequences(axis: ModelAxis, run: Run): Promise<Judged> {
  const counted = { sequences: 0, commands: 0, reached: new Map<string, number>() };
  let stopAt = Number.POSITIVE_INFINITY;
  const opening = fc.array(letters, { minLength: 1, maxLength: 3, size: 'max' });
  const property = fc.asyncProperty(opening, commandsOf(run.replay), async (sent, sequence) => {
    // Small enough.
    if (Date.now() > stopAt) return;
    try {
      const { town, commands } = await runSequence(axis, sent, sequence);
      if (stopAt !== Number.POSITIVE_INFINITY) return;
      counted.sequences += 1;
      counted.commands += commands;
      for (const what of reachedIn(town)) counted.reached.set(what, (counted.reached.get(what) ?? 0) + 1);
      run.onSequence?.(counted.sequences, counted.commands);
    } catch (error) {
      if (stopAt === Number.POSITIVE_INFINITY) {
        stopAt = Date.now() + (run.shrinkMs ?? SHRINKING);
        run.onDifference?.();
      }
      throw error;
    }
  });
  const { path, seed, sequences: numRuns } = run;
  const found = await fc.check(property, { numRuns, seed, ...(path === undefined ? {} : { path }) });
  if (!found.failed) return counted;
  const smallest = found.errorInstance instanceof Error ? found.errorInstance.message : String(found.errorInstance);
  const replay = /replayPath="([^"]*)"/.exec(String(found.counterexample?.[1]))?.[1] ?? '';
  const back = `npm run model -- --seed ${found.seed} --path '${found.counterexamplePath}' --replay '${replay}'`;
  return { ...counted, difference: `${smallest}\nagain: ${back}` };
}

type Sequence = Iterable<fc.AsyncCommand<Town, Driver>>;

async function runSequence(axis: ModelAxis, sent: readonly Choice[], sequence: Sequence) {
  await axis.clear(START);
  const driver = new Driver(axis);
  const town = emptyTown(START);
  try {
    await walk(town, driver, { sent, sequence });
  } catch (error) {
    const steps = driver.steps.map((step, place) => `${place + 1}. ${step}`);
    throw new Error([...steps, error instanceof Error ? error.message : String(error)].join('\n'), { cause: error });
  }
  return { town, commands: driver.steps.length };
}

interface Walk {
  readonly sent: readonly Choice[];
  readonly sequence: Sequence;
}

async function walk(town: Town, driver: Driver, { sent, sequence }: Walk): Promise<void> {
  for (const choice of sent) {
    const operation = operationOf(choice, town);
    if (operation) await driver.alone(town, operation);
  }
  await fc.asyncModelRun(() => ({ model: town, real: driver }), sequence);
  await drain(town, driver);
  await checkViews(town, driver.axis);
}

function* reachedIn({ dispatches, deliveries }: Town): Generator<string> {
  for (const { timeline } of dispatches.values()) for (const [event] of timeline) yield event;
  for (const { timeline, about } of deliveries.values()) {
    for (const [event] of timeline) yield event;
    for (const { outcome } of about) yield outcome;
  }
}
