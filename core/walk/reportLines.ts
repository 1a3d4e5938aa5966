import type { AnswerOf } from '../contract/answers.ts';
import { deliveryIdOf } from '../contract/derivedIds.ts';
import { isUrgent } from '../contract/headlineView.ts';
import type { DeliveryId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries, Dispatches } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { DeliveryLine, ReportLine, SentScan } from '../contract/reportLine.ts';
import { DELIVERY_STATES, type DeliveryState } from '../contract/states.ts';
import { isEdxmlDate } from '../edxml/dates.ts';
import { earliest, momentsOf } from './momentsOf.ts';

export interface ReportLinesPorts {
  /** Id of the axis. */
  readonly axis: string;
  readonly clock: Clock;
  readonly scan: SentScan;
  readonly dispatches: Pick<Dispatches, 'findMany'>;
  readonly deliveries: Pick<Deliveries, 'findMany'>;
}

/** What is asked for; moments in milliseconds since the epoch, `to` and `until` are the first ones that do not count. */
export interface ReportLinesQuery {
  readonly from: number;
  readonly to: number;
  readonly until: number;
  readonly segment: number;
  readonly segments: number;
  readonly after?: string | undefined;
}

/**
 * A page of lines: dispatches accepted from `from` to before `to` with their deliveries, and reports on directives up to `until`
 * without theirs. A page ends early rather than grow too large.
 */
export async function reportLines(
  query: ReportLinesQuery,
  ports: ReportLinesPorts,
): Promise<Outcome<AnswerOf<'reportLines'>>> {
  const at = iso(ports.clock.now());
  const look = await ports.scan.look({ ...query, to: query.until - 1 });
  if (!look)
    return refuse('parameter-invalid', { parameter: 'after', problem: '`next` of a page of the same question' });
  const found = look.found.slice(0, LIMITS.reportPage.dispatches);
  const records = await ports.dispatches.findMany(found.map(({ place }) => place.dispatchId));
  const taken = fitting(records, query);
  const full = taken.length < records.length;
  const last = full ? found.find(({ place }) => place.dispatchId === taken.at(-1)?.dispatchId) : found.at(-1);
  const next = full || found.length < look.found.length ? last?.mark : look.next;
  const deliveries = await deliveriesOf(
    taken.filter((record) => countsWhole(record, query)),
    ports,
  );
  const items = taken
    .filter((record) => countsWhole(record, query) || steeringOf(record) === '3')
    .map((record) => lineOf(record, countsWhole(record, query) ? deliveries : undefined));
  return accept({ at, axis: ports.axis, items, ...(next === undefined ? {} : { next }) });
}

const countsWhole = ({ headline }: DispatchRecord, { to }: ReportLinesQuery): boolean => headline.acceptedAt < to;

/** As many as fit on a page, at least one. */
function fitting(records: readonly DispatchRecord[], query: ReportLinesQuery): readonly DispatchRecord[] {
  let deliveries = 0;
  const end = records.findIndex((record, place) => {
    deliveries += record.headline.kind === 'document' && countsWhole(record, query) ? record.recipientCount : 0;
    return place > 0 && deliveries > LIMITS.reportPage.deliveries;
  });
  return end === -1 ? records : records.slice(0, end);
}

async function deliveriesOf(
  records: readonly DispatchRecord[],
  { deliveries }: ReportLinesPorts,
): Promise<ReadonlyMap<DeliveryId, DeliveryRecord>> {
  const ids = records
    .filter(({ headline }) => headline.kind === 'document')
    .flatMap(({ dispatchId, details }) => details.recipients.map(({ agencyId }) => deliveryIdOf(dispatchId, agencyId)));
  const found = ids.length > 0 ? await deliveries.findMany(ids) : [];
  return new Map(found.map((delivery) => [delivery.deliveryId, delivery]));
}

function lineOf(record: DispatchRecord, deliveries: ReadonlyMap<DeliveryId, DeliveryRecord> | undefined): ReportLine {
  const { dispatchId, headline, details, sender, senderSystem } = record;
  const { kind, business, statusCode, promulgationDate } = headline;
  const { DueDate, ResponseForTask } = details.message.MessageHeader;
  const { timeStamp, claimedTime } = details.report;
  const { tasks: most, taskChars } = LIMITS.reportPage;
  const tasks = ResponseForTask.TaskCode.filter((task) => task.length <= taskChars).slice(0, most);
  const answers = (details.links ?? []).filter(({ as }) => as === 'reply').map((link) => link.dispatchId);
  return given({
    dispatchId,
    acceptedAt: iso(headline.acceptedAt),
    kind,
    business,
    statusCode: statusCode?.slice(0, STATUS_CHARS),
    sender,
    senderCode: headline.senderCode,
    senderName: headline.senderName,
    system: senderSystem,
    signed: headline.signed,
    urgent: isUrgent(headline),
    stampedAt: timeStamp?.time,
    claimedTime: claimedTime?.slice(0, CLAIM_CHARS),
    promulgationDate: dateIn(promulgationDate),
    dueDate: dateIn(DueDate),
    steering: steeringOf(record),
    tasks: tasks.length > 0 ? tasks : undefined,
    answers: answers.length > 0 ? answers : undefined,
    deliveries:
      deliveries && kind === 'document'
        ? details.recipients.map((recipient) =>
            deliveryLine(recipient, deliveries.get(deliveryIdOf(dispatchId, recipient.agencyId))),
          )
        : [],
  });
}

/** Senders write these as they like, and a page has to fit into an answer: longer ones are none. */
const CLAIM_CHARS = 40;
const STATUS_CHARS = 8;
const dateIn = (text = ''): string | undefined => (isEdxmlDate(text) ? text : undefined);

/** 2 directive, 3 report on one (QCVN 102, SteeringType); senders write other things, too. */
function steeringOf({ details }: DispatchRecord): '2' | '3' | undefined {
  const { SteeringType } = details.message.MessageHeader;
  return SteeringType === '2' || SteeringType === '3' ? SteeringType : undefined;
}

function deliveryLine({ agencyId, code, name }: Recipient, delivery: DeliveryRecord | undefined): DeliveryLine {
  const about = { recipient: agencyId, code, name };
  if (!delivery) return { ...about, states: [] };
  const { timeline, tallies, businessStatus } = delivery;
  const { acknowledgedAt, deliveredAt, confirmedAt, registeredAt, finishedAt, over } = momentsOf(delivery);
  const moments = {
    deliveredAt,
    pickedUpAt: earliest([tallies.offered.first, acknowledgedAt]),
    confirmedAt,
    registeredAt,
    finishedAt,
    returnedAt: businessStatus?.reported['02'],
    over,
  };
  const known = Object.entries(moments).flatMap(([name, at]) => (at === undefined ? [] : [[name, iso(at)]]));
  const states = timeline.flatMap(({ from, to, at }) =>
    isState(to) && from !== to ? [{ state: to, at: iso(at) }] : [],
  );
  return { ...about, states, ...Object.fromEntries(known) };
}

/** Entries of a timeline that tell a business status have other words. */
const isState = (text: string): text is DeliveryState => DELIVERY_STATES.some((state) => state === text);

/** Without the members that are undefined. */
const given = (line: { [K in keyof ReportLine]: ReportLine[K] | undefined } & Pick<ReportLine, 'deliveries'>) =>
  Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined)) as ReportLine;
