import type { Clock } from '../contract/clock.ts';

/** The clock of a local axis: the machine's time plus an offset. */
export class AxisClock implements Clock {
  #offset: number;
  readonly #listeners = new Set<() => void>();

  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** Milliseconds ahead of the machine's time (negative: behind). */
  get offset(): number {
    return this.#offset;
  }

  now(): number {
    return Date.now() + this.offset;
  }

  advance(ms: number): void {
    this.#move(this.offset + ms);
  }

  set(ms: number): void {
    this.#move(ms - Date.now());
  }

  /** Calls the listener after every jump; the returned function ends that. */
  onJump(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #move(offset: number): void {
    // the last millisecond that a Date can express; whole milliseconds, because signatures and timers are
    const limit = 8.64e15;
    if (!Number.isFinite(offset) || Math.abs(Date.now() + offset) > limit)
      throw new RangeError('the clock cannot go there');
    this.#offset = Math.round(offset);
    for (const listener of this.#listeners) listener();
  }
}
