import { dueAgain } from '../contract/expiry.ts';
import type { DispatchId } from '../contract/ids.ts';
import { type ActOutcome, type How, isLater, type Recall, type Revision } from '../contract/life.ts';
import {
  BUSINESS_TRANSITIONS,
  type BusinessState,
  leads,
  RECALL_TRANSITIONS,
  REVISION_TRANSITIONS,
} from '../contract/lifeStates.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Mark } from '../contract/ports.ts';
import type { DeliveryRecord, TimelineEntry } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS, isFinal } from '../contract/states.ts';
import { type Acting, type Effect, entryBy, isHeld } from './acting.ts';
import { openRequest, reportStatus } from './reportStatus.ts';

/**
 * What a message comes to on one earlier delivery as it was seen. It acts once and only forward: a repetition finds its own mark, and
 * what is older than the act that stands changes nothing.
 */
export function effectOf(seen: DeliveryRecord, acting: Acting, now: number): Effect {
  switch (acting.how) {
    case 'status':
    case 'answer':
      return report(seen, acting, now);
    case 'recall':
    case 'remove':
      return takeBack(seen, acting, now);
    default:
      return revise(seen, acting, now);
  }
}

/** Deliveries that are the same document for the same recipient: an act on one reaches the others. */
export const revisionsOf = ({ revision }: Pick<DeliveryRecord, 'revision'>): readonly DispatchId[] =>
  revision?.how === 'update' ? [revision.by, ...(revision.earlier ?? [])] : (revision?.earlier ?? []);

function report(seen: DeliveryRecord, acting: Acting, now: number): Effect {
  const { code } = acting;
  const told = seen.timeline.find(({ dispatch }) => dispatch === acting.by);
  if (told) return { outcome: wasApplied(told) ? 'applied' : 'recorded' };
  if (seen.businessStatus?.recent.includes(acting.by)) return { outcome: 'recorded' };
  const { status: businessStatus, moved, first } = reportStatus(seen, acting);
  const answer = isAnswer(code) ? answerTo(seen, acting, now) : undefined;
  const from = seen.businessStatus?.code ?? 'none';
  const entry = entryBy(acting, { ev: 'x-status', at: now, from, to: code ?? 'none' });
  return {
    outcome: moved || answer ? 'applied' : 'recorded',
    mark: { onState: answer !== undefined, ...(first ? { entry } : {}), ...answer, businessStatus },
  };
}

/** What a report came to when it was heard first, whatever others came since: it answered a request, or led to its code. */
const wasApplied = ({ ev, from, to }: TimelineEntry): boolean =>
  ev !== 'x-status' || leads(BUSINESS_TRANSITIONS, from as BusinessState | 'none', to);

const isAnswer = (code: string | undefined): boolean => code === '15' || code === '16';

/** The recipient's answer to the request that is open. A refused one lets the delivery go on as if nothing had been asked. */
function answerTo(
  seen: DeliveryRecord,
  acting: Acting,
  now: number,
): Omit<NonNullable<Effect['mark']>, 'onState'> | undefined {
  const open = openRequest(seen, acting);
  if (open === undefined) return undefined;
  const step = acting.code === '15' ? 'agree' : 'refuse';
  const { from, to, event } = (open === 'recall' ? RECALL_TRANSITIONS : REVISION_TRANSITIONS)[step];
  const entry = entryBy(acting, { ev: event, at: now, from: from[0], to });
  const answer = { by: acting.by, acceptedAt: acting.acceptedAt };
  return {
    entry,
    ...(open === 'recall' && seen.recall ? { recall: { ...seen.recall, state: to, answer } } : {}),
    ...(open === 'revision' && seen.revision ? { revision: { ...seen.revision, state: to, answer } } : {}),
    ...(to === 'refused' ? goOn(seen, open, now) : {}),
  };
}

/** What was refused takes nothing away at the end of the lease; what else was asked under it still does. */
function goOn(seen: DeliveryRecord, refused: 'recall' | 'revision', now: number): Partial<Mark> {
  const { withdrawing, recall } = seen;
  if (withdrawing === undefined) return {};
  if (refused === 'recall' && isRevision(withdrawing)) return {};
  if (refused === 'revision' && recall && recall.state !== 'refused') return { withdrawing: 'recall' };
  return { withdrawing: null, due: dueAgain(seen, now) };
}

const isRevision = (how: How): boolean => how === 'update' || how === 'replace';

/** A recall, or an update that removes the recipient. */
function takeBack(seen: DeliveryRecord, acting: Acting, now: number): Effect {
  const { recall } = seen;
  if (recall && recall.state !== 'refused')
    return { outcome: recall.state === 'effective' ? 'withdrawn' : 'requested' };
  if (recall?.by === acting.by) return { outcome: 'requested' };
  if (recall && !isLater(acting, recall)) return { outcome: 'overtaken' };
  const asked = orderOf(acting);
  if (isTakenOrHeld(seen, now)) return { outcome: 'requested', mark: request(seen, acting, { recall: asked, now }) };
  if (isFinal(seen.state)) return { outcome: 'settled' };
  return { outcome: 'withdrawn', mark: withdrawal(seen, acting, { recall: { ...asked, state: 'effective' }, now }) };
}

