import { describe, expect, test } from 'vitest';
import { ReportBuilder } from '../../../core/walk/buildReport.ts';
import { agencyIn, at, lineOf, MARCH, reportOf, toAgency } from './lines.ts';

describe('what belongs to a period', () => {
  test('is what was accepted in it, by Vietnam time', () => {
    const lines = ['2026-02-28 23:59', '2026-03-01 00:00', '2026-03-31 23:59', '2026-04-01 00:00'].map((moment) =>
      lineOf({ acceptedAt: at(moment), deliveries: [toAgency('X92', { deliveredAt: at(moment) })] }),
    );
    const { total, basis, days } = reportOf(lines);
    expect([total.sent.documents, basis.dispatches, basis.deliveries]).toEqual([2, 2, 2]);
    expect([days[0], days.at(-1)]).toEqual([
      { day: '2026-03-01', documents: 1, deliveries: 1 },
      { day: '2026-03-31', documents: 1, deliveries: 1 },
    ]);
  });

  test('a delivery that spans months counts in the month of its acceptance, with what came later until the cut', () => {
    const moment = at('2026-03-31 16:00');
    const late = toAgency('X92', {
      deliveredAt: moment,
      pickedUpAt: at('2026-04-01 08:00'),
      confirmedAt: at('2026-04-01 08:00'),
      registeredAt: at('2026-04-03 08:00'),
      finishedAt: at('2026-04-20 08:00'),
    });
    const line = lineOf({ acceptedAt: moment, deliveries: [late] });
    const { total, asOf, provisional } = reportOf([line]);
    expect(asOf).toBe('2026-04-10T16:59:59.999Z');
    expect(provisional).toBe(false);
    expect(total.clocks.registration).toMatchObject({ onTime: 0, late: 1, share: 0 });
    expect(total.durations.toRegistered.count).toBe(1);
    // It was finished after the report was cut off.
    expect(total.durations.toFinished.count).toBe(0);
    const early = reportOf([line], { asOf: '2026-04-01 12:00' });
    expect(early.provisional).toBe(true);
    expect(early.total.clocks.registration).toMatchObject({ running: 1, late: 0 });
    expect(early.total.clocks.registration).not.toHaveProperty('share');
  });

  test('a quarter tells each of its months', () => {
    const quarter = { ...MARCH, kind: 'quarter' as const, name: '2026-Q1', months: ['2026-01', '2026-02', '2026-03'] };
    const { months } = reportOf([lineOf()], { period: quarter });
    expect(months.map(({ month, sent }) => [month, sent.documents])).toEqual([
      ['2026-01', 0],
      ['2026-02', 0],
      ['2026-03', 1],
    ]);
  });
});

describe('the same records', () => {
  const lines = [
    lineOf(),
    lineOf({ senderCode: 'X92', deliveries: [toAgency('X91.04')] }),
    lineOf({ kind: 'status', deliveries: [] }),
  ];
  const bytes = (report: ReturnType<typeof reportOf>) => JSON.stringify({ ...report, agencies: [...report.agencies] });

  test('make the same report in any order', () => {
    expect(bytes(reportOf(lines.toReversed()))).toBe(bytes(reportOf(lines)));
  });

  test('make the same report again after more has happened to them', () => {
    const [first] = lines;
    if (!first) throw new Error('no line');
    const [delivery] = first.deliveries;
    const registeredAt = at('2026-04-11 00:00');
    const grown = { ...first, deliveries: [{ ...toAgency('X92'), ...delivery, registeredAt, over: registeredAt }] };
    expect(bytes(reportOf([grown, ...lines.slice(1)]))).toBe(bytes(reportOf(lines)));
  });

  test('have another fingerprint as soon as one word of them is another', () => {
    const [first] = lines;
    if (!first) throw new Error('no line');
    const changed = [{ ...first, urgent: true }, ...lines.slice(1)];
    expect(reportOf(changed).basis.fingerprint).not.toBe(reportOf(lines).basis.fingerprint);
  });

  test('name the versions of clocks and calendars; a year that is not published has none', () => {
    expect(reportOf(lines).basis).toMatchObject({
      clocks: 1,
      calendars: [{ year: 2026, version: expect.any(Number) }],
    });
    const later = { ...MARCH, from: MARCH.from + 4 * 365.25 * 86_400_000, to: MARCH.to + 4 * 365.25 * 86_400_000 };
    expect(reportOf([], { period: later }).basis.calendars).toEqual([{ year: 2030 }]);
  });
});

describe('internal and external', () => {
  test('are told by the first level of the codes, in either form', () => {
    const from = (senderCode: string, to: string) => lineOf({ senderCode, deliveries: [toAgency(to)] });
    const { total } = reportOf([
      from('H53.31', 'H53'),
      from('H53', '000.20.31.H53'),
      from('28.22.H53', 'H53.04.01'),
      from('H53', 'H54'),
      from('0101234567', '0101234567'),
      from('0101234567', '0101234568'),
    ]);
    expect([total.received.internal, total.received.external]).toEqual([4, 2]);
    expect([total.sent.internal, total.sent.external]).toEqual([4, 2]);
  });
});

