import type { AnswerOf } from '../core/contract/answers.ts';
import { LIMITS } from '../core/contract/limits.ts';
import type { RequestOf } from '../core/contract/requests.ts';
import type { AxisClient } from './axisClient.ts';
import { AxisRefusal, type Language } from './axisRefusal.ts';
import { isPassing } from './inboxDelivery.ts';
import { type Hint, QueuePoll, type QueuePollOptions, QueueRefusal } from './queuePoll.ts';

type Leased = AnswerOf<'lease'>;
/** What is acknowledged: a delivery, its lease, the digest of the bytes if they were fetched. */
export type Finished = RequestOf<'acknowledgeBatch'>['items'][number];

/** What one request brought that acknowledged a delivery and asked for the next. */
export interface Exchange {
  /** Undefined: nothing waits. */
  readonly next: Leased | undefined;
  /** Why the acknowledgement was refused. */
  readonly refusal: AxisRefusal | undefined;
}

export interface DeliverySourceOptions extends QueuePollOptions {
  readonly client: Pick<AxisClient, 'receive' | 'credentials' | 'lease' | 'acknowledge' | 'release'>;
  /** Of refusals that stand inside an answer. */
  readonly language: Language;
  readonly leaseSeconds: number;
  readonly waitSeconds: number;
  readonly agency: string | undefined;
  /** Poll the system's own queue where the axis vends credentials for it. */
  readonly direct: boolean;
  /** Come to an end when nothing waits, or when the axis does not answer. */
  readonly untilEmpty: boolean;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

/** Hints can be lost and lapsed leases ring no bell, so the list itself is asked at least so often. */
const LOOK_EVERY_MS = 60_000;
/** A queue that cannot be reached is left alone for so long. */
const WITHOUT_QUEUE_MS = 300_000;
/** Vended credentials are renewed so long before their end. */
const RENEW_BEFORE_MS = 300_000;
const BACKOFF_MS = { base: 1000, cap: 30_000 } as const;

interface Taker {
  readonly resolve: (leased: Leased | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Finds and leases deliveries, exactly as many as are asked for: what waits for nobody's work stays free for others. */
export class DeliverySource {
  readonly #options: DeliverySourceOptions;
  readonly #takers: Taker[] = [];
  #isPumping = false;
  #queue: QueuePoll | undefined;
  #queueFailures = 0;
  #withoutQueueUntil = 0;
  #lookAt = 0;

  constructor(options: DeliverySourceOptions) {
    this.#options = options;
  }

  /** The next delivery, leased; undefined once the signal fired. @throws AxisRefusal for what waiting does not cure. */
  take(): Promise<Leased | undefined> {
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
      if (!this.#isPumping) void this.#pump();
    });
  }

  /** Nobody looks for the next one and the end has not come: who has finished one may exchange it. */
  get isFree(): boolean {
    return !this.#isPumping && this.#takers.length === 0 && !this.#options.signal.aborted;
  }

  /** Acknowledges a delivery and takes the next that waits by the same request, which does not wait for one. */
  async exchange(finished: Finished): Promise<Exchange> {
    const { client } = this.#options;
    const { deliveryId, ...request } = finished;
    const { deliveries, acknowledged = [] } = await this.#exchanged(finished);
    const told = acknowledged.find((one) => one.deliveryId === deliveryId);
    if (told === undefined) await client.acknowledge(deliveryId, request);
    // Nothing new is taken after the end, which may have come meanwhile.
    const taken = this.#options.signal.aborted ? 0 : 1;
    for (const other of deliveries.slice(taken)) await this.giveBack(other);
    const [next] = deliveries.slice(0, taken);
    return { next, refusal: told?.refusal && new AxisRefusal(told.refusal, this.#options.language) };
  }

  /** Why no more is to be had is the next look's to say: it must not keep what was finished from being acknowledged. */
  async #exchanged(finished: Finished): Promise<AnswerOf<'receive'>> {
    try {
      return await this.#options.client.receive({ ...this.#request(1, 0), acknowledge: [finished] });
    } catch (error) {
      if (isPassing(error)) throw error;
      return { deliveries: [] };
    }
  }

  /** What nobody here takes is free for others at once. */
  async giveBack({ deliveryId, lease }: Leased): Promise<void> {
    await this.#options.client.release(deliveryId, { leaseToken: lease.token }).catch(this.#options.onTrouble);
  }

  #request(max: number, waitSeconds: number): RequestOf<'receive'> {
    const { leaseSeconds, agency } = this.#options;
    const request = { max: Math.min(max, LIMITS.receiveMax), waitSeconds, leaseSeconds, links: true };
    return agency === undefined ? request : { ...request, agency };
  }

  async #pump(): Promise<void> {
    const { signal, pause, random, onTrouble, untilEmpty } = this.#options;
    this.#isPumping = true;
    let failures = 0;
    while (this.#takers.length > 0 && !signal.aborted) {
      try {
        const found = await this.#look(this.#takers.length);
        await this.#handOut(found);
        if (untilEmpty && found.length === 0) break;
        failures = 0;
      } catch (error) {
        if (untilEmpty || !isPassing(error)) {
          for (const taker of this.#takers.splice(0)) taker.reject(error);
          break;
        }
        onTrouble(error);
        const longest = Math.min(BACKOFF_MS.cap, BACKOFF_MS.base * 2 ** failures);
        failures += 1;
        await pause(random() * longest, signal);
      }
    }
    this.#isPumping = false;
    // Whoever still waits has come to the end: refused takers are gone by now.
    if (signal.aborted || untilEmpty) for (const taker of this.#takers.splice(0)) taker.resolve(undefined);
  }

  /** What was leased in the moment of the end is given back, so that nobody waits for the lease to lapse. */
  async #handOut(found: readonly Leased[]): Promise<void> {
    for (const leased of found) {
      const taker = this.#options.signal.aborted ? undefined : this.#takers.shift();
      if (taker !== undefined) taker.resolve(leased);
      else await this.giveBack(leased);
    }
  }

  async #look(max: number): Promise<readonly Leased[]> {
    const queue = await this.#openQueue();
    if (queue === undefined) return this.#receive(max, this.#options.waitSeconds);
    if (performance.now() >= this.#lookAt) {
      const found = await this.#receive(max, 0);
      if (found.length > 0) return found;
      this.#lookAt = performance.now() + LOOK_EVERY_MS;
    }
    return this.#waitForHints(queue, max);
  }

