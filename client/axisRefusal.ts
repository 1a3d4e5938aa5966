import type { Problem, ReportView } from '../core/contract/answers.ts';
import type { WhoMustAct } from '../core/contract/refusals.ts';

/** Languages in which the axis explains itself. */
export type Language = 'en' | 'vi';

/**
 * The axis said "no": an expected answer with a stable code (`core/contract/refusals.ts`). `message` is in the client's language.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, AxisRefusal, readProfile } from 'docaxis-client';
 *
 * const client = AxisClient.of(readProfile(await readFile('profile.json', 'utf8')));
 * try {
 *   await client.submit(await readFile('letter.edxml')); // nobody signed it
 * } catch (error) {
 *   if (!(error instanceof AxisRefusal)) throw error;
 *   console.error(error.code, error.whoMustAct, error.vi.detail);
 * }
 */
export class AxisRefusal extends Error {
  override readonly name = 'AxisRefusal';
  /** Stable code of the refusal catalogue. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Whether the very same request can succeed later. */
  readonly retryable: boolean;
  readonly whoMustAct: WhoMustAct;
  readonly title: string;
  /** English sentence: what is wrong and which rule. */
  readonly detail: string;
  readonly vi: { readonly title: string; readonly detail: string };
  /** The verification report, when a message was refused for what is in it. */
  readonly report: ReportView | undefined;
  /** Which fields of the message are wrong, in both languages. */
  readonly problems: NonNullable<Problem['problems']>;
  /** The rule of the XML profile that is broken, and at which byte. */
  readonly rule: string | undefined;
  readonly position: number | undefined;
  /** Correlation id: what the operator of the axis finds the request by. */
  readonly instance: string;

  constructor(problem: Problem, language: Language = 'en') {
    super(language === 'vi' ? problem.vi.detail : problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.retryable = problem.retryable;
    this.whoMustAct = problem.whoMustAct;
    this.title = problem.title;
    this.detail = problem.detail;
    this.vi = problem.vi;
    this.report = problem.report;
    this.problems = problem.problems ?? [];
    this.rule = problem.rule;
    this.position = problem.position;
    this.instance = problem.instance;
  }
}
