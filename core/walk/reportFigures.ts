import type { DeliveryLine, ReportLine } from '../contract/reportLine.ts';
import type { DeliveryState } from '../contract/states.ts';
import type { ClockCount, CountName, Figures, ReportClock } from '../report/figures.ts';
import { type ClockReading, timelinessOf } from '../timeliness/timelinessOf.ts';

/** Readings of the clocks of one delivery. */
export type Judged = Partial<Record<ReportClock, ClockReading>>;

const COUNT_OF: Readonly<Record<ClockReading['state'], ClockCount>> = {
  'on-time': 'onTime',
  late: 'late',
  overdue: 'overdue',
  running: 'running',
  void: 'void',
};

const BUSINESS = ['sent.new', 'sent.recalls', 'sent.updates', 'sent.replacements'] as const;

const STATE_COUNT: Readonly<Record<DeliveryState, CountName>> = {
  queued: 'states.waiting',
  offered: 'states.taken',
  acknowledged: 'states.acknowledged',
  rejected: 'states.rejected',
  expired: 'states.expired',
  withdrawn: 'states.withdrawn',
  'set-aside': 'states.setAside',
  discarded: 'states.discarded',
};

/** A recall acts on an earlier document: nobody registers or finishes it, and no clock runs for it. */
const hasClocks = ({ kind, business }: ReportLine): boolean => kind === 'document' && business !== 1;

const momentOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));

function readingsOf(line: ReportLine, delivery: DeliveryLine | undefined, now: number): readonly ClockReading[] {
  if (!hasClocks(line)) return [];
  return timelinessOf({
    signedAt: momentOf(line.stampedAt),
    promulgationDate: line.promulgationDate,
    acceptedAt: Date.parse(line.acceptedAt),
    dueDate: line.dueDate,
    urgent: line.urgent,
    deliveredAt: momentOf(delivery?.deliveredAt),
    confirmedAt: momentOf(delivery?.confirmedAt),
    registeredAt: momentOf(delivery?.registeredAt),
    finishedAt: momentOf(delivery?.finishedAt),
    over: momentOf(delivery?.over),
    now,
  });
}

/** How a document stands with the clock of sending, which is one for all its recipients. */
export const sendingOf = (line: ReportLine, now: number): ClockReading | undefined =>
  readingsOf(line, undefined, now).find(({ clock }) => clock === 'sending');

/** How a delivery stands with the clocks of its recipient. */
export function judge(line: ReportLine, delivery: DeliveryLine, now: number): Judged {
  const readings = readingsOf(line, delivery, now);
  return Object.fromEntries(
    readings.flatMap((reading) => (reading.clock === 'sending' ? [] : [[reading.clock, reading]])),
  );
}

/** The last moment at which a report on a directive is in time; undefined where it sets none that binds. */
export const dueOf = (line: ReportLine, now: number): number | undefined =>
  readingsOf(line, undefined, now).find(({ clock }) => clock === 'processing')?.deadline;

interface Sent {
  readonly figures: Figures;
  /** Recipients of the same organisation. */
  readonly internal: number;
  readonly sending: ClockReading | undefined;
}

/** Counts a dispatch at its sender. */
export function countDocument(line: ReportLine, { figures, internal, sending }: Sent): void {
  if (line.kind === 'status') {
    figures.count('sent.statuses');
    return;
  }
  figures.count('sent.documents');
  figures.count(BUSINESS[line.business ?? 0] ?? 'sent.new');
  figures.count(line.signed === 'none' ? 'sent.referenceOnly' : 'sent.signed');
  if (line.urgent) figures.count('sent.urgent');
  for (const place of line.deliveries.keys()) {
    figures.count('sent.deliveries');
    figures.count(place < internal ? 'sent.internal' : 'sent.external');
  }
  if (sending) countClock(figures, sending.basis === 'time-stamp' ? 'sendingStamped' : 'sendingClaimed', sending);
  countSigning(line, figures);
}

/** A claim without a zone, or of a time after acceptance, says nothing; one without claim is passed over. */
const ZONED = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/;

function countSigning({ stampedAt, claimedTime, acceptedAt }: ReportLine, figures: Figures): void {
  const accepted = Date.parse(acceptedAt);
  if (stampedAt !== undefined) figures.took('stampedToAccepted', accepted - Date.parse(stampedAt));
  if (claimedTime === undefined) return;
  const claimed = ZONED.test(claimedTime) ? Date.parse(claimedTime) : Number.NaN;
  if (claimed <= accepted) figures.took('claimedToAccepted', accepted - claimed);
  else figures.count('implausibleClaims');
}

interface Received {
  readonly line: ReportLine;
  readonly delivery: DeliveryLine;
  /** From an agency of the same organisation. */
  readonly internal: boolean;
  readonly judged: Judged;
}

/** Counts a delivery at its recipient. */
export function countDelivery({ line, delivery, internal, judged }: Received, figures: Figures): void {
  figures.count('received.deliveries');
  figures.count(internal ? 'received.internal' : 'received.external');
  figures.count(line.signed === 'none' ? 'received.referenceOnly' : 'received.signed');
  if (line.urgent) figures.count('received.urgent');
  if (delivery.returnedAt !== undefined) figures.count('received.returned');
  figures.count(stateCountOf(delivery));
  for (const clock of ['confirmation', 'registration', 'processing'] as const) {
    const reading = judged[clock];
    if (reading) countClock(figures, clock, reading);
  }
  if (!hasClocks(line)) return;
  const accepted = Date.parse(line.acceptedAt);
  const { pickedUpAt, registeredAt, finishedAt } = delivery;
  if (pickedUpAt !== undefined) figures.took('toPickedUp', Date.parse(pickedUpAt) - accepted);
  if (registeredAt !== undefined) figures.took('toRegistered', Date.parse(registeredAt) - accepted);
  if (finishedAt !== undefined) figures.took('toFinished', Date.parse(finishedAt) - accepted);
}

/** Taken and not acknowledged: it was picked up, and is not waiting for the first time any more. */
function stateCountOf({ states, pickedUpAt }: DeliveryLine): CountName {
  const last = states.at(-1)?.state;
  if (last === undefined) return 'states.notDelivered';
  return last === 'queued' && pickedUpAt !== undefined ? 'states.taken' : STATE_COUNT[last];
}

function countClock(figures: Figures, clock: ReportClock, { state, provisional }: ClockReading): void {
  figures.count(`clocks.${clock}.${COUNT_OF[state]}`);
  if (provisional) figures.count(`clocks.${clock}.provisional`);
}