describe('what is counted', () => {
  test('kinds of documents, signatures, urgency and statuses', () => {
    const { total } = reportOf([
      lineOf({ urgent: true }),
      lineOf({ business: 1 }),
      lineOf({ business: 2, signed: 'none' }),
      lineOf({ business: 3, signed: 'jws' }),
      lineOf({ kind: 'status', statusCode: '03', deliveries: [] }),
    ]);
    expect(total.sent).toMatchObject({ documents: 4, new: 1, recalls: 1, updates: 1, replacements: 1, statuses: 1 });
    expect(total.sent).toMatchObject({ signed: 3, referenceOnly: 1, urgent: 1 });
    expect(total.received).toMatchObject({ deliveries: 4, signed: 3, referenceOnly: 1, urgent: 1 });
  });

  test('no clock runs for a recall, which nobody registers', () => {
    const { total } = reportOf([lineOf({ business: 1, promulgationDate: '2026/03/03', dueDate: '2026/03/06' })]);
    expect(Object.values(total.clocks).every((clock) => Object.values(clock).every((count) => count === 0))).toBe(true);
  });

  test('each state as it was at the cut, a withdrawal before its time not at all', () => {
    const ended = (state: 'withdrawn' | 'acknowledged' | 'rejected', moment: string) => {
      const queued = { state: 'queued' as const, at: at('2026-03-03 09:00') };
      return toAgency('X92', { states: [queued, { state, at: at(moment) }], over: at(moment) });
    };
    const { total } = reportOf([
      lineOf({ deliveries: [ended('withdrawn', '2026-03-04 09:00')] }),
      lineOf({ deliveries: [ended('withdrawn', '2026-04-12 09:00')] }),
      lineOf({ deliveries: [ended('rejected', '2026-03-04 09:00')] }),
      lineOf({ deliveries: [toAgency('X92', { pickedUpAt: at('2026-03-04 09:00') })] }),
      lineOf({ deliveries: [toAgency('X92', { states: [] })] }),
    ]);
    expect(total.states).toMatchObject({ withdrawn: 1, waiting: 1, rejected: 1, taken: 1, notDelivered: 1 });
    // Withdrawn on the day after: the day of confirmation was over, that of registration was not.
    expect(total.clocks.confirmation).toMatchObject({ overdue: 5 });
    expect(total.clocks.registration).toMatchObject({ void: 2, overdue: 3 });
  });

  test('a status that was amended forward counts by its first report, a return by status 02', () => {
    const amended = toAgency('X92', { confirmedAt: at('2026-03-03 10:00'), registeredAt: at('2026-03-03 11:00') });
    const returned = toAgency('X92.03', { returnedAt: at('2026-03-03 10:00'), over: at('2026-03-03 10:00') });
    const { total } = reportOf([lineOf({ deliveries: [amended, returned] })]);
    expect(total.received.returned).toBe(1);
    expect(total.clocks.registration).toMatchObject({ onTime: 1, void: 1 });
    expect(total.durations.toRegistered).toMatchObject({ count: 1 });
    const [median, exact] = [total.durations.toRegistered.medianSeconds ?? 0, 7200];
    expect(Math.abs(median - exact) / exact).toBeLessThanOrEqual(0.01);
  });
});

describe('times of signing', () => {
  test('are certain by a time-stamp, and told apart where they are claimed', () => {
    const { total } = reportOf([
      lineOf({ stampedAt: at('2026-03-03 08:00'), promulgationDate: '2026/03/03' }),
      lineOf({ claimedTime: '2026-03-03T08:30:00+07:00', promulgationDate: '2026/02/20' }),
    ]);
    expect(total.durations.stampedToAccepted.count).toBe(1);
    expect(total.durations.claimedToAccepted.count).toBe(1);
    expect(total.clocks.sendingStamped).toMatchObject({ onTime: 1, late: 0 });
    expect(total.clocks.sendingClaimed).toMatchObject({ onTime: 0, late: 1 });
  });

  test.each(['2026-03-03T08:30:00', '2026-03-03T10:00:00+07:00', 'yesterday', ''])(
    'a claim of %j is counted as one that cannot be',
    (claimedTime) => {
      const { total } = reportOf([lineOf({ claimedTime })]);
      expect(total.implausibleClaims).toBe(1);
      expect(total.durations.claimedToAccepted.count).toBe(0);
    },
  );
});

