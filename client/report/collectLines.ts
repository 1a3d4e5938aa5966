import type { AnswerOf } from '../../core/contract/answers.ts';
import type { ReportPeriod } from '../../core/report/period.ts';
import type { OperatorClient } from '../operatorClient.ts';

/** Parts in which the lines are read, and how many of them at once. */
const SEGMENTS = 16;
const AT_ONCE = 4;

type Page = AnswerOf<'reportLines'>;

export interface LinesQuestion {
  readonly period: ReportPeriod;
  /** Up to when reports on directives count, milliseconds since the epoch. */
  readonly until: number;
}

/** How far the reading is: parts of all parts. */
export interface Reading {
  readonly parts: number;
  readonly of: number;
}

/** Reads every line of a period, page by page and in no order; a page is let go before the next one of its part is asked for. */
export async function collectLines(
  operator: Pick<OperatorClient, 'call'>,
  question: LinesQuestion,
  take: (page: Page, reading: Reading) => void,
): Promise<void> {
  let next = 0;
  let parts = 0;
  const readPart = async (segment: number): Promise<void> => {
    let after: string | undefined;
    do {
      const page = await operator.call('reportLines', { query: { ...queryOf(question, segment), after } });
      after = page.next;
      if (after === undefined) parts += 1;
      take(page, { parts, of: SEGMENTS });
    } while (after !== undefined);
  };
  const worker = async (): Promise<void> => {
    while (next < SEGMENTS) await readPart(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const queryOf = ({ period, until }: LinesQuestion, segment: number) => ({
  from: new Date(period.from).toISOString(),
  to: new Date(period.to).toISOString(),
  until: new Date(Math.max(until, period.to)).toISOString(),
  segment,
  segments: SEGMENTS,
});
