import type { AnswerOf } from '../core/contract/answers.ts';
import type { WholeDispatch } from './wholeDispatch.ts';

/** An entry of a timeline, and the agency at which it happened. */
export interface Happening {
  readonly where: string;
  readonly entry: AnswerOf<'dispatch'>['timeline']['entries'][number];
}

/** What happened to a dispatch and each of its deliveries, oldest first. */
export function timelineOf({ sender, timeline, deliveries }: WholeDispatch): readonly Happening[] {
  const own = timeline.entries.map((entry) => ({ where: sender, entry }));
  const theirs = deliveries.flatMap((delivery) =>
    delivery.timeline.entries.map((entry) => ({ where: delivery.recipient, entry })),
  );
  return [...own, ...theirs].toSorted((a, b) => a.entry.at.localeCompare(b.entry.at));
}
