import assert from 'node:assert/strict';
import { isDeliveryId, isDispatchId } from '../../core/contract/ids.ts';
import type { DeliveryRecord, DispatchRecord, TimelineEntry } from '../../core/contract/records.ts';
import { SYSTEM_LEASE } from '../../core/receive/inboxKey.ts';
import type { ModelAxis } from './axis/axis.ts';
import { OPEN } from './axis/turnstile.ts';
import { tellingOf } from './town/act.ts';
import { codeOf } from './town/places.ts';
import { type Due, type Entry, isOver, type ModelDelivery, type ModelDispatch, type Town } from './town/town.ts';

/** What model and product must agree on, as plain data; both sides are brought into this shape. */
export interface Snapshot {
  readonly dispatches: Readonly<Record<string, ReturnType<typeof ofDispatch>>>;
  readonly deliveries: Readonly<Record<string, ReturnType<typeof ofDelivery>>>;
  readonly queue: readonly string[];
}

/** Reads what the tables hold: of what was read before only what was written since. */
export class Reader {
  readonly #axis: ModelAxis;
  #dispatches: Snapshot['dispatches'] = {};
  #deliveries: Snapshot['deliveries'] = {};

  constructor(axis: ModelAxis) {
    this.#axis = axis;
  }

  async read(): Promise<Snapshot> {
    const ids = [...this.#axis.takeWritten()];
    const { dispatches, deliveries } = this.#axis.ports(OPEN, 'reader');
    const sent = ids.filter(isDispatchId);
    const delivered = ids.filter(isDeliveryId);
    if (sent.length > 0)
      this.#dispatches = renewed(this.#dispatches, sent, await dispatches.findMany(sent), ofDispatch);
    if (delivered.length > 0)
      this.#deliveries = renewed(this.#deliveries, delivered, await deliveries.findMany(delivered), ofDelivery);
    const queue = this.#axis.queue.map(({ dispatchId }) => dispatchId).toSorted();
    return { dispatches: this.#dispatches, deliveries: this.#deliveries, queue };
  }
}

/** What was read before, without what is gone, and with what was written since. */
function renewed<R extends DispatchRecord | DeliveryRecord, V>(
  before: Readonly<Record<string, V>>,
  written: readonly string[],
  records: readonly R[],
  view: (record: R) => V,
): Readonly<Record<string, V>> {
  const kept = Object.entries(before).filter(([id]) => !written.includes(id));
  for (const record of records) checkTimeline(record);
  const now = records.map((record) => ['deliveryId' in record ? record.deliveryId : record.dispatchId, view(record)]);
  return Object.fromEntries([...kept, ...now]);
}

export const readTown = (town: Town): Snapshot => ({
  dispatches: Object.fromEntries([...town.dispatches.values()].map((one) => [one.id, ofModelDispatch(one)])),
  deliveries: Object.fromEntries([...town.deliveries.values()].map((one) => [one.id, ofModelDelivery(one)])),
  queue: town.queue.toSorted(),
});

/** @throws AssertionError with both sides where they differ */
export function compare(product: Snapshot, model: Snapshot, what: string): void {
  try {
    assert.deepEqual(product, model);
  } catch (error) {
    throw new Error(`${what}: product (+) and model (-) differ\n${error instanceof Error ? error.message : ''}`);
  }
}

const entryOf = ({ ev, from, to, dispatch }: TimelineEntry): Entry => [ev, from, to, dispatch];
const entriesOf = (entries: readonly Entry[]) => entries.map(([ev, from, to, cause]) => [ev, from, to, cause ?? '']);
const dueOf = (due: Due | undefined) => (due ? `${due.what} at ${due.at} after ${due.attempts}` : 'nothing');

const ofDispatch = ({ state, content, hold, due, timeline, details }: DispatchRecord) => ({
  state,
  content: content?.state ?? 'kept',
  held: hold !== undefined,
  due: dueOf(due),
  recipients: details.recipients.map(({ agencyId }) => codeOf(agencyId)),
  targets: (details.act?.on ?? []).map(
    ({ how, dispatchId, agencyId, recipient }) =>
      `${how} ${dispatchId} at ${codeOf(agencyId)} for ${codeOf(recipient)}`,
  ),
  timeline: entriesOf(timeline.map(entryOf)),
});

const ofModelDispatch = ({ state, content, held, due, timeline, recipients, targets }: ModelDispatch) => ({
  state,
  content,
  held,
  due: dueOf(due),
  recipients: [...recipients],
  targets: targets.map(({ how, dispatch, agency, recipient }) => `${how} ${dispatch} at ${agency} for ${recipient}`),
  timeline: entriesOf(timeline),
});

type Asked = Pick<NonNullable<ModelDelivery['revision']>, 'state' | 'by'> & { readonly how?: string };

const askedOf = (asked: Asked | undefined, answer: string | undefined, earlier: readonly string[] = []) =>
  asked ? { state: asked.state, by: asked.by, how: asked.how ?? 'recall', answer: answer ?? '', earlier } : 'none';

function ofDelivery(record: DeliveryRecord) {
  const { state, lease, businessStatus, recall, revision, tallies, timeline } = record;
  const isOut = !['queued', 'offered'].includes(state);
  return {
    state,
    visibleAt: isOut ? 0 : record.visibleAt,
    lease: lease ? sealIn(lease.token) : 'none',
    fruitless: record.fruitless,
    expiresAt: record.expiresAt,
    about: (record.about ?? []).map(({ dispatchId, outcome }) => `${outcome} ${dispatchId}`),
    business: businessStatus?.code ?? 'none',
    reported: { ...businessStatus?.reported },
    repeats: businessStatus?.repeats?.count ?? 0,
    recall: askedOf(recall, recall?.answer?.by),
    revision: askedOf(revision, revision?.answer?.by, revision?.earlier),
    withdrawing: tellOf(record.withdrawing),
    due: dueOf(record.due),
    timeline: entriesOf(timeline.map(entryOf)),
    tallies: Object.entries(tallies)
      .map(([name, { count }]) => `${name} ${count}`)
      .toSorted(),
  };
}

function ofModelDelivery(delivery: ModelDelivery): ReturnType<typeof ofDelivery> {
  const { state, recall, revision, tallies } = delivery;
  const isOut = isOver(delivery) || state === 'set-aside';
  return {
    state,
    visibleAt: isOut ? 0 : delivery.visibleAt,
    lease: delivery.lease ?? 'none',
    fruitless: delivery.fruitless,
    expiresAt: delivery.expiresAt,
    about: delivery.about.map(({ dispatchId, outcome }) => `${outcome} ${dispatchId}`),
    business: delivery.business ?? 'none',
    reported: { ...delivery.reported },
    repeats: delivery.repeats,
    recall: askedOf(recall, recall?.answer),
    revision: askedOf(revision, revision?.answer, revision?.earlier),
    withdrawing: tellOf(tellingOf(delivery)),
    due: dueOf(delivery.due),
    timeline: entriesOf(delivery.timeline),
    tallies: Object.entries(tallies)
      .map(([name, count]) => `${name} ${count}`)
      .toSorted(),
  };
}

/** A recipient taken off the list is recalled from. */
const tellOf = (how: string | undefined): string => (how === 'remove' ? 'recall' : (how ?? 'no'));

/** The rank stands before the seal in a token; a lease by name has no token. */
const sealIn = (token: string): string => (token === SYSTEM_LEASE ? 'system' : token.slice(1).replace(/-+$/, ''));

/**
 * What holds of every timeline, whatever the model says: it begins at nothing, and each step starts where the one
 * before ended.
 */
function checkTimeline({ timeline, state }: DispatchRecord | DeliveryRecord): void {
  const steps = timeline.filter(({ ev }) => !BESIDE.test(ev));
  assert.equal(steps[0]?.from, 'none', 'a timeline begins at nothing');
  for (const [place, step] of steps.entries()) {
    const before = steps[place - 1]?.to ?? 'none';
    assert.ok(step.from === before || isLeased(before, step.from), `${step.ev} from ${step.from} after ${before}`);
  }
  const last = steps.at(-1)?.to ?? 'none';
  assert.ok(last === state || isLeased(last, state), `the timeline ends at ${last}, the state is ${state}`);
}

/** Marks of other messages, and steps in what becomes of content, stand beside the way through the inbox. */
const BESIDE = /^x-(status|recall-|revision-|held|hold-ended|content-|uncollected)/;
/** Offers and releases are counted and have no entry of their own. */
const isLeased = (from: string, to: string): boolean =>
  (from === 'queued' && to === 'offered') || (from === 'offered' && to === 'queued');
