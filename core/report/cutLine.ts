import type { DeliveryLine, ReportLine } from '../contract/reportLine.ts';

/**
 * A line as it was at a moment: without what happened later, undefined when there was none yet. Nothing of a record is taken back, so
 * the line is the same whenever it is read afterwards.
 */
export function cutLine(line: ReportLine, asOf: number): ReportLine | undefined {
  const end = new Date(asOf).toISOString();
  if (line.acceptedAt > end) return undefined;
  return { ...line, deliveries: line.deliveries.map((delivery) => cutDelivery(delivery, end)) };
}

/** ISO 8601 in UTC with milliseconds: texts compare as their moments do. */
function cutDelivery(delivery: DeliveryLine, end: string): DeliveryLine {
  const { recipient, code, name, states, ...moments } = delivery;
  const known = Object.entries(moments).filter(([, at]) => at !== undefined && at <= end);
  return {
    recipient,
    code,
    name,
    states: states.filter(({ at }) => at <= end),
    ...Object.fromEntries(known),
  };
}