  async #receive(max: number, waitSeconds: number): Promise<readonly Leased[]> {
    const { client, pause, signal } = this.#options;
    const asked = performance.now();
    const { deliveries } = await client.receive(this.#request(max, waitSeconds));
    // An axis whose waiting room is full answers at once: then the waiting is done here.
    const left = waitSeconds * 1000 - (performance.now() - asked);
    if (deliveries.length === 0 && left > 1000) await pause(left, signal);
    return deliveries;
  }

  /** The queue to poll; undefined where there is none to use. */
  async #openQueue(): Promise<QueuePoll | undefined> {
    const { client, direct, agency, now } = this.#options;
    // Hints are of all agencies of the system: who wants one agency's must not use up the others'.
    if (!direct || agency !== undefined || performance.now() < this.#withoutQueueUntil) return undefined;
    if (this.#queue !== undefined && now() < this.#queue.holdsUntil - RENEW_BEFORE_MS) return this.#queue;
    try {
      this.#queue = new QueuePoll(await client.credentials(), this.#options);
    } catch (error) {
      if (!(error instanceof QueueRefusal || error instanceof AxisRefusal)) throw error;
      this.#leaveQueue(error);
    }
    return this.#queue;
  }

  async #waitForHints(queue: QueuePoll, max: number): Promise<readonly Leased[]> {
    const { waitSeconds, signal } = this.#options;
    try {
      const hints = await queue.wait(waitSeconds, max, signal);
      this.#queueFailures = 0;
      const found = await this.#follow(hints);
      // A hint that stays is offered again and then names what is settled: no reason to fail.
      await queue.forget(hints).catch(this.#options.onTrouble);
      return found;
    } catch (error) {
      if (!(error instanceof QueueRefusal)) throw error;
      if (!signal.aborted) this.#leaveQueue(error);
      return [];
    }
  }

  /** Once, new credentials may help; after that the API is asked for a while. */
  #leaveQueue(error: QueueRefusal | AxisRefusal): void {
    this.#options.onTrouble(error);
    this.#queue = undefined;
    this.#lookAt = 0;
    this.#queueFailures += 1;
    if (this.#queueFailures > 1 || error instanceof AxisRefusal) {
      this.#withoutQueueUntil = performance.now() + WITHOUT_QUEUE_MS;
    }
  }

  async #follow(hints: readonly Hint[]): Promise<readonly Leased[]> {
    const ids = new Set(hints.flatMap(({ deliveryId }) => deliveryId ?? []));
    const leases = await Promise.all([...ids].map((deliveryId) => this.#lease(deliveryId)));
    return leases.filter((leased) => leased !== undefined);
  }

  async #lease(deliveryId: string): Promise<Leased | undefined> {
    const { client, leaseSeconds, onTrouble } = this.#options;
    try {
      return await client.lease(deliveryId, { leaseSeconds });
    } catch (error) {
      // Held by another, settled, or not to be had now: the list is asked again, and other leases of this look must not be lost.
      if (!(error instanceof AxisRefusal)) this.#lookAt = 0;
      if (!(error instanceof AxisRefusal && error.code.startsWith('delivery-'))) onTrouble(error);
      return undefined;
    }
  }
}
