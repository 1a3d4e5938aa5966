import type { ReportLine } from '../contract/reportLine.ts';
import type { DirectiveCount } from './figures.ts';

/** A directive to one recipient. Moments in milliseconds since the epoch. */
export interface Ask {
  readonly dispatchId: string;
  readonly sender: string;
  readonly senderCode: string;
  readonly recipient: string;
  readonly recipientCode: string;
  readonly acceptedAt: number;
  readonly tasks: readonly string[];
  /** The last moment that is in time; absent where the directive sets none. */
  readonly dueAt?: number | undefined;
  /** It was withdrawn or returned before a report was due. */
  readonly over: boolean;
}

export interface JudgedAsk extends Ask {
  readonly outcome: DirectiveCount;
  readonly answeredAt?: number;
}

/**
 * Directives (SteeringType 2) of a period and the reports on them (SteeringType 3). A report belongs to a directive that it answers
 * (ResponseFor), or with which it shares a TaskCode; its sender is the recipient that was asked. The first one counts.
 */
export class Directives {
  readonly #asks: Ask[] = [];
  /** When each agency reported on a dispatch, first; and on a task, every time. */
  readonly #reports = new Map<string, number>();
  readonly #taskReports = new Map<string, number[]>();

  get count(): number {
    return this.#asks.length;
  }

  ask(ask: Ask): void {
    this.#asks.push(ask);
  }

  report({ sender, acceptedAt, answers = [], tasks = [] }: ReportLine): void {
    const at = Date.parse(acceptedAt);
    for (const dispatchId of answers) {
      const key = `${dispatchId} ${sender}`;
      this.#reports.set(key, Math.min(at, this.#reports.get(key) ?? at));
    }
    for (const task of tasks) {
      const key = `${sender} ${task}`;
      const known = this.#taskReports.get(key) ?? [];
      known.push(at);
      this.#taskReports.set(key, known);
    }
  }

  /** Every directive with what became of it by then. */
  *judged(asOf: number): Iterable<JudgedAsk> {
    for (const ask of this.#asks) {
      const answeredAt = this.#answerTo(ask);
      yield { ...ask, outcome: outcomeOf(ask, answeredAt, asOf), ...(answeredAt === undefined ? {} : { answeredAt }) };
    }
  }

  #answerTo({ dispatchId, recipient, tasks, acceptedAt }: Ask): number | undefined {
    const direct = this.#reports.get(`${dispatchId} ${recipient}`);
    const byTask = tasks.flatMap((task) => this.#taskReports.get(`${recipient} ${task}`) ?? []);
    // Of a task there are reports before this directive, too.
    const after = [...(direct === undefined ? [] : [direct]), ...byTask].filter((at) => at >= acceptedAt);
    return after.length > 0 ? Math.min(...after) : undefined;
  }
}

function outcomeOf({ dueAt, over }: Ask, answeredAt: number | undefined, asOf: number): DirectiveCount {
  if (answeredAt !== undefined) {
    if (dueAt === undefined) return 'reportedUndated';
    return answeredAt <= dueAt ? 'inTime' : 'late';
  }
  if (over) return 'void';
  return dueAt !== undefined && dueAt < asOf ? 'overdue' : 'open';
}
