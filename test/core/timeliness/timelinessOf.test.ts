import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClockName, type DeliveryFacts, LEGAL_CLOCKS } from '../../../core/timeliness/legalClocks.ts';
import { type ClockReading, timelinessOf } from '../../../core/timeliness/timelinessOf.ts';

/** An instant as it is read in Vietnam. */
const at = (local: string): number => Date.parse(`${local}+07:00`);
const local = (instant: number): string => new Date(instant + 7 * 3_600_000).toISOString().slice(0, -1);

/** Accepted on a Wednesday; nothing has happened since. */
const PLAIN: DeliveryFacts = { acceptedAt: at('2026-11-25T09:00:00'), urgent: false, now: at('2026-11-25T09:00:00') };

const read = (clock: ClockName, facts: Partial<DeliveryFacts>): ClockReading | undefined =>
  timelinessOf({ ...PLAIN, ...facts }).find((reading) => reading.clock === clock);

const deadlineOf = (clock: ClockName, facts: Partial<DeliveryFacts>): string | undefined => {
  const reading = read(clock, facts);
  return reading && `${local(reading.deadline)}${reading.provisional ? ' provisional' : ''}`;
};

const END = '23:59:59.999';
const NOON = '12:00:00.000';

describe('sending, from signing to acceptance', () => {
  test.each([
    ['2026-11-25T00:00:00.000', `2026-11-26T${NOON}`, 'the first moment of a day'],
    ['2026-11-25T23:59:59.999', `2026-11-26T${NOON}`, 'its last moment'],
    ['2026-11-27T16:00:00.000', `2026-11-30T${NOON}`, 'a Friday'],
    ['2026-11-28T10:00:00.000', `2026-11-30T${NOON}`, 'a Saturday'],
    ['2026-08-21T17:00:00.000', `2026-08-22T${NOON}`, 'a Friday before a Saturday that is worked'],
    ['2026-08-22T10:00:00.000', `2026-08-24T${NOON}`, 'that Saturday'],
    ['2026-02-13T16:00:00.000', `2026-02-23T${NOON}`, 'the last day before Tết'],
    ['2026-02-17T00:05:00.000', `2026-02-23T${NOON}`, 'the first minutes of Tết'],
    ['2025-12-31T15:00:00.000', `2026-01-05T${NOON}`, 'the last day of a year'],
    ['2027-12-31T15:00:00.000', `2028-01-03T${NOON} provisional`, 'the last published day'],
    ['2040-06-06T15:00:00.000', `2040-06-07T${NOON} provisional`, 'a far year'],
  ])('signed at %s: at the latest at %s (%s)', (signed, deadline) => {
    expect(deadlineOf('sending', { signedAt: at(signed) })).toBe(deadline);
  });

  test.each([
    ['2026-11-25T08:00:00.000', `2026-11-25T${END}`],
    ['2026-11-29T23:59:59.999', `2026-11-29T${END}`],
    ['2040-06-06T15:00:00.000', `2040-06-06T${END}`],
  ])('urgent, signed at %s: at the latest at %s, which no calendar is asked for', (signed, deadline) => {
    expect(deadlineOf('sending', { signedAt: at(signed), urgent: true })).toBe(deadline);
  });

  test('the claimed date counts where no time-stamp says more', () => {
    const claimed = { promulgationDate: '2026/11/20', acceptedAt: at('2026-11-25T09:00:00') };
    expect(read('sending', claimed)).toEqual({
      clock: 'sending',
      startedAt: at('2026-11-20T00:00:00'),
      deadline: at('2026-11-23T12:00:00'),
      metAt: at('2026-11-25T09:00:00'),
      state: 'late',
      basis: 'claimed',
    });
    expect(read('sending', { ...claimed, signedAt: at('2026-11-25T08:59:00') })).toEqual({
      clock: 'sending',
      startedAt: at('2026-11-25T08:59:00'),
      deadline: at('2026-11-26T12:00:00'),
      metAt: at('2026-11-25T09:00:00'),
      state: 'on-time',
      basis: 'time-stamp',
    });
  });

  test.each([
    ['2026-11-26T12:00:00.000', 'on-time'],
    ['2026-11-26T12:00:00.001', 'late'],
  ])('accepted at %s it is %s', (accepted, state) => {
    expect(read('sending', { signedAt: at('2026-11-25T16:00:00'), acceptedAt: at(accepted) })?.state).toBe(state);
  });
});

