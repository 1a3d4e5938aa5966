import { createHash } from 'node:crypto';
import type { AnswerOf } from '../core/contract/answers.ts';
import type { AxisClient } from './axisClient.ts';
import { AxisFault } from './axisFault.ts';
import { AxisRefusal } from './axisRefusal.ts';
import type { Finished } from './deliverySource.ts';
import { signatureBeside } from './signatureBeside.ts';
import { type DocumentTrust, type DocumentVerdict, verifyDocument } from './verifyDocument.ts';

type Leased = AnswerOf<'lease'>;

/** What a delivery of the inbox needs of the client that leased it. */
export type SettlingClient = Pick<
  AxisClient,
  'fetchContent' | 'dispatch' | 'extend' | 'acknowledge' | 'release' | 'reject'
>;

export interface InboxDeliveryOptions {
  readonly client: SettlingClient;
  /** Seconds of one lease, asked for again at half of its time. */
  readonly leaseSeconds: number;
  /** Told of what failed and was survived. */
  readonly onTrouble: (error: unknown) => void;
  /** Waits for so many milliseconds, or until the signal. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Attempts of an extension are this far apart, in milliseconds, while the lease lasts. */
const AGAIN_MS = 5000;

/**
 * A delivery that the inbox iterator leased for you. Its lease is extended while you work; when the loop's body ends it is
 * acknowledged, and when the body throws or breaks it is given back, unless you settled it yourself.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, profileTrust, readProfile } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * for await (const delivery of client.inbox({ agency: 'X91.05' })) {
 *   const { ok, bytes } = await delivery.verified(profileTrust(profile));
 *   console.log(delivery.headline.subject, bytes.length, ok ? 'its signature holds' : 'look at it first');
 *   await delivery.acknowledge();
 *   break;
 * }
 */
export class InboxDelivery {
  readonly deliveryId: string;
  readonly dispatchId: string;
  /** Code of your agency to which it is addressed. */
  readonly recipient: string;
  readonly urgent: boolean;
  readonly headline: Leased['headline'];
  /** Of a message that acts on earlier ones: on which dispatches, and what came of it at your agency. */
  readonly about: Leased['about'];
  /** The recall of this document that stands, if any. */
  readonly recall: Leased['recall'];
  /** The newest update or replacement of this document, if any. */
  readonly revision: Leased['revision'];
  /** What your agency has reported about it. */
  readonly businessStatus: Leased['businessStatus'];
  readonly #options: InboxDeliveryOptions;
  readonly #leased: Leased;
  readonly #ended = new AbortController();
  readonly #lost = new AbortController();
  #sha256: string | undefined;
  #settled: Promise<unknown> | undefined;

  constructor(leased: Leased, options: InboxDeliveryOptions) {
    this.#leased = leased;
    this.#options = options;
    this.deliveryId = leased.deliveryId;
    this.dispatchId = leased.dispatchId;
    this.recipient = leased.recipient;
    this.urgent = leased.urgent;
    this.headline = leased.headline;
    this.about = leased.about;
    this.recall = leased.recall;
    this.revision = leased.revision;
    this.businessStatus = leased.businessStatus;
    void this.#keep();
  }

  /** Fires when the lease is lost: somebody else may have the delivery now, so stop working on it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The exact bytes, checked against the length and SHA-256 that the axis promised. @throws AxisFault `mismatch` */
  async content(): Promise<Buffer> {
    const bytes = await this.#options.client.fetchContent(this.#leased);
    this.#sha256 = createHash('sha256').update(bytes).digest('hex');
    return bytes;
  }

