import { type ClockName, type DeliveryFacts, LEGAL_CLOCKS, type LegalClock, type TimeLimit } from './legalClocks.ts';
import {
  closingOf,
  dayNamed,
  dayOf,
  endOfDay,
  endOfMorning,
  isPublished,
  isWorkingDay,
  nextWorkingDay,
  startOfDay,
} from './workingTime.ts';

/** One clock of a delivery. Instants are milliseconds since the epoch. */
export interface ClockReading {
  readonly clock: ClockName;
  /** Absent while nothing has started it, which only a due date does not wait for. */
  readonly startedAt?: number;
  /** The last instant that is on time. */
  readonly deadline: number;
  readonly metAt?: number;
  /**
   * `on-time` and `late`: met. `running` and `overdue`: not met yet, or the delivery ended after the deadline.
   * `void`: the delivery ended while the clock could still be met.
   */
  readonly state: 'on-time' | 'late' | 'running' | 'overdue' | 'void';
  /** What the start of `sending` rests on. A claimed date counts from the first moment of its day. */
  readonly basis?: 'time-stamp' | 'claimed';
  /** The deadline rests on a year whose working days are not published here. */
  readonly provisional?: true;
}

interface Start {
  readonly at: number;
  readonly basis?: 'time-stamp' | 'claimed';
}

interface Deadline {
  readonly at: number;
  readonly provisional: boolean;
}

/** The clocks that run for a delivery, in the order of its walk. What has not started, or starts from no date, has no reading. */
export function timelinessOf(facts: DeliveryFacts): ClockReading[] {
  return (Object.keys(LEGAL_CLOCKS) as ClockName[]).flatMap((clock) => readingOf(clock, facts) ?? []);
}

function readingOf(clock: ClockName, facts: DeliveryFacts): ClockReading | undefined {
  const { starts, metBy, limit, urgentLimit }: LegalClock = LEGAL_CLOCKS[clock];
  const start = starts === 'signing' ? signingOf(facts) : startAt(facts[starts]);
  const deadline = deadlineOf(facts.urgent ? urgentLimit : limit, start, facts);
  if (!deadline) return undefined;
  const metAt = instant(facts[metBy]);
  return {
    clock,
    ...(start ? { startedAt: start.at } : {}),
    deadline: deadline.at,
    ...(metAt === undefined ? {} : { metAt }),
    state: stateOf(deadline.at, metAt, facts),
    ...(start?.basis ? { basis: start.basis } : {}),
    ...(deadline.provisional ? { provisional: true } : {}),
  };
}

const signingOf = ({ signedAt, promulgationDate }: DeliveryFacts): Start | undefined =>
  startAt(signedAt, 'time-stamp') ?? startAt(startOfDay(dayNamed(promulgationDate)), 'claimed');

function startAt(at: number | undefined, basis?: 'time-stamp' | 'claimed'): Start | undefined {
  const known = instant(at);
  return known === undefined ? undefined : { at: known, ...(basis ? { basis } : {}) };
}

/** From 1970 on, in years of four digits: anything else, NaN too, is not the time of a document. */
const instant = (at: number | undefined): number | undefined =>
  at !== undefined && at >= 0 && at < Date.UTC(9999, 0) ? at : undefined;

function deadlineOf(limit: TimeLimit, start: Start | undefined, facts: DeliveryFacts): Deadline | undefined {
  if (limit === 'due-date') return dueDateOf(facts);
  return start && DEADLINES[limit](start.at);
}

/** The end of the day that the message names, working day or not. One that had passed when the dispatch was sent binds nobody. */
function dueDateOf({ dueDate, acceptedAt }: DeliveryFacts): Deadline | undefined {
  const at = instant(endOfDay(dayNamed(dueDate)));
  return at === undefined || at < acceptedAt ? undefined : { at, provisional: false };
}

const DEADLINES: Readonly<Record<Exclude<TimeLimit, 'due-date'>, (start: number) => Deadline>> = {
  'same-day': (start) => ({ at: endOfDay(dayOf(start)), provisional: false }),
  'same-working-day': endOfWorkingDay,
  'next-working-morning': endOfNextMorning,
  'next-working-day': (start) => on(nextWorkingDay(dayOf(start)), endOfDay),
};

/**
 * "Within the day" (Decree 30/2020 article 21.2c) for an office that is not always open: what comes before closing time of a working
 * day has until the end of that day, what comes later or on a day off until the end of the next working morning.
 */
function endOfWorkingDay(start: number): Deadline {
  const today = dayOf(start);
  return isWorkingDay(today) && start < closingOf(today) ? on(today, endOfDay) : endOfNextMorning(start);
}

function endOfNextMorning(start: number): Deadline {
  return on(nextWorkingDay(dayOf(start)), endOfMorning);
}

/** Published years follow one another: when that of the deadline is one of them, no day before it was guessed. */
const on = (day: number, at: (day: number) => number): Deadline => ({ at: at(day), provisional: !isPublished(day) });

function stateOf(deadline: number, metAt: number | undefined, { over, now }: DeliveryFacts): ClockReading['state'] {
  if (metAt !== undefined) return metAt <= deadline ? 'on-time' : 'late';
  const ended = instant(over);
  if (ended !== undefined && ended <= deadline) return 'void';
  return now > deadline ? 'overdue' : 'running';
}
