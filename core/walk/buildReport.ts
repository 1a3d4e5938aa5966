import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type { DeliveryLine, ReportLine } from '../contract/reportLine.ts';
import { isAtOrUnder, normalizeAgencyCode, organisationOf, parseAgencyCode } from '../edxml/agencyCode.ts';
import { AgencyBook } from '../report/agencyBook.ts';
import { cutLine } from '../report/cutLine.ts';
import { Directives, type JudgedAsk } from '../report/directives.ts';
import { Figures } from '../report/figures.ts';
import { Fingerprint } from '../report/fingerprint.ts';
import { dayAt, type ReportPeriod } from '../report/period.ts';
import {
  type OverdueDirective,
  RELATIVE_ERROR_SHOWN,
  type Report,
  spansOf,
  viewFigures,
} from '../report/reportValue.ts';
import { CLOCKS_VERSION } from '../timeliness/legalClocks.ts';
import { calendarVersions } from '../timeliness/workingCalendar.ts';
import { countDelivery, countDocument, dueOf, judge, sendingOf } from './reportFigures.ts';

export interface ReportSubject {
  readonly axis: string;
  readonly period: ReportPeriod;
  /** What happened later does not count; milliseconds since the epoch. */
  readonly asOf: number;
  /** The code of an agency: of it and all below it, by the codes that the messages wrote. */
  readonly scope?: string | undefined;
  /** Directives, and reports on them, that it follows at most; the limit of the contract unless told otherwise. */
  readonly directives?: number;
}

/** Thrown where a report would need more room than it may take. */
export class ReportTooLarge extends Error {
  override readonly name = 'ReportTooLarge';
}

/** When a report is cut off unless it is told otherwise: the legal time of the period's last documents is over by then. */
export const cutOffOf = ({ to }: ReportPeriod): number => to + LIMITS.reportDays.cutOff * 86_400_000 - 1;

/**
 * Makes a report out of lines, which may come in any order: the same lines give the same report. What it keeps does not grow with the
 * number of lines, only with that of agencies and directives.
 */
export class ReportBuilder {
  readonly #subject: ReportSubject;
  readonly #agencies = new AgencyBook();
  readonly #total = new Figures();
  readonly #months: ReadonlyMap<string, Figures>;
  readonly #days: ReadonlyMap<string, { documents: number; deliveries: number }>;
  readonly #directives = new Directives();
  readonly #fingerprint = new Fingerprint();
  readonly #inScope = new Map<string, boolean>();
  readonly #systems = new Set<string>();
  #dispatches = 0;
  #deliveries = 0;
  #reports = 0;

  constructor(subject: ReportSubject) {
    this.#subject = subject;
    this.#months = new Map(subject.period.months.map((month) => [month, new Figures()]));
    this.#days = new Map(subject.period.days.map((day) => [day, { documents: 0, deliveries: 0 }]));
  }

  /** @throws ReportTooLarge when there are more directives than one report follows */
  add(whole: ReportLine): void {
    const { period, asOf } = this.#subject;
    const line = cutLine(whole, asOf);
    const acceptedAt = Date.parse(whole.acceptedAt);
    if (!line || acceptedAt < period.from) return;
    this.#fingerprint.add(line);
    if (line.steering === '3' && line.kind === 'document') this.#report(line);
    if (acceptedAt >= period.to) return;
    this.#dispatches += 1;
    this.#deliveries += line.deliveries.length;
    const day = dayAt(acceptedAt);
    this.#sent(line, day);
    for (const delivery of line.deliveries) this.#received(line, delivery, day);
  }