describe('confirmation, from delivery', () => {
  test.each([
    ['2026-11-25T00:00:00.000', `2026-11-25T${END}`, 'before opening'],
    ['2026-11-25T16:29:59.999', `2026-11-25T${END}`, 'the last moment before closing'],
    ['2026-11-25T16:30:00.000', `2026-11-26T${NOON}`, 'closing time'],
    ['2026-11-27T20:00:00.000', `2026-11-30T${NOON}`, 'a Friday evening'],
    ['2026-11-28T09:00:00.000', `2026-11-30T${NOON}`, 'a Saturday'],
    ['2026-08-22T09:00:00.000', `2026-08-22T${END}`, 'a Saturday that is worked'],
    ['2026-02-18T09:00:00.000', `2026-02-23T${NOON}`, 'Tết'],
    ['2026-12-31T16:31:00.000', `2027-01-04T${NOON}`, 'the last evening of a year'],
    ['2027-12-31T16:31:00.000', `2028-01-03T${NOON} provisional`, 'the last published evening'],
    ['2040-06-06T10:00:00.000', `2040-06-06T${END} provisional`, 'a far year'],
  ])('delivered at %s: at the latest at %s (%s)', (delivered, deadline) => {
    expect(deadlineOf('confirmation', { deliveredAt: at(delivered) })).toBe(deadline);
    expect(deadlineOf('confirmation', { deliveredAt: at(delivered), urgent: true })).toBe(deadline);
  });
});

describe('registration, from delivery', () => {
  test.each([
    ['2026-11-25T09:00:00.000', `2026-11-26T${END}`, `2026-11-25T${END}`],
    ['2026-11-27T17:00:00.000', `2026-11-30T${END}`, `2026-11-30T${NOON}`],
    ['2026-02-13T09:00:00.000', `2026-02-23T${END}`, `2026-02-13T${END}`],
    ['2027-12-31T09:00:00.000', `2028-01-03T${END} provisional`, `2027-12-31T${END}`],
  ])('delivered at %s: at the latest at %s, urgent at %s', (delivered, deadline, urgentDeadline) => {
    expect(deadlineOf('registration', { deliveredAt: at(delivered) })).toBe(deadline);
    expect(deadlineOf('registration', { deliveredAt: at(delivered), urgent: true })).toBe(urgentDeadline);
  });
});

describe('processing, to the due date', () => {
  test('it ends with the day that the message names, be it a Sunday, and is never provisional', () => {
    expect(deadlineOf('processing', { dueDate: '2026/11/29' })).toBe(`2026-11-29T${END}`);
    expect(deadlineOf('processing', { dueDate: '2040/06/06', urgent: true })).toBe(`2040-06-06T${END}`);
  });

  test('it is known before delivery, and starts with it', () => {
    expect(read('processing', { dueDate: '2026/11/30' })).toEqual({
      clock: 'processing',
      deadline: at('2026-11-30T23:59:59.999'),
      state: 'running',
    });
    const deliveredAt = at('2026-11-25T09:00:01');
    expect(read('processing', { dueDate: '2026/11/30', deliveredAt })?.startedAt).toBe(deliveredAt);
  });

  test('a due date that had passed when the dispatch was sent binds nobody', () => {
    expect(read('processing', { dueDate: '2026/11/24' })).toBeUndefined();
    expect(read('processing', { dueDate: '2026/11/25' })).toBeDefined();
    expect(read('processing', { dueDate: '2026/11/25', acceptedAt: at('2026-11-25T23:59:59.999') })).toBeDefined();
    expect(read('processing', { dueDate: '2026/11/25', acceptedAt: at('2026-11-26T00:00:00') })).toBeUndefined();
  });
});

describe('the state of a clock', () => {
  const deliveredAt = at('2026-11-25T09:00:00');
  const last = at('2026-11-25T23:59:59.999');

  test.each<[string, Partial<DeliveryFacts>, ClockReading['state']]>([
    ['not met, the deadline not passed', { now: last }, 'running'],
    ['not met, the deadline passed', { now: last + 1 }, 'overdue'],
    ['met in the last moment', { confirmedAt: last, now: last + 9 }, 'on-time'],
    ['met a moment later', { confirmedAt: last + 1, now: last + 9 }, 'late'],
    ['ended before the deadline', { over: last, now: last + 9 }, 'void'],
    ['ended after the deadline', { over: last + 1, now: last + 9 }, 'overdue'],
    ['met and then ended', { confirmedAt: last - 9, over: last - 5, now: last + 9 }, 'on-time'],
  ])('%s', (_, facts, state) => {
    expect(read('confirmation', { deliveredAt, ...facts })?.state).toBe(state);
  });
});

