import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerOf } from '../../core/contract/answers.ts';
import type { Earlier } from '../../world/documents.ts';
import type { PlaceCode } from '../../world/places.ts';
import type { SentLetter } from '../kit/testAxis.ts';
import { LeaseBook } from '../schedules/leaseBook.ts';

/** What a message is, for those who act on it later. */
export interface Message {
  readonly kind: 'letter' | 'recall' | 'status';
  readonly from: PlaceCode;
  readonly to: readonly string[];
  /** How others refer to a letter. */
  readonly about: Earlier;
}

export interface Submitted extends Message {
  readonly answer: AnswerOf<'submit'>;
  readonly sha256: string;
}

/** A poller's first sight of a delivery. */
interface Sight {
  /** Milliseconds of the process. */
  readonly at: number;
  readonly sha256: string;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * What everybody did and was told: the other side of what the axis keeps. Bytes lie on disk, so that the memory of the process is
 * that of the axis.
 */
export class Ledger {
  readonly #folder: string;
  readonly #submitted = new Map<string, Submitted>();
  readonly #sights = new Map<string, Sight>();
  /** Deliveries that somebody waits for, by id, and when their submission began. */
  readonly #awaited = new Map<string, number>();
  readonly leases = new LeaseBook<string>();
  readonly submitMs: number[] = [];
  readonly deliveryMs: number[] = [];
  /** By code of the refusal. */
  readonly refused = new Map<string, number>();
  readonly #breaches: string[] = [];
  readonly acknowledged = new Set<string>();
  readonly rejected = new Set<string>();
  released = 0;
  abandoned = 0;
  /** Calls that a client gave up after its usual attempts. */
  givenUp = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  get breaches(): readonly string[] {
    return [...this.#breaches, ...this.leases.breaches];
  }

  get submitted(): readonly Submitted[] {
    return [...this.#submitted.values()];
  }

  /** Deliveries that were accepted and that nobody has seen yet. */
  get backlog(): number {
    return this.#awaited.size;
  }

  breach(what: string): void {
    this.#breaches.push(what);
  }

  /** A submission was accepted, for the first time or again. @param began when it began, in milliseconds of the process */
  accepted(
    message: Message,
    bytes: Uint8Array,
    { answer, began }: { answer: AnswerOf<'submit'>; began: number },
  ): void {
    const { dispatchId } = answer;
    const known = this.#submitted.get(dispatchId);
    if (known) {
      if (known.answer.receipt !== answer.receipt) this.breach(`${dispatchId} was given two receipts`);
      return;
    }
    const sha256 = sha256Of(bytes);
    writeFileSync(this.#fileOf(dispatchId), bytes);
    this.#submitted.set(dispatchId, { ...message, answer, sha256 });
    for (const { deliveryId } of answer.recipients) {
      this.#awaited.set(deliveryId, began);
      this.#meet(deliveryId, sha256);
    }
  }

  /** Nobody has to see these any more: their sender took them back. */
  recalled({ answer }: Submitted): void {
    for (const { deliveryId } of answer.recipients) this.#awaited.delete(deliveryId);
  }

  /** A poller was given a delivery. */
  seen({ deliveryId, dispatchId, headline }: AnswerOf<'lease'>): void {
    if (this.#sights.has(deliveryId)) return;
    this.#sights.set(deliveryId, { at: performance.now(), sha256: headline.sha256 });
    const known = this.#submitted.get(dispatchId);
    if (known) this.#meet(deliveryId, known.sha256);
  }

  /** The answer to the submission and the delivery may come in either order. */
  #meet(deliveryId: string, sha256: string): void {
    const sight = this.#sights.get(deliveryId);
    if (!sight) return;
    if (sight.sha256 !== sha256) this.breach(`${deliveryId} promised other bytes than were sent`);
    const began = this.#awaited.get(deliveryId);
    if (began === undefined) return;
    this.#awaited.delete(deliveryId);
    this.deliveryMs.push(sight.at - began);
  }

  wasSeen(deliveryId: string): boolean {
    return this.#sights.has(deliveryId);
  }

  find(dispatchId: string): Submitted | undefined {
    return this.#submitted.get(dispatchId);
  }

  refusedFor(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }

  /** What was sent, with its bytes; the bytes that its answer came for. */
  sent({ answer }: Submitted): SentLetter {
    return { bytes: readFileSync(this.#fileOf(answer.dispatchId)), answer };
  }

  /** The bytes of what was sent, to send them again. */
  bytesOf({ answer }: Submitted): Buffer | undefined {
    const file = this.#fileOf(answer.dispatchId);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  #fileOf(dispatchId: string): string {
    return join(this.#folder, dispatchId);
  }
}