  /**
   * The exact bytes, and whether the sender's signature in them holds: judged here, by the certificates that you trust, as of the
   * time at which the axis accepted them. A signature beside the document (`headline.signed` is `jws` or `both`) is asked of the axis
   * and judged as well.
   *
   * @throws AxisFault `mismatch` when the bytes are not what the axis promised.
   */
  async verified(trust: DocumentTrust): Promise<DocumentVerdict & { readonly bytes: Buffer }> {
    const bytes = await this.content();
    const beside = await signatureBeside(this.#leased, this.#options.client);
    return { bytes, ...verifyDocument(bytes, trust, { at: new Date(this.headline.acceptedAt), beside }) };
  }

  /** Says that the document arrived, with the digest of the bytes that `content` gave. */
  acknowledge(): Promise<void> {
    return this.acknowledgeBy(({ deliveryId, ...request }, client) => client.acknowledge(deliveryId, request));
  }

  /** @internal The iterator's way: by a request that asks for the next delivery as well. */
  acknowledgeBy(call: (finished: Finished, client: SettlingClient) => Promise<unknown>): Promise<void> {
    return this.#settle((client, leaseToken) => {
      const sha256 = this.#sha256 === undefined ? {} : { sha256: this.#sha256 };
      return call({ deliveryId: this.deliveryId, leaseToken, ...sha256 }, client);
    });
  }

  /** Gives the delivery back, to be offered again now or after some seconds. */
  release(afterSeconds?: number): Promise<void> {
    return this.#settle((client, leaseToken) =>
      client.release(this.deliveryId, { leaseToken, ...(afterSeconds === undefined ? {} : { afterSeconds }) }),
    );
  }

  /** Refuses the delivery for good, with a reason that the sender reads. */
  reject(reason: string): Promise<void> {
    return this.#settle((client, leaseToken) => client.reject(this.deliveryId, { leaseToken, reason }));
  }

  /** Whether it was acknowledged, released or rejected, or its lease is lost: there is nothing left to settle. */
  get isOver(): boolean {
    return this.#settled !== undefined || this.#lost.signal.aborted;
  }

  /** Stops holding the lease: it lapses by itself if nobody settled the delivery. */
  abandon(): void {
    this.#ended.abort();
  }

  async #settle(call: (client: SettlingClient, leaseToken: string) => Promise<unknown>): Promise<void> {
    const { client } = this.#options;
    this.#settled = call(client, this.#leased.lease.token);
    try {
      await this.#settled;
      this.#ended.abort();
    } catch (error) {
      if (isLost(error)) this.#lose();
      // What failed for the moment may be tried again while the lease lasts.
      this.#settled = undefined;
      throw error;
    }
  }

  /** Extends at half of the lease, until the delivery is settled or lost. */
  async #keep(): Promise<void> {
    const { leaseSeconds, pause, client, onTrouble } = this.#options;
    const leaseMs = leaseSeconds * 1000;
    let end = performance.now() + leaseMs;
    let wait = leaseMs / 2;
    for (;;) {
      await pause(wait, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      const asked = performance.now();
      try {
        await client.extend(this.deliveryId, { leaseToken: this.#leased.lease.token, leaseSeconds });
        end = asked + leaseMs;
        wait = leaseMs / 2;
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        onTrouble(error);
        // Work that is nearly done may still be acknowledged before the lease is over.
        const goesOn = error instanceof AxisRefusal && error.code === 'lease-not-extended';
        const left = end - performance.now();
        wait = goesOn ? left : AGAIN_MS;
        if (goesOn ? left <= 0 : !isPassing(error) || wait >= left) return this.#lose();
      }
    }
  }

  #lose(): void {
    this.#ended.abort();
    this.#lost.abort(new Error(`the lease of ${this.deliveryId} is lost`));
  }
}

const isLost = (error: unknown): boolean =>
  error instanceof AxisRefusal && ['lease-lost', 'delivery-settled', 'delivery-not-found'].includes(error.code);

/** Whether a failure may pass: the axis was not there, failed, or said that the same request can succeed later. */
export const isPassing = (error: unknown): boolean =>
  (error instanceof AxisFault && (error.kind === 'unreachable' || error.kind === 'fault')) ||
  (error instanceof AxisRefusal && error.retryable);
