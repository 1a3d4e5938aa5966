import type { ModelAxis } from './axis/axis.ts';
import type { Gate } from './axis/turnstile.ts';
import type { Answer, Process, Town } from './town/town.ts';

/** One call on the axis, with what the model makes of it. */
export interface Operation {
  /** As a counterexample shows it. */
  readonly name: string;
  /** Whether others may be in the middle of theirs meanwhile, and whether its caller may die. */
  readonly interruptible: boolean;
  real(axis: ModelAxis, gate: Gate): Promise<Answer>;
  model(town: Town): Process;
  /** What the caller does with a queue message afterwards, on both sides. */
  after?(town: Town, axis: ModelAxis, answer: Answer | undefined): void;
}
