import type { ReportPeriod } from '../../core/report/period.ts';
import type { Report } from '../../core/report/reportValue.ts';
import { ReportBuilder } from '../../core/walk/buildReport.ts';
import { AxisRefusal } from '../axisRefusal.ts';
import type { OperatorClient } from '../operatorClient.ts';
import { collectLines, type Reading } from './collectLines.ts';

export interface ReportWanted {
  readonly period: ReportPeriod;
  /** What happens later does not count; milliseconds since the epoch. */
  readonly cutOff: number;
  /** The code of an agency: only it and all below it. */
  readonly scope?: string | undefined;
}

type Axis = Pick<OperatorClient, 'call'>;

/**
 * Computes a report from the lines that the axis hands out, in memory that does not grow with their number.
 *
 * @throws ReportTooLarge; what a call of the axis throws
 */
export async function gatherReport(
  operator: Axis,
  { period, cutOff, scope }: ReportWanted,
  progress: (reading: Reading & { readonly lines: number }) => void,
): Promise<Report> {
  let builder: ReportBuilder | undefined;
  let lines = 0;
  await collectLines(operator, { period, until: cutOff + 1 }, ({ at, axis, items }, reading) => {
    // The first page says what time it is there: what happens while the others are read does not count.
    builder ??= new ReportBuilder({ axis, period, scope, asOf: Math.min(cutOff, Date.parse(at)) });
    for (const line of items) builder.add(line);
    lines += items.length;
    progress({ ...reading, lines });
  });
  if (!builder) throw new TypeError('the axis gave no page');
  return builder.finish(await refusalsOf(operator, builder.systems(), period));
}

/** Refusals of the period that are still on record, system by system. */
async function refusalsOf(
  operator: Axis,
  systems: readonly string[],
  { from, to }: ReportPeriod,
): Promise<Report['refusals']['counts']> {
  const counts: { system: string; code: string; count: number }[] = [];
  for (const system of systems) {
    const codes = new Map<string, number>();
    for (const { at, code } of await recordsOf(operator, system)) {
      const isInPeriod = Date.parse(at) >= from && Date.parse(at) < to;
      if (isInPeriod) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    for (const [code, count] of [...codes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      counts.push({ system, code, count });
  }
  return counts;
}

async function recordsOf(operator: Axis, systemId: string) {
  try {
    return (await operator.call('showSystem', { path: { systemId } })).refusals;
  } catch (error) {
    // A system that is gone has no records of refusals either.
    if (error instanceof AxisRefusal && error.code === 'system-not-found') return [];
    throw error;
  }
}
