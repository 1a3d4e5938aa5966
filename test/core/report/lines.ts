import type { DeliveryLine, ReportLine } from '../../../core/contract/reportLine.ts';
import { periodNamed, type ReportPeriod } from '../../../core/report/period.ts';
import type { Report } from '../../../core/report/reportValue.ts';
import { cutOffOf, ReportBuilder } from '../../../core/walk/buildReport.ts';

/** Lines of March 2026 as tests need them. Times are written in Vietnam time, `2026-03-03 09:00`. */
export const at = (local: string): string => new Date(`${local.replace(' ', 'T')}:00+07:00`).toISOString();

export const MARCH = periodNamed('2026-03') as ReportPeriod;

let numbers = 0;

/** A delivery to an agency; its id follows from its code. */
export function toAgency(code: string, moments: Partial<DeliveryLine> = {}): DeliveryLine {
  const { deliveredAt = at('2026-03-03 09:00') } = moments;
  const states = [{ state: 'queued' as const, at: deliveredAt }];
  return { recipient: `id-${code}`, code, name: `Cơ quan ${code}`, states, deliveredAt, ...moments };
}

/** A document of Tuesday, 3 March 2026, nine o'clock, from X91.04. */
export function lineOf(given: Partial<ReportLine> = {}): ReportLine {
  numbers += 1;
  const senderCode = given.senderCode ?? 'X91.04';
  return {
    dispatchId: `dsp_${String(numbers).padStart(32, 'a')}`,
    acceptedAt: at('2026-03-03 09:00'),
    kind: 'document',
    business: 0,
    sender: `id-${senderCode}`,
    senderCode,
    senderName: `Cơ quan ${senderCode}`,
    system: 'trung-tam-mau',
    signed: 'xmldsig',
    urgent: false,
    deliveries: [toAgency('X92')],
    ...given,
  };
}

export interface Reported {
  readonly asOf?: string;
  readonly scope?: string;
  readonly period?: ReportPeriod;
}

export function reportOf(
  lines: readonly ReportLine[],
  { asOf, scope, period = MARCH }: Reported = {},
  refusals: Report['refusals']['counts'] = [],
): Report {
  const moment = asOf === undefined ? cutOffOf(period) : Date.parse(at(asOf));
  const builder = new ReportBuilder({ axis: 'axis-thu', period, asOf: moment, scope });
  for (const line of lines) builder.add(line);
  return builder.finish(refusals);
}

export const agencyIn = (report: Report, code: string) => [...report.agencies].find((agency) => agency.code === code);
