import type { AnswerOf } from '../core/contract/answers.ts';
import { LIMITS } from '../core/contract/limits.ts';
import type { AxisClient } from './axisClient.ts';
import type { Language } from './axisRefusal.ts';
import { DeliverySource } from './deliverySource.ts';
import { InboxDelivery, isPassing } from './inboxDelivery.ts';

type Leased = AnswerOf<'lease'>;

/** What to take from the inbox, and how. */
export interface InboxOptions {
  /** Only deliveries to this agency of yours. */
  readonly agency?: string;
  /** Seconds of a lease, 30 to 43,200; 300 if absent. It is extended while you work, so it bounds only a crash. */
  readonly leaseSeconds?: number;
  /** Seconds of one long poll, 0 to 20; 20 if absent. A poll of the API that has begun is waited for when the signal fires. */
  readonly waitSeconds?: number;
  /** Poll your own SQS queue where the axis vends credentials for it (true), or only the API (false). */
  readonly direct?: boolean;
  /** End when nothing waits any more, instead of waiting for more: for programs that a scheduler starts. */
  readonly untilEmpty?: boolean;
  /** Ends the iteration: nothing new is taken, what is in work is brought to its end. */
  readonly signal?: AbortSignal;
  /** Told of failures that were survived: a poll that failed, a lease that was lost. Must not throw. */
  readonly onTrouble?: (error: unknown) => void;
}

/** How to work on several deliveries. */
export interface EachOptions {
  /** Deliveries worked on at once; 1 if absent, at most 100. */
  readonly parallel?: number;
}

/** What the inbox shares with its client. */
export interface InboxTools {
  readonly fetch: typeof globalThis.fetch;
  readonly localAxis: boolean;
  readonly language: Language;
  readonly now: () => number;
  readonly random: () => number;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const MOST_PARALLEL = 100;
const AGAIN_MS = 2000;

/**
 * The deliveries of an inbox as an endless sequence; made by `client.inbox()`. One delivery is offered at least once: a crash
 * between your work and the acknowledgement brings it again, under the same `deliveryId`.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, readProfile } from 'docaxis-client';
 *
 * const client = AxisClient.of(readProfile(await readFile('profile.json', 'utf8')));
 * const stop = new AbortController();
 * await client.inbox({ signal: stop.signal }).each(
 *   async (delivery) => {
 *     const bytes = await delivery.content();
 *     console.log(delivery.headline.senderName, bytes.length);
 *     stop.abort(); // this one is still acknowledged
 *   },
 *   { parallel: 4 },
 * );
 */
export class Inbox implements AsyncIterable<InboxDelivery> {
  readonly #client: AxisClient;
  readonly #options: InboxOptions;
  readonly #tools: InboxTools;

  constructor(client: AxisClient, options: InboxOptions, tools: InboxTools) {
    const { leaseSeconds = LIMITS.leaseSeconds.usual, waitSeconds = LIMITS.receiveWaitSeconds } = options;
    const { least, most } = LIMITS.leaseSeconds;
    checkWhole('leaseSeconds', leaseSeconds, [least, most]);
    checkWhole('waitSeconds', waitSeconds, [0, LIMITS.receiveWaitSeconds]);
    this.#client = client;
    this.#options = { ...options, leaseSeconds, waitSeconds };
    this.#tools = tools;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InboxDelivery, void, undefined> {
    yield* this.#deliveries(this.#source(this.#signal));
  }

  /**
   * Works on several deliveries at once, each as the body of a `for await` loop would: acknowledged when `work` ends, given back
   * when it throws. The first error stops the taking of new ones and is thrown when those in work have come to their end.
   */
  async each(work: (delivery: InboxDelivery) => Promise<void>, { parallel = 1 }: EachOptions = {}): Promise<void> {
    checkWhole('parallel', parallel, [1, MOST_PARALLEL]);
    const stop = new AbortController();
    const source = this.#source(AbortSignal.any([this.#signal, stop.signal]));
    const worker = async (): Promise<void> => {
      try {
        for await (const delivery of this.#deliveries(source)) await work(delivery);
      } catch (error) {
        stop.abort();
        throw error;
      }
    };
    const results = await Promise.allSettled(Array.from({ length: parallel }, worker));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  get #signal(): AbortSignal {
    return this.#options.signal ?? new AbortController().signal;
  }

  #trouble = (error: unknown): void => this.#options.onTrouble?.(error);

  #source(signal: AbortSignal): DeliverySource {
    const { leaseSeconds, waitSeconds, agency, direct = true, untilEmpty = false } = this.#options;
    return new DeliverySource({
      ...this.#tools,
      client: this.#client,
      leaseSeconds: leaseSeconds ?? LIMITS.leaseSeconds.usual,
      waitSeconds: untilEmpty ? 0 : (waitSeconds ?? LIMITS.receiveWaitSeconds),
      agency,
      direct: direct && !untilEmpty,
      untilEmpty,
      signal,
      onTrouble: this.#trouble,
    });
  }

  async *#deliveries(source: DeliverySource): AsyncGenerator<InboxDelivery, void, undefined> {
    let leased = await source.take();
    while (leased !== undefined) {
      const delivery = new InboxDelivery(leased, {
        client: this.#client,
        leaseSeconds: this.#options.leaseSeconds ?? LIMITS.leaseSeconds.usual,
        onTrouble: this.#trouble,
        pause: this.#tools.pause,
      });
      let ended = false;
      try {
        yield delivery;
        ended = true;
      } finally {
        // Only a body that throws or leaves the loop skips the line above.
        if (!ended) await this.#giveBack(delivery);
      }
      leased = (await this.#acknowledge(delivery, source)) ?? (await source.take());
    }
  }

  async #giveBack(delivery: InboxDelivery): Promise<void> {
    // The error of the body is the one to be seen, not that of the release.
    if (!delivery.isOver) await delivery.release().catch(this.#trouble);
    delivery.abandon();
  }

  /**
   * Tries as long as the lease lasts: the work is done, and an axis that restarts should learn of it. Where nobody else is looking for
   * deliveries, the same request takes the next one, which is the answer.
   */
  async #acknowledge(delivery: InboxDelivery, source: DeliverySource): Promise<Leased | undefined> {
    let next: Leased | undefined;
    while (!delivery.isOver) {
      try {
        if (next !== undefined || !source.isFree) await delivery.acknowledge();
        else
          await delivery.acknowledgeBy(async (finished) => {
            const exchange = await source.exchange(finished);
            next = exchange.next;
            if (exchange.refusal) throw exchange.refusal;
          });
      } catch (error) {
        this.#trouble(error);
        if (delivery.isOver) break;
        if (!isPassing(error)) {
          await this.#giveBack(delivery);
          if (next) await source.giveBack(next);
          throw error;
        }
        await this.#tools.pause(AGAIN_MS, delivery.lost);
      }
    }
    return next;
  }
}

function checkWhole(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} is a whole number from ${least} to ${most}`);
}
