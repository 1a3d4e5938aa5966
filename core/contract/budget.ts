/** What a system may use in one window of time, and what a request uses of it. */
export interface Amounts {
  readonly requests: number;
  /** Of messages and uploads. */
  readonly bytes: number;
}

/** One window of one system: `id` names both; times are milliseconds since the epoch. */
export interface BudgetWindow {
  readonly id: string;
  readonly endsAt: number;
}

/** What all instances together have drawn from the budget of a system. */
export interface BudgetCounter {
  /** Adds to what was drawn in a window, by one write, and tells how much that is now. */
  add(window: BudgetWindow, drawn: Amounts): Promise<Amounts>;
}
