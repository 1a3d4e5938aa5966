import type { AnswerOf } from '../../core/contract/answers.ts';
import type { WorldSystemName } from '../../world/places.ts';
import { MOST_SKEW_SECONDS } from './schedule.ts';

type Leased = AnswerOf<'lease'>;

export interface Holding<System extends string = WorldSystemName> {
  readonly system: System;
  readonly delivery: Leased;
  /** Milliseconds since the epoch, as the axis said. */
  readonly until: number;
}

/** Two functions whose clocks are off in opposite directions disagree by so much about the end of a lease. */
const TOLERANCE_MS = 2 * MOST_SKEW_SECONDS * 1000;

/** Who holds what, as the pollers were told, and what they know to be settled: breaches of "visibly once" show here. */
export class LeaseBook<System extends string = WorldSystemName> {
  readonly #held = new Map<string, Holding<System>>();
  readonly #settled = new Map<string, 'acknowledged' | 'rejected'>();
  readonly breaches: string[] = [];

  /** Somebody was given a delivery. */
  given(system: System, delivery: Leased, now: number): void {
    const { deliveryId } = delivery;
    const other = this.#held.get(deliveryId);
    if (other && other.delivery.lease.token !== delivery.lease.token && other.until - TOLERANCE_MS > now)
      this.breaches.push(
        `${deliveryId} was given away while somebody held it until ${new Date(other.until).toISOString()}`,
      );
    const state = this.#settled.get(deliveryId);
    if (state) this.breaches.push(`${deliveryId} was given away after it was ${state}`);
    this.#held.set(deliveryId, { system, delivery, until: Date.parse(delivery.lease.until) });
  }

  /** What is held, the latest first. */
  get held(): readonly Holding<System>[] {
    return [...this.#held.values()].toReversed();
  }

  extended({ system, delivery }: Holding<System>, until: string): void {
    this.#held.set(delivery.deliveryId, { system, delivery, until: Date.parse(until) });
  }

  /** Nobody knows whether it is held any more: given back, lost, or settled without an answer. */
  dropped({ delivery }: Holding<System>): void {
    this.#held.delete(delivery.deliveryId);
  }

  settled({ delivery }: Holding<System>, state: 'acknowledged' | 'rejected'): void {
    this.#held.delete(delivery.deliveryId);
    this.#settled.set(delivery.deliveryId, state);
  }

  /** What somebody was told that a delivery has become. */
  stateOf(deliveryId: string): 'acknowledged' | 'rejected' | undefined {
    return this.#settled.get(deliveryId);
  }
}
