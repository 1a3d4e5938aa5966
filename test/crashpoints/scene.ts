import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { AxisClient } from '../../client/axisClient.ts';
import { isPassing } from '../../client/inboxDelivery.ts';
import type { FunctionName } from '../../core/contract/environment.ts';
import { OperatorRefusal } from '../../local/operator.ts';
import { systemProfile } from '../../local/profiles.ts';
import { FunctionError } from '../../local/runtime/functionError.ts';
import type { WorldSystemName } from '../../world/places.ts';
import { type Letter, type SentLetter, startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

/** Something never came about, however much time passed. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
}

/** Messages of one queue of the axis, those for inboxes aside. */
export interface QueueLoad {
  readonly name: string;
  /** Messages that a worker can take now. */
  readonly ready: number;
  /** Messages that a worker took, or that wait until their time comes. */
  readonly away: number;
}

const SECOND = 1000;
/**
 * How much time passes before something is looked at again: the marker of outgoing work (120 s), the visibility of fan-out and
 * inboxes (360 s), a submission in the background (420 s), the visibility of its queue and that of sealing (1800 s).
 */
const PASSING = [121, 361, 421, 1801, 1801, 3601].map((seconds) => seconds * SECOND);
/** Immediate repeats before time passes. */
const TRIES = 2;
/** A message that nobody works on is left behind by a worker that died; seen so often in a row, it is no worker about to begin. */
const LOOKS = 4;
/** On a busy machine everything takes its time. */
const REST_MS = 120_000;

/**
 * A running axis on which flows play, with clients that keep to their usual retries, and time that passes when it is told to.
 * No schedule fires by itself: what the functions call is what the flow makes them call.
 */
export class Scene {
  readonly town: TestAxis;
  readonly clients: Readonly<Record<WorldSystemName, AxisClient>>;
  readonly #kept = new Map<string, Promise<unknown>>();

  private constructor(town: TestAxis) {
    this.town = town;
    this.clients = { 'trung-tam-mau': this.#client('trung-tam-mau'), 'bo-minh-hoa': this.#client('bo-minh-hoa') };
  }

  static async open(): Promise<Scene> {
    return new Scene(await startTestAxis({ attempts: 5, schedulesOnDemand: true }));
  }

  /** Retries and polls as usual, but pauses only until what is under way has come to rest; every receipt is checked. */
  #client(name: WorldSystemName): AxisClient {
    const { axis, world, facts } = this.town;
    return AxisClient.of(systemProfile(name, world, facts), {
      now: () => axis.clock.now(),
      pause: () => this.quiet(),
    });
  }

  get centre(): AxisClient {
    return this.clients['trung-tam-mau'];
  }

  get ministry(): AxisClient {
    return this.clients['bo-minh-hoa'];
  }

  stop(): Promise<void> {
    return this.town.stop();
  }

  /** What is made once for all runs on this axis. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(name) ?? make();
    this.#kept.set(name, kept);
    return kept as Promise<T>;
  }

  /**
   * Tries until there is an answer, as a patient user does: again at once, then when some time has passed and the watchman was
   * there. What fails for good is thrown.
   *
   * @throws Stuck when hours did not help.
   */
  async patiently<T>(what: string, attempt: () => Promise<T | undefined | false>): Promise<T> {
    let last: unknown;
    for (let round = 0; round <= PASSING.length; round++) {
      for (let tries = 0; tries < TRIES; tries++) {
        try {
          const answer = await attempt();
          if (answer !== undefined && answer !== false) return answer;
          break;
        } catch (error) {
          if (!mayPass(error)) throw error;
          last = error;
        }
      }
      if (round < PASSING.length) await this.pass(round);
    }
    throw new Stuck(`in vain: ${what}`, { cause: last });
  }

  /** Lets time pass, the watchman look, and what they set off come to rest. */
  async pass(round: number): Promise<void> {
    const ms = PASSING[round];
    if (ms === undefined) throw new RangeError(`no round ${round}`);
    this.town.advance(ms);
    await this.watch();
    await this.quiet();
  }

  /** How many rounds of passing time there are. */
  get rounds(): number {
    return PASSING.length;
  }

  /** A visit of the watchman; one that dies is followed by the next. */
  async watch(): Promise<void> {
    await this.town.watch().catch((error: unknown) => {
      if (!(error instanceof FunctionError)) throw error;
    });
  }

  /** Waits until no function runs and no message is ready: what is still away was left behind and needs time to pass. */
  async quiet(): Promise<void> {
    let looks = 0;
    await until(
      async () => {
        const isRunning = this.town.axis.functions.some((one) => one.running() > 0);
        const queues = await this.queues('alive');
        if (isRunning || queues.some(({ ready }) => ready > 0)) looks = 0;
        else looks += 1;
        return looks >= (queues.some(({ away }) => away > 0) ? LOOKS : 1);
      },
      'the work comes to rest',
      REST_MS,
    );
  }

  /** Ends all instances of these functions: the next calls start new ones. */
  async recycle(names: readonly FunctionName[]): Promise<void> {
    const own = this.town.axis.functions.filter(({ name }) => names.some((one) => name.endsWith(`-${one}`)));
    await Promise.all(own.map((one) => one.recycle()));
  }

  /** Invokes a function as its schedule does. @throws FunctionError */
  invoke(name: FunctionName, event: unknown): Promise<unknown> {
    return this.town.axis.invoke(`docaxis-evaluation-${name}`, event);
  }

  /** How full the queues are, those for inboxes aside: of all, or only of those that workers take from. */
  async queues(which: 'all' | 'alive' = 'all'): Promise<readonly QueueLoad[]> {
    const queues = this.town.axis.resources
      .filter(({ type }) => type === 'AWS::SQS::Queue')
      .map(({ ref, logicalId }) => ({ QueueUrl: ref, name: logicalId.replace(/^Queues|[0-9A-F]{8}$/g, '') }))
      .filter(({ name }) => which === 'all' || !name.endsWith('Dead'));
    return Promise.all(
      queues.map(async ({ QueueUrl, name }) => {
        const query = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
        const { Attributes = {} } = await this.town.stores.sqs.send(query);
        const counts: Readonly<Record<string, string>> = Attributes;
        const count = (state: string) => Number(counts[`ApproximateNumberOfMessages${state}`] ?? 0);
        return { name, ready: count(''), away: count('NotVisible') + count('Delayed') };
      }),
    );
  }

  /** Submits a letter as its sender's system does, until it is accepted. */
  async submit(letter: Letter = {}): Promise<SentLetter> {
    const bytes = await this.town.letter(letter);
    const client = letter.from?.startsWith('X92') ? this.ministry : this.centre;
    const answer = await this.patiently('the letter is accepted', () => client.submit(bytes));
    return { bytes, answer };
  }

  /** Waits until the fan-out of a dispatch is complete. */
  async dispatched({ answer: { dispatchId } }: SentLetter): Promise<void> {
    await this.patiently(`${dispatchId} is dispatched`, async () => {
      await this.quiet();
      return (await this.town.stores.item(dispatchId))?.state === 'dispatched';
    });
  }

  /** A letter that waits in the inbox of each of its recipients. */
  async delivered(letter: Letter = {}): Promise<SentLetter> {
    const sent = await this.submit(letter);
    await this.dispatched(sent);
    return sent;
  }
}

/** Whether trying again can help: the axis failed, did not answer, or said so. */
function mayPass(error: unknown): boolean {
  if (error instanceof FunctionError) return true;
  if (error instanceof OperatorRefusal) return error.status >= 500 || error.code === 'busy';
  return isPassing(error);
}