test('a delivery that went well is read in the order of its walk', () => {
  const readings = timelinessOf({
    signedAt: at('2026-11-25T08:00:00'),
    promulgationDate: '2026/11/25',
    acceptedAt: at('2026-11-25T08:10:00'),
    deliveredAt: at('2026-11-25T08:10:02'),
    confirmedAt: at('2026-11-25T08:11:00'),
    registeredAt: at('2026-11-26T14:00:00'),
    finishedAt: at('2026-12-02T10:00:00'),
    dueDate: '2026/12/01',
    urgent: false,
    now: at('2026-12-03T00:00:00'),
  });
  expect(readings.map(({ clock, state }) => [clock, state])).toEqual([
    ['sending', 'on-time'],
    ['confirmation', 'on-time'],
    ['registration', 'on-time'],
    ['processing', 'late'],
  ]);
});

test.each<Partial<DeliveryFacts>>([
  {},
  { promulgationDate: '25/11/2026', dueDate: 'as soon as possible' },
  { promulgationDate: '2026/02/30', dueDate: '2026/13/01' },
  { promulgationDate: '1900/01/01', dueDate: '9999/12/31' },
  { signedAt: Number.NaN, deliveredAt: Number.POSITIVE_INFINITY, dueDate: '' },
  { signedAt: -1, deliveredAt: 8_640_000_000_000_001 },
])('what is no date has no clock: %j', (facts) => {
  expect(timelinessOf({ ...PLAIN, ...facts })).toEqual([]);
});

const anyNumber = fc.oneof(fc.integer({ min: -1e15, max: 1e16 }), fc.double(), fc.constant(undefined));
const anyText = fc.oneof(fc.string(), fc.stringMatching(/^\d{4}\/\d\d\/\d\d$/), fc.constant(undefined));

test('whatever the facts are, nothing is thrown and every clock is read at most once', () => {
  const anyFacts = fc.record({
    signedAt: anyNumber,
    promulgationDate: anyText,
    acceptedAt: anyNumber.map((value) => value ?? Number.NaN),
    deliveredAt: anyNumber,
    confirmedAt: anyNumber,
    registeredAt: anyNumber,
    finishedAt: anyNumber,
    dueDate: anyText,
    urgent: fc.boolean(),
    over: anyNumber,
    now: anyNumber.map((value) => value ?? Number.NaN),
  });
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const clocks = timelinessOf(facts).map(({ clock }) => clock);
      expect(clocks).toEqual(Object.keys(LEGAL_CLOCKS).filter((clock) => (clocks as string[]).includes(clock)));
    }),
  );
});

/** Instants of the years 1990 to 2100. */
const instants = fc.integer({ min: 631_152_000_000, max: 4_102_444_800_000 });
const FROM_AN_INSTANT: readonly ClockName[] = ['sending', 'confirmation', 'registration'];
const startedAt = (start: number, urgent: boolean): readonly ClockReading[] =>
  timelinessOf({ signedAt: start, deliveredAt: start, acceptedAt: start, urgent, now: start });

test('no deadline lies before its start', () => {
  fc.assert(
    fc.property(instants, fc.boolean(), (start, urgent) => {
      const readings = startedAt(start, urgent);
      expect(readings.map(({ clock }) => clock)).toEqual(FROM_AN_INSTANT);
      for (const { deadline, state, clock } of readings) {
        expect(deadline).toBeGreaterThanOrEqual(start);
        expect(state).toBe(clock === 'sending' ? 'on-time' : 'running');
      }
    }),
  );
});

test('who starts later is never due earlier, and urgent never gives more time', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 20 * 86_400_000 }), (start, later) => {
      const usual = startedAt(start, false);
      const urgent = startedAt(start, true);
      const usualLater = startedAt(start + later, false);
      const urgentLater = startedAt(start + later, true);
      for (const [index, reading] of usual.entries()) {
        expect(usualLater[index]?.deadline).toBeGreaterThanOrEqual(reading.deadline);
        expect(urgentLater[index]?.deadline).toBeGreaterThanOrEqual(urgent[index]?.deadline ?? Number.NaN);
        expect(urgent[index]?.deadline).toBeLessThanOrEqual(reading.deadline);
      }
    }),
  );
});