  /** Systems that submitted what the report counts, in order. */
  systems(): readonly string[] {
    return [...this.#systems].toSorted();
  }

  /** @param refusals of the systems that sent in the period, see `ReportRefusals` */
  finish(refusals: Report['refusals']['counts']): Report {
    const { axis, period, asOf, scope } = this.#subject;
    const overdue = this.#judgeDirectives();
    const { perSystem, days: keptDays } = LIMITS.refusalRecords;
    return {
      format: 'docaxis-report',
      version: 1,
      axis,
      period: { kind: period.kind, name: period.name, from: iso(period.from), to: iso(period.to) },
      asOf: iso(asOf),
      provisional: asOf < cutOffOf(period),
      ...(scope === undefined ? {} : { scope }),
      basis: {
        dispatches: this.#dispatches,
        deliveries: this.#deliveries,
        fingerprint: this.#fingerprint.text(),
        clocks: CLOCKS_VERSION,
        calendars: calendarVersions(Number(dayAt(period.from).slice(0, 4)), Number(dayAt(asOf).slice(0, 4))),
        relativeError: RELATIVE_ERROR_SHOWN,
      },
      total: viewFigures(this.#total),
      months: [...this.#months].map(([month, figures]) => ({ month, ...viewFigures(figures) })),
      days: [...this.#days].map(([day, counts]) => ({ day, ...counts })),
      spans: spansOf(this.#total),
      directives: {
        overdue: overdue.slice(0, LIMITS.report.openDirectives),
        overdueMore: Math.max(0, overdue.length - LIMITS.report.openDirectives),
      },
      refusals: { counts: refusals, perSystem, keptDays },
      agencies: { [Symbol.iterator]: () => this.#agencies.views()[Symbol.iterator]() },
    };
  }

  #sent(line: ReportLine, day: string): void {
    const { sender, senderCode, senderName, acceptedAt, dispatchId, deliveries } = line;
    if (!this.#isInScope(senderCode)) return;
    this.#systems.add(line.system);
    const seen = { agencyId: sender, code: senderCode, name: senderName, acceptedAt, dispatchId };
    const internal = deliveries.filter(({ code }) => isInternal(senderCode, code)).length;
    const sending = sendingOf(line, this.#subject.asOf);
    for (const figures of this.#all(day, this.#agencies.figuresOf(seen)))
      countDocument(line, { figures, internal, sending });
    const counts = this.#days.get(day);
    if (counts && line.kind === 'document') counts.documents += 1;
  }

  #received(line: ReportLine, delivery: DeliveryLine, day: string): void {
    const { acceptedAt, dispatchId, senderCode } = line;
    const { recipient: agencyId, code, name } = delivery;
    const received = this.#isInScope(code);
    if (received || this.#isInScope(senderCode)) this.#ask(line, delivery);
    if (!received) return;
    const judged = judge(line, delivery, this.#subject.asOf);
    const internal = isInternal(senderCode, code);
    for (const figures of this.#all(day, this.#agencies.figuresOf({ agencyId, code, name, acceptedAt, dispatchId })))
      countDelivery({ line, delivery, internal, judged }, figures);
    const counts = this.#days.get(day);
    if (counts) counts.deliveries += 1;
  }

  /** Where something of a day counts. */
  #all(day: string, agency: Figures): readonly Figures[] {
    const month = this.#months.get(day.slice(0, 7));
    return [agency, this.#total, ...(month ? [month] : [])];
  }

  #ask(line: ReportLine, delivery: DeliveryLine): void {
    if (line.steering !== '2' || line.business !== 0) return;
    this.#needRoom(this.#directives.count + 1);
    this.#directives.ask({
      dispatchId: line.dispatchId,
      sender: line.sender,
      senderCode: line.senderCode,
      recipient: delivery.recipient,
      recipientCode: delivery.code,
      acceptedAt: Date.parse(line.acceptedAt),
      tasks: line.tasks ?? [],
      dueAt: dueOf(line, this.#subject.asOf),
      over: delivery.over !== undefined,
    });
  }

  #report(line: ReportLine): void {
    this.#reports += 1;
    this.#needRoom(this.#reports);
    this.#directives.report(line);
  }

  #needRoom(count: number): void {
    const { directives: most = LIMITS.report.directives } = this.#subject;
    if (count > most) throw new ReportTooLarge(`more than ${most} directives: ask for a month, or for one agency`);
  }

  /** Counts every directive at both sides, and gives those that are overdue, the longest first. */
  #judgeDirectives(): readonly OverdueDirective[] {
    const overdue: (JudgedAsk & { readonly dueAt: number })[] = [];
    for (const ask of this.#directives.judged(this.#subject.asOf)) {
      const { outcome, sender, senderCode, recipient, recipientCode, acceptedAt, dueAt } = ask;
      const all = (agency: string, code: string): readonly Figures[] => {
        const figures = this.#isInScope(code) ? this.#agencies.find(agency) : undefined;
        return figures ? this.#all(dayAt(acceptedAt), figures) : [];
      };
      for (const figures of all(sender, senderCode)) figures.count(`directives.given.${outcome}`);
      for (const figures of all(recipient, recipientCode)) figures.count(`directives.asked.${outcome}`);
      if (outcome === 'overdue' && dueAt !== undefined) overdue.push({ ...ask, dueAt });
    }
    const keyOf = (ask: JudgedAsk) => `${ask.dispatchId} ${ask.recipient}`;
    return overdue
      .toSorted((a, b) => a.dueAt - b.dueAt || (keyOf(a) < keyOf(b) ? -1 : 1))
      .map(({ dispatchId, senderCode, recipientCode, dueAt }) => ({
        dispatchId,
        sender: senderCode,
        recipient: recipientCode,
        dueAt: iso(dueAt),
      }));
  }

  #isInScope(code: string): boolean {
    const { scope } = this.#subject;
    if (scope === undefined) return true;
    const known = this.#inScope.get(code) ?? isPartOf(code, scope);
    this.#inScope.set(code, known);
    return known;
  }
}

/** Between agencies of one organisation: a ministry with all below it, a province with all below it. */
const isInternal = (sender: string, recipient: string): boolean => organisationOf(sender) === organisationOf(recipient);

const isPartOf = (code: string, scope: string): boolean =>
  parseAgencyCode(scope) ? isAtOrUnder(code, scope) : normalizeAgencyCode(code) === normalizeAgencyCode(scope);
