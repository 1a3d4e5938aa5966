import {
  BUSINESS_TRANSITIONS,
  CONTENT_TRANSITIONS,
  RECALL_TRANSITIONS,
  REVISION_TRANSITIONS,
} from '../../core/contract/lifeStates.ts';
import type { DeliveryRecord, DispatchRecord, TimelineEntry } from '../../core/contract/records.ts';
import {
  DELIVERY_TRANSITIONS,
  type DeliveryState,
  DISPATCH_TRANSITIONS,
  type Transition,
} from '../../core/contract/states.ts';
import type { SentLetter } from '../kit/testAxis.ts';

/**
 * What must hold of an axis that has come to rest, whatever failed before. Each function looks at what it is given and answers
 * sentences about what is wrong, none where all is well: how the state was read is up to the caller.
 */

/** Parts of a dispatch or a delivery that its timeline must fit to. */
interface Told {
  readonly state: string;
  readonly timeline: readonly TimelineEntry[];
  /** Offers are counted and not listed. */
  readonly offers?: number;
  /** By how many milliseconds the clocks of functions may have differed; 0 if absent. */
  readonly skewMs?: number;
}

const KNOWN: Readonly<Record<'dsp' | 'dlv', readonly Transition<string>[]>> = {
  dsp: Object.values(DISPATCH_TRANSITIONS),
  dlv: Object.values(DELIVERY_TRANSITIONS),
};

/** Events that change nothing of a delivery's or dispatch's own state: they stand among its steps, in the order of time. */
const BESIDE = new Set<string>([
  ...[BUSINESS_TRANSITIONS, RECALL_TRANSITIONS, REVISION_TRANSITIONS, CONTENT_TRANSITIONS]
    .flatMap((table) => Object.values<Transition<string>>(table))
    .map(({ event }) => event)
    .filter((event) => !Object.values(KNOWN).some((known) => known.some((transition) => transition.event === event))),
  'x-uncollected',
  'x-held',
  'x-hold-ended',
]);

/** The timeline is complete and in order: it begins with nothing, each entry goes on where the one before ended, and the last ends here. */
export function timelineProblems(id: string, { state, timeline, offers = 0, skewMs = 0 }: Told): readonly string[] {
  const known = id.startsWith('dsp_') ? KNOWN.dsp : KNOWN.dlv;
  const said = timeline.map(({ ev, from, to }) => `${ev} ${from}→${to}`).join(', ');
  const early = timeline.filter((entry, index) => entry.at < (timeline[index - 1]?.at ?? 0) - skewMs);
  const steps = timeline.filter(({ ev }) => !BESIDE.has(ev));
  const wrong = steps.flatMap((entry, index) => {
    const before = steps[index - 1];
    return [
      ...(goesOn(entry, before) ? [] : ['a step is missing']),
      ...(known.some((transition) => isEntryOf(entry, transition)) ? [] : [`${entry.ev} is no such step`]),
    ];
  });
  const last = steps.at(-1)?.to;
  const isLeased = last === 'queued' && state === 'offered' && offers > 0;
  const end = last === state || isLeased ? [] : [`it does not end at ${state}`];
  const order = early.map(() => 'a step is older than the one before');
  return [...order, ...wrong, ...end].map((what) => `${id}: ${what}: ${said}`);
}

const goesOn = ({ from }: TimelineEntry, before: TimelineEntry | undefined): boolean =>
  before === undefined ? from === 'none' : from === before.to || (from === 'offered' && before.to === 'queued');

const isEntryOf = ({ ev, from, to }: TimelineEntry, transition: Transition<string>): boolean =>
  transition.event === ev && transition.to === to && transition.from.includes(from);

/** What is kept of one submission that was accepted. */
export interface Kept {
  readonly dispatch: DispatchRecord | undefined;
  /** The deliveries that the answer named, those that are there. */
  readonly deliveries: readonly DeliveryRecord[];
  /** The bytes at the place where the record says that they are. */
  readonly content: Buffer | undefined;
}

/** What is expected of a submission beyond what always holds. */
export interface Expected {
  /** By delivery id; `queued` where nothing is said. */
  readonly states?: Readonly<Record<string, DeliveryState>>;
  /** By how many milliseconds the clocks of functions may have differed. */
  readonly skewMs?: number;
}

/** A receipt has its record, the record its bytes, and every recipient that the answer named its delivery. */
export function dispatchProblems(
  { bytes, answer }: SentLetter,
  { dispatch, deliveries, content }: Kept,
  { states = {}, skewMs = 0 }: Expected = {},
): readonly string[] {
  const { dispatchId, receipt, recipients } = answer;
  if (!dispatch) return [`${dispatchId}: a receipt without a dispatch`];
  const missing = recipients.filter(({ deliveryId }) => !deliveries.some((one) => one.deliveryId === deliveryId));
  return [
    ...(receipt === undefined || dispatch.receipt === receipt ? [] : [`${dispatchId}: another receipt was given`]),
    ...contentProblems(dispatch, content, bytes),
    ...(dispatch.recipientCount === recipients.length ? [] : [`${dispatchId}: another number of recipients`]),
    ...(dispatch.state === 'dispatched' && dispatch.due?.what !== 'fan-out'
      ? []
      : [`${dispatchId} is ${dispatch.state}`]),
    ...timelineProblems(dispatchId, { ...dispatch, skewMs }),
    ...missing.map(({ code, deliveryId }) => `${dispatchId}: ${code} has no delivery ${deliveryId}`),
    ...deliveries.flatMap((delivery) => {
      const wanted = states[delivery.deliveryId] ?? 'queued';
      const offers = delivery.tallies.offered.count;
      return [
        ...deliveryProblems(delivery, dispatch, wanted),
        ...timelineProblems(delivery.deliveryId, { ...delivery, offers, skewMs }),
      ];
    }),
  ];
}

