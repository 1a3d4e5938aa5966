import type { AnswerOf } from '../contract/answers.ts';
import { isUrgent } from '../contract/headlineView.ts';
import { iso } from '../contract/iso.ts';
import type { DeliveryRecord, DispatchRecord } from '../contract/records.ts';
import { timelinessOf } from '../timeliness/timelinessOf.ts';
import { momentsOf } from './momentsOf.ts';

type Reading = NonNullable<AnswerOf<'dispatch'>['deliveries'][number]['timeliness']>[number];

/** The legal clocks of one delivery of a document, as the API shows them; a status has none. */
export function viewTimeliness(
  { details, headline }: DispatchRecord,
  delivery: DeliveryRecord,
  now: number,
): readonly Reading[] {
  if (headline.kind === 'status') return [];
  const { DueDate, PromulgationInfo } = details.message.MessageHeader;
  const { timeStamp } = details.report;
  const readings = timelinessOf({
    signedAt: timeStamp && Date.parse(timeStamp.time),
    promulgationDate: PromulgationInfo.PromulgationDate,
    acceptedAt: headline.acceptedAt,
    dueDate: DueDate,
    urgent: isUrgent(headline),
    now,
    ...momentsOf(delivery),
  });
  return readings.map(({ startedAt, deadline, metAt, ...rest }) => ({
    ...rest,
    deadline: iso(deadline),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(metAt === undefined ? {} : { metAt: iso(metAt) }),
  }));
}