describe('agencies', () => {
  test('keep their figures under one id when code or name change; the latest line names them', () => {
    const old = lineOf({ senderCode: 'X91.04', deliveries: [] });
    const moved = {
      ...lineOf({ senderCode: 'X91.40' }),
      sender: 'id-X91.04',
      acceptedAt: at('2026-03-20 09:00'),
      deliveries: [],
    };
    const report = reportOf([moved, old]);
    expect([...report.agencies].map(({ code, sent }) => [code, sent.documents])).toEqual([['X91.40', 2]]);
  });

  test('that move to another system or are suspended keep what they sent and received', () => {
    const lines = [lineOf({ system: 'he-thong-cu' }), lineOf({ system: 'he-thong-moi' })];
    expect(agencyIn(reportOf(lines), 'X91.04')?.sent.documents).toBe(2);
    const builder = new ReportBuilder({ axis: 'axis-thu', period: MARCH, asOf: MARCH.to });
    for (const line of lines) builder.add(line);
    expect(builder.systems()).toEqual(['he-thong-cu', 'he-thong-moi']);
  });

  test('in a report about one are it and all below it; the rest is only whom they exchanged with', () => {
    const lines = [
      lineOf({ senderCode: 'X91.04', deliveries: [toAgency('X92'), toAgency('X92.03'), toAgency('X91.05')] }),
      lineOf({ senderCode: 'X92.03', deliveries: [toAgency('X91.04')] }),
    ];
    const report = reportOf(lines, { scope: 'X92' });
    expect([...report.agencies].map(({ code }) => code)).toEqual(['X92', 'X92.03']);
    expect([report.total.sent.documents, report.total.received.deliveries]).toEqual([1, 2]);
    expect(report.days[2]).toEqual({ day: '2026-03-03', documents: 1, deliveries: 2 });
    expect(report.scope).toBe('X92');
  });
});

describe('directives', () => {
  const directive = (dueDate: string | undefined, tasks: readonly string[] = []) =>
    lineOf({
      senderCode: 'X92',
      steering: '2',
      ...(dueDate ? { dueDate } : {}),
      tasks: [...tasks],
      deliveries: [toAgency('X91.04'), toAgency('X91.05')],
    });
  const report = (senderCode: string, moment: string, on: { answers?: string[]; tasks?: string[] }) =>
    lineOf({ senderCode, steering: '3', acceptedAt: at(moment), deliveries: [], ...on });

  test('are answered by the report of the one who was asked, in time or late, whatever the order', () => {
    const asked = directive('2026/03/10');
    const lines = [
      report('X91.05', '2026-03-11 08:00', { answers: [asked.dispatchId] }),
      asked,
      report('X91.04', '2026-03-12 08:00', { answers: [asked.dispatchId] }),
      report('X91.04', '2026-03-10 23:59', { answers: [asked.dispatchId] }),
      // Of one who was not asked.
      report('X93', '2026-03-05 08:00', { answers: [asked.dispatchId] }),
    ];
    const made = reportOf(lines);
    expect(made.total.directives.given).toMatchObject({ inTime: 1, late: 1, overdue: 0 });
    expect(agencyIn(made, 'X91.04')?.directives.asked).toMatchObject({ inTime: 1, late: 0 });
    expect(agencyIn(made, 'X91.05')?.directives.asked).toMatchObject({ inTime: 0, late: 1 });
    expect(agencyIn(made, 'X92')?.directives.given).toMatchObject({ inTime: 1, late: 1 });
  });

  test('are answered through their task as well, but not by a report from before', () => {
    const asked = directive('2026/03/10', ['NV-12']);
    const made = reportOf([
      asked,
      report('X91.04', '2026-03-06 08:00', { tasks: ['NV-12'] }),
      report('X91.05', '2026-03-01 08:00', { tasks: ['NV-12'] }),
    ]);
    expect(made.total.directives.asked).toMatchObject({ inTime: 1, overdue: 1 });
    expect(made.directives.overdue).toEqual([
      { dispatchId: asked.dispatchId, sender: 'X92', recipient: 'X91.05', dueAt: '2026-03-10T16:59:59.999Z' },
    ]);
  });

  test('a report that comes after the period counts until the cut', () => {
    const asked = directive('2026/04/03');
    const answer = (moment: string) => report('X91.04', moment, { answers: [asked.dispatchId] });
    expect(reportOf([asked, answer('2026-04-02 08:00')]).total.directives.given).toMatchObject({
      inTime: 1,
      overdue: 1,
    });
    expect(reportOf([asked, answer('2026-04-20 08:00')]).total.directives.given).toMatchObject({ overdue: 2 });
    // It is no document of the period.
    expect(reportOf([asked, answer('2026-04-02 08:00')]).total.sent.documents).toBe(1);
  });

  test('without a due date are open until they are answered', () => {
    const asked = directive(undefined);
    const made = reportOf([asked, report('X91.04', '2026-03-20 08:00', { answers: [asked.dispatchId] })]);
    expect(made.total.directives.given).toMatchObject({ open: 1, reportedUndated: 1, overdue: 0 });
  });

  test('more than one report can follow are refused, not left out', () => {
    const builder = new ReportBuilder({ axis: 'axis-thu', period: MARCH, asOf: MARCH.to, directives: 3 });
    builder.add(directive('2026/03/10'));
    expect(() => builder.add(directive('2026/03/10'))).toThrow('more than 3 directives');
  });
});
