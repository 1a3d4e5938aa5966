import { DeleteQueueCommand, PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { inboxQueueUrl } from '../../adapters/aws/inboxQueues.ts';
import type { SystemId } from '../../core/contract/ids.ts';
import { type DeliveryState, isFinal } from '../../core/contract/states.ts';
import type { InterferenceRule, Strikes } from '../../local/runtime/callBook.ts';
import { endingProblems, takeAll } from '../crashpoints/observe.ts';
import type { Scene } from '../crashpoints/scene.ts';
import { outputOf } from '../kit/stores.ts';
import { Actors } from './actors.ts';
import { type Mishap, MOST_SKEW_SECONDS, type Step } from './schedule.ts';

/** What one schedule came to: what is wrong, nothing where everything held. */
export interface Played {
  readonly problems: readonly string[];
  readonly dispatches: number;
}

/** Real milliseconds after which an invocation ends in a step that lets it time out, and those that its call takes. */
const TIME_OUT_MS = { limit: 400, call: 800 } as const;

/** Plays the steps of a schedule one after the other, then calms everything, lets time pass and looks for what was lost. */
export async function play(scene: Scene, steps: Iterable<Step> | AsyncIterable<Step>): Promise<Played> {
  const actors = new Actors(scene);
  try {
    for await (const step of steps) await take(step, scene, actors);
    await calm(scene);
    await actors.submitTheRest();
    const problems = [...actors.breaches, ...(await healed(scene, actors))];
    const taken = problems.length > 0 ? [] : await takeAll(scene, { sent: actors.accepted });
    await actors.bringHome();
    return { problems: [...problems, ...taken], dispatches: actors.accepted.length };
  } catch (error) {
    return {
      problems: [...actors.breaches, error instanceof Error ? (error.stack ?? error.message) : String(error)],
      dispatches: 0,
    };
  } finally {
    await calm(scene);
  }
}

async function take(step: Step, scene: Scene, actors: Actors): Promise<void> {
  const { town } = scene;
  switch (step.does) {
    case 'submit':
      return actors.submit(step);
    case 'submit again':
      return actors.submitAgain(step);
    case 'receive':
      return actors.receive(step);
    case 'settle':
      return actors.settle(step);
    case 'move':
      return actors.move(step);
    case 'pass':
      return town.advance(step.seconds * 1000);
    case 'watch':
      return scene.watch();
    default:
      await befall(step, scene);
  }
}

/** Lets a mishap happen. Of calls that fail by rules the answer tells how many did so far. */
export async function befall(step: Mishap, scene: Scene): Promise<Strikes | undefined> {
  const { axis, stores } = scene.town;
  switch (step.does) {
    case 'fail':
      return axis.interfere(step.rules);
    case 'time out': {
      const { name, limit } = functionOf(scene, step.function);
      limit(TIME_OUT_MS.limit);
      const rule: InterferenceRule = { principal: name, nth: step.nth, fate: 'delay', ms: TIME_OUT_MS.call };
      return axis.interfere([rule]);
    }
    case 'empty the queue':
      await stores.sqs.send(new PurgeQueueCommand({ QueueUrl: outputOf(axis, 'FanOutQueue') }));
      break;
    case 'delete the bell':
      await deleteBell(scene, step.of);
      break;
    case 'lag':
      await axis.cloud.lagIndexes(step.seconds * 1000);
      break;
    case 'skew':
      functionOf(scene, step.function).skew(step.seconds * 1000);
      break;
    case 'recycle':
      await scene.recycle([step.function]);
  }
  return undefined;
}

function functionOf({ town }: Scene, wanted: string) {
  const found = town.axis.functions.find(({ name }) => name.endsWith(`-${wanted}`));
  if (!found) throw new RangeError(`there is no function ${wanted}`);
  return found;
}

/** The queue of a system's inbox is gone for good: its messages were hints. */
async function deleteBell(scene: Scene, system: string): Promise<void> {
  const prefix = functionOf(scene, 'receive').variables.INBOX_QUEUE_PREFIX ?? '';
  const QueueUrl = inboxQueueUrl(prefix, system as SystemId);
  await scene.town.stores.sqs.send(new DeleteQueueCommand({ QueueUrl })).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'QueueDoesNotExist')) throw error;
  });
}

/** Nothing fails any more, and every clock is right. */
export async function calm({ town: { axis } }: Scene): Promise<void> {
  axis.interfere([]);
  await axis.cloud.lagIndexes(0);
  for (const one of axis.functions) {
    one.skew(0);
    one.limit();
  }
}

/** Lets time pass until nothing is wrong any more. */
async function healed(scene: Scene, actors: Actors): Promise<readonly string[]> {
  for (let round = 0; ; round++) {
    await scene.quiet();
    const ending = { sent: actors.accepted, states: await statesOf(scene, actors) };
    const problems = await endingProblems(scene, ending, 2 * MOST_SKEW_SECONDS * 1000);
    if (problems.length === 0 || round === scene.rounds) return problems;
    await scene.pass(round);
  }
}

/**
 * In which state each delivery must be: what somebody was told it has become. Of others whatever it may be after what was tried
 * with it, also without an answer.
 */
async function statesOf(scene: Scene, { accepted, leases }: Actors): Promise<Readonly<Record<string, DeliveryState>>> {
  const states: Record<string, DeliveryState> = {};
  for (const { deliveryId } of accepted.flatMap(({ answer }) => answer.recipients)) {
    const told = leases.stateOf(deliveryId);
    const found = (await scene.town.stores.item(deliveryId))?.state as DeliveryState | undefined;
    const isOpen = found === undefined || found === 'queued' || found === 'offered';
    const isTried = found !== undefined && isFinal(found) && ['acknowledged', 'rejected'].includes(found);
    states[deliveryId] = told ?? (isTried || (isOpen && found) ? found : 'queued');
  }
  return states;
}
