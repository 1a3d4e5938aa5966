import type { AxisClock } from './axisClock.ts';
import { FunctionError } from './functionError.ts';
import type { LambdaFunction } from './lambdaFunction.ts';
import type { NextDue } from './scheduleExpression.ts';
import { settleWithin } from './settleWithin.ts';

/** A rule or schedule that invokes one function. */
export interface Schedule {
  readonly name: string;
  readonly logicalId: string;
  readonly path: string | undefined;
  readonly expression: string;
  readonly enabled: boolean;
  readonly function: LambdaFunction;
  readonly nextDue: NextDue;
  /** Retries of an asynchronous invocation that failed; Lambda's default is 2. */
  readonly retries: number;
  /** The event for a firing at this axis time. */
  event(at: number): unknown;
  /** Absent, or why the function cannot be invoked. */
  readonly refusal?: string;
}

interface Retry {
  readonly schedule: Schedule;
  readonly event: unknown;
  readonly dueAt: number;
  readonly attempt: number;
}

/** Lambda waits one minute before the first retry of an asynchronous invocation and two before the second. */
const retryDelaysMs = [60_000, 120_000];
const tickMs = 250;

/**
 * Fires schedules by the axis clock. After a jump of any length every due schedule fires once, and the next firing counts from
 * there: a thousand missed minutes are not made up for (EventBridge would have fired them one by one, in their own time).
 */
export class Scheduler {
  readonly #clock: AxisClock;
  readonly #warn: (line: string) => void;
  readonly #entries: { readonly schedule: Schedule; due: number }[];
  #retries: Retry[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #timer: NodeJS.Timeout;
  readonly #endListening: () => void;

  constructor(options: {
    clock: AxisClock;
    schedules: readonly Schedule[];
    /** Nothing fires by the clock. */
    onDemand?: boolean;
    warn: (line: string) => void;
  }) {
    this.#clock = options.clock;
    this.#warn = options.warn;
    const now = this.#clock.now();
    this.#entries = options.schedules.map((schedule) => ({ schedule, due: schedule.nextDue(now) }));
    const tick = options.onDemand ? () => {} : () => this.#tick();
    this.#timer = setInterval(tick, tickMs).unref();
    this.#endListening = this.#clock.onJump(tick);
  }

  get schedules(): readonly Schedule[] {
    return this.#entries.map((entry) => entry.schedule);
  }

  /** Fires a schedule now, also a disabled one, and resolves when the function is done. @throws FunctionError if it fails. */
  async fire(schedule: Schedule): Promise<unknown> {
    if (schedule.refusal !== undefined) throw new Error(schedule.refusal);
    return await schedule.function.invoke(schedule.event(this.#clock.now()));
  }

  /** Fires no more, and waits up to `graceMs` for what runs. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#endListening();
    this.#retries = [];
    await settleWithin(graceMs, this.#running);
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const entry of this.#entries) {
      // a clock that went back must not silence a schedule until it has caught up
      entry.due = Math.min(entry.due, entry.schedule.nextDue(now));
      if (entry.due > now) continue;
      entry.due = entry.schedule.nextDue(now);
      if (entry.schedule.enabled) this.#start(entry.schedule, { event: entry.schedule.event(now), attempt: 0 });
    }
    const due = this.#retries.filter((retry) => retry.dueAt <= now);
    this.#retries = this.#retries.filter((retry) => retry.dueAt > now);
    for (const retry of due) this.#start(retry.schedule, retry);
  }

  #start(schedule: Schedule, { event, attempt }: { event: unknown; attempt: number }): void {
    if (schedule.refusal !== undefined) {
      this.#warn(schedule.refusal);
      return;
    }
    const run = schedule.function
      .invoke(event)
      .catch((error: unknown) => {
        if (!(error instanceof FunctionError)) {
          this.#warn(`${schedule.name}: ${String(error)}`);
          return;
        }
        const delay = attempt < schedule.retries ? retryDelaysMs[attempt] : undefined;
        if (delay !== undefined) {
          this.#retries.push({ schedule, event, dueAt: this.#clock.now() + delay, attempt: attempt + 1 });
        }
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }
}