/** An update or a replacement: the newest stands. */
function revise(seen: DeliveryRecord, acting: Acting, now: number): Effect {
  const { recall, revision } = seen;
  if (recall && recall.state !== 'refused' && isLater(recall, acting)) return { outcome: 'overtaken' };
  if (revision?.by === acting.by) return { outcome: outcomeAgain(revision, seen, now) };
  if (revision && !isLater(acting, revision)) return { outcome: 'overtaken' };
  const asked: Revision = {
    ...orderOf(acting),
    how: acting.how === 'replace' ? 'replace' : 'update',
    ...earlierOf(seen),
  };
  if (isTakenOrHeld(seen, now)) return { outcome: 'requested', mark: request(seen, acting, { revision: asked, now }) };
  if (isFinal(seen.state)) return reviseEnded(seen, acting, { revision: asked, now });
  // Only the recipients changed: what waits is still the document.
  if (acting.how === 'amend') return { outcome: 'kept', mark: request(seen, acting, { revision: asked, now }) };
  return { outcome: 'withdrawn', mark: withdrawal(seen, acting, { revision: { ...asked, state: 'effective' }, now }) };
}

/** Of what ended otherwise only the link is kept, so that a recall finds the update; nobody is asked. */
function reviseEnded(seen: DeliveryRecord, acting: Acting, { revision, now }: Asked & { revision: Revision }): Effect {
  if (seen.revision?.state !== 'effective')
    return { outcome: 'settled', mark: request(seen, acting, { revision, now }) };
  return { outcome: 'withdrawn', mark: { onState: true, revision: { ...revision, state: 'effective' } } };
}

const outcomeAgain = ({ state }: Revision, seen: DeliveryRecord, now: number): ActOutcome => {
  if (state === 'effective') return 'withdrawn';
  if (isTakenOrHeld(seen, now) || seen.withdrawing) return 'requested';
  return isFinal(seen.state) ? 'settled' : 'kept';
};

const orderOf = ({ by, acceptedAt, reason }: Acting) => ({
  by,
  acceptedAt,
  state: 'requested' as const,
  ...(reason === undefined ? {} : { reason }),
});

const earlierOf = (seen: DeliveryRecord): Pick<Revision, 'earlier'> => {
  const earlier = revisionsOf(seen).slice(0, LIMITS.revisions);
  return earlier.length > 0 ? { earlier } : {};
};

const isTakenOrHeld = (seen: DeliveryRecord, now: number): boolean =>
  seen.state === 'acknowledged' || isHeld(seen, now);

interface Asked {
  readonly recall?: Recall;
  readonly revision?: Revision;
  readonly now: number;
}

/** The recipient is asked. What it holds now without having acknowledged it is withdrawn when the lease ends. */
function request(seen: DeliveryRecord, acting: Acting, { now, ...asked }: Asked): NonNullable<Effect['mark']> {
  const { event, to } = asked.recall ? RECALL_TRANSITIONS.request : REVISION_TRANSITIONS.request;
  const before = asked.recall ? seen.recall : seen.revision;
  const ends = isHeld(seen, now) && acting.how !== 'amend';
  // Of a recall and an update the update is kept in mind: the recall is told from its own state.
  const withdrawing = seen.withdrawing && isRevision(seen.withdrawing) && asked.recall ? seen.withdrawing : acting.how;
  return {
    onState: true,
    ...asked,
    entry: entryBy(acting, { ev: event, at: now, from: before?.state ?? 'none', to }),
    ...(ends ? { withdrawing, due: { what: 'withdraw', at: seen.visibleAt, attempts: 0 } } : {}),
  };
}

function withdrawal(seen: DeliveryRecord, acting: Acting, { now, ...asked }: Asked): NonNullable<Effect['mark']> {
  const { to, event } = DELIVERY_TRANSITIONS.withdraw;
  return {
    to,
    onState: true,
    ...asked,
    reason: REASONS[acting.how],
    entry: entryBy(acting, { ev: event, at: now, from: seen.state, to }),
  };
}

/** Why a delivery was withdrawn, as its reason says it. */
export const REASONS: Readonly<Record<Acting['how'], string>> = {
  recall: 'recalled by its sender before it was picked up',
  remove: 'its sender took the recipient off the list before it was picked up',
  update: 'an update came before it was picked up',
  amend: 'an update came before it was picked up',
  replace: 'a replacement came before it was picked up',
  status: 'recalled by its sender before it was picked up',
  answer: 'recalled by its sender before it was picked up',
};
