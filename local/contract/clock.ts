/**
 * The one clock of a local axis. Everything that compares times (signatures, expiry, retention, leases, schedules)
 * reads it, so that days can pass in a second.
 */
export interface Clock {
  /** Axis time in milliseconds since the Unix epoch; it may run ahead of the machine's time. */
  now(): number;
  /** Moves the clock forward by `ms` milliseconds. */
  advance(ms: number): void;
  /** Sets the clock to `ms` milliseconds since the Unix epoch. */
  set(ms: number): void;
}