/** The bytes are those that were sent, or were deleted when their time was over. */
function contentProblems(
  { dispatchId, content: kept }: DispatchRecord,
  content: Buffer | undefined,
  bytes: Buffer,
): string[] {
  if (kept?.state === 'deleted') return content ? [`${dispatchId}: its bytes are said to be deleted`] : [];
  return content?.equals(bytes) ? [] : [`${dispatchId}: the bytes kept are not those that were sent`];
}

function deliveryProblems(delivery: DeliveryRecord, dispatch: DispatchRecord, wanted: DeliveryState): string[] {
  const { deliveryId, dispatchId, state } = delivery;
  return [
    ...(dispatchId === dispatch.dispatchId ? [] : [`${deliveryId} is of ${dispatchId}`]),
    ...(delivery.headline.sha256 === dispatch.headline.sha256 ? [] : [`${deliveryId} promises other bytes`]),
    ...(state === wanted ? [] : [`${deliveryId} is ${state}, not ${wanted}`]),
  ];
}

/** An inbox shows each delivery that waits once, and nothing else. */
export function inboxProblems(system: string, shown: readonly string[], waiting: readonly string[]): readonly string[] {
  const times = (id: string) => shown.filter((other) => other === id).length;
  return [
    ...waiting.filter((id) => times(id) !== 1).map((id) => `${id} stands ${times(id)} times in the inbox of ${system}`),
    ...shown.filter((id) => !waiting.includes(id)).map((id) => `${id} waits in the inbox of ${system} and should not`),
  ];
}

/** Nothing is under way, and nothing was set aside for an operator. */
export const queueProblems = (
  queues: readonly { readonly name: string; readonly ready: number; readonly away: number }[],
): readonly string[] =>
  queues
    .filter(({ ready, away }) => ready + away > 0)
    .map(({ name, ready, away }) => `the queue ${name} holds ${ready + away} messages`);

/** Everything that the tables and the bucket hold. */
export interface Holdings {
  readonly items: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  /** Keys of objects below `dispatches/`. */
  readonly objects: readonly string[];
  /** Keys of objects on their way in. */
  readonly uploads: readonly string[];
  /** What is due, or expired, since before this time should have been done, or gone. */
  readonly overdueBefore: number;
}

/**
 * Of everything at once, days after the last submission: no delivery without its dispatch, one for each recipient, no work that
 * nobody moves, no object without a record, nothing left of what only passes through.
 */
export function holdingsProblems({ items, objects, uploads, overdueBefore }: Holdings): readonly string[] {
  const dispatches = items.filter(({ id }) => id.startsWith('dsp_'));
  const deliveries = items.filter(({ id }) => id.startsWith('dlv_'));
  const byDispatch = Map.groupBy(deliveries, ({ dispatchId }) => String(dispatchId));
  const known = new Set(dispatches.map(({ id }) => id));
  const deleted = new Set(dispatches.filter(({ content }) => content !== undefined).map(({ id }) => id));
  const withObjects = new Set(objects.map((key) => key.split('/')[1] ?? ''));
  return [
    ...deliveries.filter(({ dispatchId }) => !known.has(String(dispatchId))).map(({ id }) => `${id} has no dispatch`),
    ...dispatches.flatMap(({ id, state, recipientCount }) => {
      const recipients = new Set((byDispatch.get(id) ?? []).map(({ recipient }) => recipient));
      const count = (byDispatch.get(id) ?? []).length;
      return [
        ...(state === 'dispatched' ? [] : [`${id} is ${String(state)}`]),
        ...(count === recipientCount && recipients.size === count
          ? []
          : [`${id}: ${count} deliveries to ${recipients.size} agencies, ${String(recipientCount)} recipients`]),
        ...(withObjects.has(id) !== deleted.has(id) ? [] : [`${id}: its bytes are not where its record says`]),
      ];
    }),
    ...items
      .filter(({ dueAt }) => typeof dueAt === 'number' && dueAt < overdueBefore)
      .map(({ id, dueAt }) => `${id} is due since ${new Date(Number(dueAt)).toISOString()} and nobody moves it`),
    ...items
      .filter(({ expires }) => typeof expires === 'number' && expires * 1000 < overdueBefore)
      .map(({ id }) => `${id} should be gone`),
    ...uploads.map((key) => `${key} should be gone`),
    ...[...withObjects].filter((id) => !known.has(id)).map((id) => `there are bytes of ${id}, and no such dispatch`),
  ];
}
